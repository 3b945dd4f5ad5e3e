"""结对表 and 走访台账: what each line becomes, that the same file twice changes nothing, and that undo takes all back."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.casework.models import Case
from apps.members.importing import outcomes
from apps.members.importing.batches import ask_to_apply, ask_to_undo, first_mapping
from apps.members.importing.findings import RosterRefused
from apps.members.importing.kinds import kind_named
from apps.members.importing.sheet import Upload
from apps.members.models import ImportBatch, Member, Organization
from apps.pairing.models import DutyEntry, Met, Pairing, PairingYear, Visit, VisitSource
from apps.pairing.queries import contact_of
from apps.pairing.rebuild import rebuild_all
from tests.cast import Tree
from tests.fixtures.rosters import roster_file
from tests.integration.members.importing import worked

pytestmark = pytest.mark.django_db

PAIR_HEAD = ["序号", "结对对象", "乡镇", "联系电话", "结对干部", "结对时间", "结束日期", "备注"]
VISIT_HEAD = ["日期", "走访人", "走访对象", "乡镇", "方式", "内容", "诉求"]


@pytest.fixture
def admin(client: Client, county_admin: User, settings: Settings) -> Client:
    settings.DEMO = True
    client.force_login(county_admin)
    return client


def sent(client: Client, what: str, tree: Tree, rows: list[list[Any]]) -> ImportBatch:
    """A list uploaded and tried."""
    answer = client.post(f"/{what}/import/", {"office": tree.county.pk, "sheet": roster_file(rows)})
    assert answer.status_code == 302, answer.text
    return worked(ImportBatch.objects.latest("pk"))


def entered(client: Client, what: str, tree: Tree, rows: list[list[Any]], by: User) -> ImportBatch:
    batch = sent(client, what, tree, rows)
    ask_to_apply(batch, by)
    return worked(batch)


def told(batch: ImportBatch) -> list[tuple[str, str]]:
    """Kind and reasons of each line."""
    found = outcomes.kept(batch.outcomes)
    return [(o.kind, "；".join(sentence for _column, sentence in o.reasons)) for o in found]


def is_exact() -> bool:
    """Whether a recount of everything changes nothing."""
    return all(rebuild_all(year).none for year in (2025, 2026))


def pair_row(name: str, cadre: str = "董干", start: str = "2026-02-01", end: str = "") -> list[str]:
    return ["1", name, "东镇", "", cadre, start, end, "不该保存的话"]


def test_pair_list_becomes_pairs(
    admin: Client, tree: Tree, county_admin: User, town_cadre: User, make_member: Callable[..., Member]
) -> None:
    make_member("王芳")
    rows = [PAIR_HEAD, pair_row("王芳"), ["合计", "1", "", "", "", "", "", ""]]
    batch = sent(admin, "pairs", tree, rows)
    assert told(batch) == [("new", "")]
    assert not Pairing.objects.exists()
    assert "不该保存的话" not in batch.upload.path.read_text()  # type: ignore[union-attr]
    ask_to_apply(batch, county_admin)
    worked(batch)
    pairing = Pairing.objects.select_related("member").get()
    assert (pairing.cadre, pairing.started_on) == (town_cadre, dt.date(2026, 2, 1))
    assert pairing.office_path == tree.town.path
    assert PairingYear.objects.filter(pairing=pairing, year=2026).exists()
    assert is_exact()
    again = sent(admin, "pairs", tree, rows)
    assert [kind for kind, _reason in told(again)] == ["skipped"]


def test_imported_pair_starts_no_first_contact_of_thirty_days(
    admin: Client, tree: Tree, county_admin: User, town_cadre: User, make_member: Callable[..., Member]
) -> None:
    make_member("王芳")
    entered(admin, "pairs", tree, [PAIR_HEAD, pair_row("王芳")], county_admin)
    today = timezone.localdate()
    due = contact_of(Pairing.objects.select_related("member").get(), today)
    assert due.due_on == today + dt.timedelta(days=90)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (pair_row("无此人"), "先登记"),
        (pair_row("王芳", "南邻"), "没有这位干部"),
        (pair_row("王芳", start="2099-01-01"), "不能晚于今天"),
        (pair_row("王芳", start=""), "请填写开始日期"),
        (pair_row("王芳", start="2026-03"), "写到日"),
        (pair_row("王芳", start="2019-01-01"), "才同意结对联系"),
        (pair_row("王芳", start="2026-03-01", end="2026-02-01"), "不能早于开始日期"),
        (pair_row("王芳、李四"), "一行只写一位成员"),
        (["1", "王芳", "西镇", "", "董干", "2026-02-01", "", ""], "与登记不符"),
    ],
)
def test_pair_list_is_refused_what_the_form_refuses(
    admin: Client,
    tree: Tree,
    town_cadre: User,
    neighbour: User,
    make_member: Callable[..., Member],
    row: list[str],
    reason: str,
) -> None:
    make_member("王芳")
    ((kind, said),) = told(sent(admin, "pairs", tree, [PAIR_HEAD, row]))
    assert kind == "error"
    assert reason in said


def test_two_of_one_name_are_told_apart_by_phone(
    admin: Client, tree: Tree, county_admin: User, town_cadre: User, make_member: Callable[..., Member]
) -> None:
    make_member("王芳", phone="13812345678")
    second = make_member("王芳", phone="13912345678")
    ((kind, said),) = told(sent(admin, "pairs", tree, [PAIR_HEAD, pair_row("王芳")]))
    assert (kind, "有 2 位王芳" in said) == ("error", True)
    row = pair_row("王芳")
    row[3] = "13912345678"
    entered(admin, "pairs", tree, [PAIR_HEAD, row], county_admin)
    assert Pairing.objects.get().member == second


def test_members_of_other_counties_are_not_found(
    admin: Client, tree: Tree, town_cadre: User, make_member: Callable[..., Member]
) -> None:
    make_member("王芳", office=tree.far_town)
    row = pair_row("王芳")
    row[2] = ""
    ((kind, said),) = told(sent(admin, "pairs", tree, [PAIR_HEAD, row]))
    assert (kind, "先登记" in said) == ("error", True)


def test_undo_of_a_pair_list_leaves_pairs_that_met(
    admin: Client, tree: Tree, county_admin: User, town_cadre: User, make_member: Callable[..., Member]
) -> None:
    for name in ("王芳", "李强"):
        make_member(name)
    batch = entered(admin, "pairs", tree, [PAIR_HEAD, pair_row("王芳"), pair_row("李强")], county_admin)
    entered(
        admin, "visits", tree, [VISIT_HEAD, ["2026-03-05", "董干", "王芳", "", "走访", "", ""]], county_admin
    )
    ask_to_undo(batch, county_admin)
    worked(batch)
    assert [pairing.member.name for pairing in Pairing.objects.select_related("member")] == ["王芳"]
    page = admin.get(f"/members/import/{batch.pk}/").text
    assert "已有联系或其他记录" in page
    assert is_exact()


@pytest.fixture
def ledger(pairing: Pairing) -> list[list[str]]:
    name = pairing.member.name
    return [
        VISIT_HEAD,
        ["2026.3.5", "董干", name, "东镇", "上门走访", "了解用工", "想办证"],
        ["2026.4.6", "town_cadre", name, "", "谈心谈话", "", ""],
    ]


def test_ledger_becomes_visits_marked_as_such(
    admin: Client, tree: Tree, county_admin: User, pairing: Pairing, ledger: list[list[str]]
) -> None:
    batch = entered(admin, "visits", tree, ledger, county_admin)
    first, second = Visit.objects.order_by("happened_on")
    assert (first.kind, first.source, first.office_path) == ("home_visit", VisitSource.LEDGER, tree.town.path)
    assert first.text == "了解用工；诉求建议：想办证"
    assert (second.kind, second.cadre, second.entered_by) == ("talk", pairing.cadre, county_admin)
    assert not Case.objects.exists()
    assert Met.objects.count() == DutyEntry.objects.count() == 2
    year = PairingYear.objects.get(pairing=pairing, year=2026)
    assert (year.visit[2], year.talk[3], year.last_contact_on) == (1, 1, dt.date(2026, 4, 6))
    pairing.member.refresh_from_db()
    assert pairing.member.last_contact_on == dt.date(2026, 4, 6)
    assert is_exact()
    assert "台账补录" in admin.get(f"/visits/{first.public_id}/").text
    assert "走访台账" in admin.get("/members/imports/").text
    assert admin.get(f"/members/import/{batch.pk}/").status_code == 200


def test_same_ledger_twice_changes_nothing(
    admin: Client, tree: Tree, county_admin: User, ledger: list[list[str]]
) -> None:
    entered(admin, "visits", tree, ledger, county_admin)
    again = entered(admin, "visits", tree, [*ledger, ledger[1]], county_admin)
    assert [kind for kind, _reason in told(again)] == ["skipped"] * 3
    assert Visit.objects.count() == 2


def test_group_visit_is_one_entry_for_each(
    admin: Client,
    tree: Tree,
    county_admin: User,
    pairing: Pairing,
    pair_with: Callable[[Member], Pairing],
    make_member: Callable[..., Member],
    ledger: list[list[str]],
) -> None:
    pair_with(make_member("李强"))
    ledger[1][2] = f"{pairing.member.name}、李强"
    entered(admin, "visits", tree, ledger[:2], county_admin)
    assert Visit.objects.count() == 1
    assert Met.objects.count() == 2
    assert is_exact()


@pytest.mark.parametrize(
    ("at", "value", "reason"),
    [
        (0, "2099-01-01", "今天之后"),
        (0, "2020-01-01", "没有结对"),
        (0, "", "请填写日期"),
        (1, "南邻", "没有这位干部"),
        (2, "无此人", "先登记"),
        (4, "吃饭", "请填写走访"),
        (5, "长" * 301, "300"),
        (5, "此人思想落后", ""),
    ],
)
def test_ledger_is_refused_what_the_form_refuses(
    admin: Client, tree: Tree, neighbour: User, ledger: list[list[str]], at: int, value: str, reason: str
) -> None:
    ledger[1][at] = value
    (kind, said), other = told(sent(admin, "visits", tree, ledger))
    assert kind == "error"
    assert reason in said
    assert other[0] == "new"


def test_undo_of_a_ledger_restores_what_was(
    admin: Client, tree: Tree, county_admin: User, pairing: Pairing, ledger: list[list[str]]
) -> None:
    rebuild_all(2026)
    before = PairingYear.objects.filter(pairing=pairing).values().first()
    batch = entered(admin, "visits", tree, ledger, county_admin)
    ask_to_undo(batch, county_admin)
    assert worked(batch).state == ImportBatch.State.UNDONE
    assert not Visit.objects.exists()
    assert not DutyEntry.objects.exists()
    assert PairingYear.objects.filter(pairing=pairing).values().first() == before
    pairing.member.refresh_from_db()
    assert pairing.member.last_contact_on is None


def test_undo_leaves_what_was_voided(
    admin: Client, tree: Tree, county_admin: User, ledger: list[list[str]]
) -> None:
    batch = entered(admin, "visits", tree, ledger, county_admin)
    Visit.objects.filter(kind="talk").update(
        voided_at=timezone.now(), voided_by=county_admin, void_reason="记错", version=2
    )
    ask_to_undo(batch, county_admin)
    worked(batch)
    assert list(Visit.objects.values_list("kind", flat=True)) == ["talk"]
    assert "导入后有修改" in admin.get(f"/members/import/{batch.pk}/").text


@pytest.mark.parametrize(
    ("what", "head", "said"),
    [
        (ImportBatch.Kind.PAIRS, ["姓名", "电话"], "结对干部、开始日期"),
        (ImportBatch.Kind.VISITS, ["日期", "干部", "对象"], "方式"),
        (ImportBatch.Kind.VISITS, ["甲", "乙"], "表头"),
    ],
)
def test_missing_columns_are_named(tree: Tree, what: ImportBatch.Kind, head: list[str], said: str) -> None:
    upload = Upload.read(
        "a.xlsx", roster_file([head, ["2026-01-01", "1", "王芳"]]), kind_named(what).vocabulary
    )
    with pytest.raises(RosterRefused, match=said):
        first_mapping(upload, tree.county, what)


@pytest.mark.parametrize("what", ["pairs", "visits"])
def test_template_is_read_back_without_its_sample(admin: Client, tree: Tree, what: str) -> None:
    answer = admin.get(f"/{what}/import/template/")
    upload = Upload.read("t.xlsx", io.BytesIO(answer.content), kind_named(what).vocabulary)
    mapping = first_mapping(upload, tree.county, what)
    assert mapping.left_out == ()
    assert mapping.goes_straight(kind_named(what).vocabulary, tree.county)
    assert len(upload.sheets) == 1


def test_only_who_manages_pairs_may_bring_them(
    client: Client, settings: Settings, tree: Tree, make_user: Callable[..., User]
) -> None:
    settings.DEMO = True
    client.force_login(make_user("leader", RoleName.LEADER, tree.county))
    assert client.get("/pairs/import/").status_code == 403


UNIT_HEAD = ["日期", "走访人", "走访对象", "走访企业", "方式", "内容"]


def test_ledger_brings_visits_to_organizations(
    admin: Client, tree: Tree, county_admin: User, pairing: Pairing
) -> None:
    """An organization alone, one with a member, one that is not registered; and all of it twice is once."""
    firm = Organization.objects.create(office=tree.town, name="东风机械有限公司", kind="enterprise")
    rows = [
        UNIT_HEAD,
        ["2026-03-05", "董干", "", firm.name, "走访", "看了车间"],
        ["2026-03-06", "董干", pairing.member.name, firm.name, "座谈", ""],
        ["2026-03-07", "董干", "", "没有登记的公司", "走访", ""],
    ]
    batch = entered(admin, "visits", tree, rows, county_admin)
    assert [kind for kind, _reason in told(batch)] == ["new", "new", "error"]
    met = Met.objects.order_by("visit__happened_on", "pk").values_list("member", "organization")
    assert list(met) == [(None, firm.pk), (pairing.member_id, None), (None, firm.pk)]
    assert Visit.objects.order_by("happened_on")[0].text == "看了车间"
    again = sent(admin, "visits", tree, rows[:3])
    assert [kind for kind, _reason in told(again)] == ["skipped", "skipped"]
