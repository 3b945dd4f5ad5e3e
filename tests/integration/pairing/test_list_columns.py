"""结对表 and 走访台账 whose headings are not the usual ones: guessed, shown, corrected, remembered; several sheets at once."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.core.credit_codes import check_sign
from apps.core.periods import Period
from apps.members.importing.batches import ask_to_apply, ask_to_undo
from apps.members.importing.kinds import kind_named
from apps.members.importing.mapping import guess
from apps.members.importing.sheet import Upload
from apps.members.models import ImportBatch, Member, Organization, RosterMemory
from apps.offices.closing import close_period
from apps.pairing.importing.columns import TARGETS, VISITS, ListColumn
from apps.pairing.models import Met, Pairing, Visit
from tests.cast import Tree
from tests.fixtures.rosters import roster_file
from tests.integration.members.importing import worked
from tests.integration.pairing.test_imports import VISIT_HEAD, entered, told
from tests.unit.members.rosters import xlsx

pytestmark = pytest.mark.django_db

ODD_HEAD = ["序号", "结对对象", "乡镇", "结对干部", "何时结的对", "干部职务", "对象表现"]


@pytest.fixture
def admin(client: Client, county_admin: User, settings: Settings) -> Client:
    settings.DEMO = True
    client.force_login(county_admin)
    return client


def send(client: Client, what: str, tree: Tree, content: Any) -> tuple[str, ImportBatch]:
    """Where an upload leads, and its batch."""
    answer = client.post(f"/{what}/import/", {"office": tree.county.pk, "sheet": content})
    assert answer.status_code == 302, answer.text
    return str(answer["Location"]), ImportBatch.objects.latest("pk")


def test_odd_headings_are_guessed_corrected_and_remembered(
    admin: Client, tree: Tree, town_cadre: User, make_member: Callable[..., Member]
) -> None:
    names = ["王芳", "李明", "赵建国"]
    for name in names:
        make_member(name)
    rows: list[list[Any]] = [
        ODD_HEAD,
        *[[n, name, "东镇", "董干", "2026-02-01", "科员", "很好"] for n, name in enumerate(names, 1)],
    ]
    where, batch = send(admin, "pairs", tree, roster_file(rows))
    assert where == f"/members/import/{batch.pk}/columns/"
    page = admin.get(where)
    assert "还没有认出：开始日期" in page.text
    assert "2026-02-01" in page.text
    assert "科员" not in batch.upload.path.read_text()  # type: ignore[union-attr]
    assert "很好" not in batch.upload.path.read_text()  # type: ignore[union-attr]
    said = {"head_to": "0", "read": "0", "column_0": "number", "column_1": "name", "column_2": "town"}
    assert "请指明哪一列是结对干部、开始日期" in admin.post(where, said).text
    assert admin.post(where, said | {"column_3": "cadre", "column_4": "start"}).status_code == 302
    assert [kind for kind, _reason in told(worked(batch))] == ["new"] * 3
    kept = RosterMemory.objects.filter(office=tree.county, kind="pairs").values_list("heading", "column")
    assert ("何时结的对", "start") in kept
    again, second = send(admin, "pairs", tree, roster_file(rows))
    assert again == f"/members/import/{second.pk}/"


def test_memory_of_one_kind_says_nothing_of_another(tree: Tree) -> None:
    RosterMemory.objects.create(office=tree.county, kind="pairs", heading="何日", column="start")
    upload = Upload.read("a.xlsx", roster_file([VISIT_HEAD, ["2026-01-01"] + ["x"] * 6]), VISITS)
    assert guess(upload, {}, VISITS).columns[ListColumn.DATE] == 0
    assert kind_named("visits").vocabulary is VISITS


def test_sheets_of_two_towns_are_read_together(
    admin: Client, tree: Tree, county_admin: User, town_cadre: User, make_member: Callable[..., Member]
) -> None:
    for name, office in (("王芳", tree.town), ("王芳", tree.other_town), ("李明", tree.town)):
        make_member(name, office=office)
    # What is said of the one sheet holds for the other with the same headings.
    head = ["结对对象", "结对干部", "自何时"]
    first = [head, ["王芳", "董干", "2026-02-01"], ["李明", "董干", "2026-02-01"]]
    second = [head, ["李明", "董干", "2026-02-01"]]
    content = io.BytesIO(xlsx(("东镇", first), ("名单", second)))
    content.name = "结对表.xlsx"
    where, batch = send(admin, "pairs", tree, content)
    page = admin.get(where)
    assert page.text.count('name="read"') == 2
    said = {f"column_{at}": column for at, column in enumerate(("name", "cadre", "start"))}
    admin.post(where, {"head_to": "0", "sheet": "0", "read": ["0", "1"], **said})
    found = told(worked(batch))
    # The name of the sheet says which 王芳; the second sheet repeats what stands in the first.
    assert [kind for kind, _reason in found] == ["new", "new", "skipped"]
    assert found[2][1] == "与工作表“东镇”第 3 行重复"
    ask_to_apply(batch, county_admin)
    worked(batch)
    assert {pair.member.office for pair in Pairing.objects.select_related("member__office")} == {tree.town}
    assert admin.get(f"/members/import/{batch.pk}/").status_code == 200


def test_company_among_those_visited_is_an_organization(
    admin: Client, tree: Tree, county_admin: User, pairing: Pairing
) -> None:
    name = pairing.member.name
    firm = Organization.objects.create(office=tree.town, name="同舟实业有限公司", kind="enterprise")
    rows = [
        ["2026-03-05", "董干", "同舟实业有限公司", "东镇", "走访", "看车间", ""],
        ["2026-03-06", "董干", f"{name}、同舟实业有限公司", "东镇", "座谈", "议用工", ""],
        ["2026-03-07", "董干", "无名机械有限公司", "东镇", "走访", "", ""],
    ]
    batch = entered(admin, "visits", tree, [VISIT_HEAD, *rows], county_admin)
    assert [kind for kind, _reason in told(batch)] == ["new", "new", "error"]
    assert "团体和单位" in told(batch)[2][1]
    met = Met.objects.order_by("visit__happened_on", "member").values_list("member", "organization")
    assert set(met) == {(None, firm.pk), (pairing.member_id, None)}
    assert Met.objects.filter(organization=firm).count() == 2


@pytest.mark.parametrize("digits", ["91321200140000003", "12321283466123459"])
def test_code_of_digits_alone_is_no_identity_card(digits: str) -> None:
    rows = [["单位名称", "统一社会信用代码"], ["示例厂", digits + check_sign(digits)]]
    upload = Upload.read("a.xlsx", roster_file(rows), TARGETS)
    assert upload.sheets[0].rows[1][1] == digits + check_sign(digits)


def test_undo_leaves_and_names_what_was_closed_since(
    admin: Client, tree: Tree, county_admin: User, pairing: Pairing
) -> None:
    rows = [
        ["2026-03-05", "董干", pairing.member.name, "东镇", "走访", "看车间", ""],
        ["2026-04-06", "董干", pairing.member.name, "东镇", "谈心", "", ""],
    ]
    batch = entered(admin, "visits", tree, [VISIT_HEAD, *rows], county_admin)
    page = f"/members/import/{batch.pk}/"
    assert "撤销时保留" not in admin.get(page).text
    close_period(office=tree.county, period=Period.parse("2026-03"), by=county_admin)
    before = admin.get(page).text
    assert "撤销时保留的 1 条" in before
    assert "2026-03-05" in before
    ask_to_undo(batch, county_admin)
    worked(batch)
    assert [visit.happened_on for visit in Visit.objects.all()] == [dt.date(2026, 3, 5)]
    assert "所属时段在导入后已封账" in admin.get(page).text
