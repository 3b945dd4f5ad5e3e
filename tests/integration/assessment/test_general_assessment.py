"""Final scores for the general assessment: only what was decided, both files with one content, a hash that holds."""

import io
import json
from typing import Any

import openpyxl
import pytest
from django.test import Client

from apps.accounts.models import User
from apps.assessment.general_assessment import digest_of, export_scores, final_scores
from apps.assessment.models import Result, Scheme
from apps.core.refusals import Conflict, Refusal
from apps.files.models import StoredFile
from tests.cast import Tree
from tests.integration.assessment.test_scoring import facts, result, scheme, verdicts

pytestmark = pytest.mark.django_db
__all__ = ["facts", "scheme", "verdicts"]


@pytest.fixture
def decided(scheme: Scheme, facts: None, verdicts: None, tree: Tree) -> Scheme:
    result(scheme, tree.county)
    Scheme.objects.filter(pk=scheme.pk).update(state=Scheme.State.DECIDED)
    scheme.refresh_from_db()
    return scheme


def read_json(stored: StoredFile) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(stored.path.read_bytes())
    return found


def test_nothing_is_handed_up_before_the_decision(scheme: Scheme, city_admin: User) -> None:
    with pytest.raises(Conflict):
        export_scores(scheme, "json", by=city_admin)


def test_the_assessed_office_hands_nothing_up(decided: Scheme, county_admin: User) -> None:
    with pytest.raises(Refusal):
        export_scores(decided, "json", by=county_admin)


def test_the_file_says_what_it_is_and_carries_its_hash(decided: Scheme, city_admin: User) -> None:
    content = read_json(export_scores(decided, "json", by=city_admin))
    assert (content["schema"], content["version"]) == ("tongxin.final-scores", 1)
    assert content["sha256"] == digest_of(content)
    content["results"][0]["total"] = "99.99"
    assert content["sha256"] != digest_of(content)


def test_the_workbook_holds_the_same_figures(decided: Scheme, city_admin: User) -> None:
    stored = export_scores(decided, "xlsx", by=city_admin)
    rows = list(
        openpyxl.load_workbook(io.BytesIO(stored.path.read_bytes())).worksheets[0].iter_rows(values_only=True)
    )
    written = {row[1]: (f"{row[6]:.2f}", row[7]) for row in rows if row[1] in ("990001", "990002")}
    assert written == {
        row["office"]: (row["total"], row["grade"]) for row in final_scores(decided)["results"]
    }
    assert len(written) == Result.objects.filter(scheme=decided).count()


@pytest.mark.parametrize("file_format", ["json", "xlsx"])
def test_the_page_gives_the_file(client: Client, decided: Scheme, city_admin: User, file_format: str) -> None:
    client.force_login(city_admin)
    assert "导出最终得分" in client.get(f"/assessment/schemes/{decided.code}/results/").content.decode()
    answer = client.post(f"/assessment/schemes/{decided.code}/results/export/", {"format": file_format})
    file = client.get(answer.headers["Location"])
    assert b"".join(file)
    file.close()
