"""Files in and out, last year's scheme copied, and trial scores."""

import datetime as dt
from decimal import Decimal as D
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.assessment.actions import EXAMPLES, adopt_scheme, open_scheme
from apps.assessment.editing.copying import copy_to_year, moved
from apps.assessment.editing.document import digest_of, without_keys
from apps.assessment.editing.stored import document_of
from apps.assessment.editing.working import copy_of
from apps.assessment.models import MetricFact, Result, Rollup, Scheme
from apps.core.refusals import Refusal
from tests.cast import Tree
from tests.integration.assessment.test_scoring import BY_GROUP, SCHEME


@pytest.fixture
def scheme(tree: Tree) -> Scheme:
    return adopt_scheme(SCHEME.encode(), by=None)


def upload(client: Client, content: bytes, name: str = "scheme.xlsx") -> Any:
    return client.post(reverse("assessment:import"), {"file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize("kind", ["yaml", "xlsx"])
@pytest.mark.parametrize("text", [SCHEME, BY_GROUP])
def test_exported_file_comes_in_as_the_same_scheme(
    tree: Tree, city_admin: User, client: Client, kind: str, text: str
) -> None:
    scheme = adopt_scheme(text.encode(), by=None)
    client.force_login(city_admin)
    content = client.get(reverse(f"assessment:{kind}", args=["T-2026"])).content
    scheme.delete()
    assert upload(client, content, f"x.{kind}").status_code == 302
    again = Scheme.objects.get(code="T-2026")
    assert again.sha256 == scheme.sha256 == digest_of(document_of(again))


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04not a workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x00\x01", b"[]"]
)
def test_hostile_file_is_told_in_words(tree: Tree, city_admin: User, client: Client, content: bytes) -> None:
    client.force_login(city_admin)
    answer = upload(client, content)
    assert answer.status_code == 422
    assert "没有导入" in answer.content.decode()
    assert not Scheme.objects.exists()


def test_neighbour_exports_nothing(scheme: Scheme, client: Client, town_cadre: User) -> None:
    client.force_login(town_cadre)
    assert client.get(reverse("assessment:xlsx", args=["T-2026"])).status_code == 404


# Copying --------------------------------------------------------------------------------------------------------------


def test_copy_moves_code_name_and_dates_by_years(scheme: Scheme, city_admin: User) -> None:
    made = copy_to_year(scheme, code="T-2028", year=2028, by=city_admin)
    document = copy_of(made).document
    assert (made.state, made.name, made.year) == ("draft", "试验市2028年度考核", 2028)
    assert document["calendar"]["self_statement"] == "2028-12-10/2029-01-05"
    assert made.publish_on == dt.date(2029, 1, 31)
    before, after = without_keys(document_of(scheme)), without_keys(document)
    assert after["indicators"] == before["indicators"]
    assert after["groups"] == before["groups"]


def test_copy_of_a_leap_day_falls_on_the_last_of_february() -> None:
    document = {"year": 2024, "name": "2024年", "calendar": {"open": "2024-02-29", "objection_workdays": 5}}
    assert moved(document, 2025)["calendar"] == {"open": "2025-02-28", "objection_workdays": 5}


def test_copy_needs_a_free_code_and_the_right_office(
    scheme: Scheme, city_admin: User, county_admin: User
) -> None:
    with pytest.raises(Refusal, match="已有方案使用"):
        copy_to_year(scheme, code="T-2026", year=2027, by=city_admin)
    with pytest.raises(Refusal, match="不能为"):
        copy_to_year(scheme, code="T-2027", year=2027, by=county_admin)


def test_copied_scheme_opens_as_it_is(scheme: Scheme, city_admin: User) -> None:
    made = copy_to_year(scheme, code="T-2027", year=2027, by=city_admin)
    open_scheme(made, by=city_admin)
    assert made.state == Scheme.State.OPEN
    assert made.assessed_offices.count() == 2


# Trial ----------------------------------------------------------------------------------------------------------------


def test_trial_by_hand_with_last_years_figures(
    scheme: Scheme, tree: Tree, city_admin: User, client: Client
) -> None:
    Rollup.objects.create(
        year=2025, as_of=dt.date(2025, 12, 31), counted_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    )
    for code, numerator, denominator in (
        ("pairing.coverage", 30, 40),
        ("cases.closed_on_time", 19, 20),
        ("meetings.plenary", 1, None),
    ):
        MetricFact.objects.create(
            metric=code, period="2025", office=tree.county, numerator=numerator, denominator=denominator
        )
    client.force_login(city_admin)
    answer = client.get(reverse("assessment:trial", args=["T-2026"]))
    first, second = answer.context["trial"].groups[0].offices
    # 30/40 of 50 = 37.50; 95 % reached: 14; one meeting of two: 8. Manual and declared items stay open.
    assert [line.points for line in first.lines[:3]] == [D("37.50"), D("14.00"), D("8.00")]
    assert (first.total.earned, first.total.countable) == (D("59.50"), D("80"))
    # Nobody paired and no case in 乙县: not applicable; no meeting is 0 of 16.
    assert [line.points for line in second.lines[:3]] == [None, None, D("0.00")]
    assert not Result.objects.exists()


def test_trial_of_a_year_never_counted_offers_to_count_it(
    scheme: Scheme, city_admin: User, client: Client
) -> None:
    client.force_login(city_admin)
    page = client.get(reverse("assessment:trial", args=["T-2026"])).content.decode()
    assert "这一年还没有汇总过" in page
    answer = client.post(reverse("assessment:count_year", args=["T-2026"]))
    assert answer.status_code == 302


def test_examples_are_those_of_the_product() -> None:
    assert {file.stem for file in EXAMPLES.glob("*.yaml")} == {"TZ-2026", "TX-2026"}
