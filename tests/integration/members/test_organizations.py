"""团体和单位: entered, changed, put under each other, ended, renewed; who is named and who is counted."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.core.refusals import Refusal
from apps.members import organization_actions as actions
from apps.members.models import Appointment, Member, Organization, OrganizationKind, PublicSeat
from apps.members.organization_actions import OrganizationParticulars
from apps.members.organization_lists import coverage, holders_of, months_after, renewals
from apps.members.organization_tree import tree_around
from apps.offices.models import Office
from tests.cast import Tree

CODE = "9144030071526726XG"
MakeMember = Callable[..., Member]


def made(office: Office, name: str, kind: str = "party_branch", **more: object) -> Organization:
    return Organization.objects.create(office=office, name=name, kind=kind, **more)


def enter(by: User, office: Office, name: str, kind: str = "party_branch", **more: object) -> Organization:
    wanted = OrganizationParticulars(name=name, kind=kind, **more)  # type: ignore[arg-type]
    return actions.add_organization(office=office, wanted=wanted, by=by)


@pytest.fixture
def county_branch(tree: Tree) -> Organization:
    return made(tree.county, "民革甲县总支")


def test_branch_stands_under_its_own_party(
    county_admin: User, tree: Tree, county_branch: Organization
) -> None:
    branch = enter(county_admin, tree.town, "民革东镇支部", parent=county_branch)
    assert branch.parent == county_branch
    with pytest.raises(Refusal, match="另一个党派"):
        enter(county_admin, tree.town, "民盟东镇支部", parent=county_branch)


@pytest.mark.parametrize(
    ("name", "kind", "more", "sentence"),
    [
        ("东镇商会", "chamber", {"parent": "branch"}, "同类"),
        ("东镇佛教协会", "professional", {}, "宗教、民族团体"),
        ("民革甲县总支", "party_branch", {}, "同名"),
        ("某公司", "enterprise", {"credit_code": CODE}, "另一个单位"),
    ],
)
def test_organization_refused(
    county_admin: User,
    tree: Tree,
    county_branch: Organization,
    name: str,
    kind: str,
    more: dict[str, object],
    sentence: str,
) -> None:
    made(tree.far_town, "远处公司", "enterprise", credit_code=CODE)
    if more.get("parent"):
        more = {"parent": county_branch}
    with pytest.raises(Refusal, match=sentence):
        enter(county_admin, tree.county, name, kind, **more)


def test_loop_is_refused(county_admin: User, tree: Tree, county_branch: Organization) -> None:
    middle = enter(county_admin, tree.county, "民革甲县一支部", parent=county_branch)
    lowest = enter(county_admin, tree.county, "民革甲县一小组", parent=middle)
    wanted = OrganizationParticulars(name=county_branch.name, kind="party_branch", parent=lowest)
    with pytest.raises(Refusal, match="循环"):
        actions.change_organization(organization=county_branch, wanted=wanted, by=county_admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organization.objects.filter(pk=lowest.pk).update(parent=lowest.pk)


def test_parent_stands_at_the_office_or_above(county_admin: User, tree: Tree) -> None:
    beside = made(tree.other_town, "民革西镇支部")
    with pytest.raises(Refusal, match="本机构或上级"):
        enter(county_admin, tree.town, "民革东镇支部", parent=beside)


def test_ending_ends_the_appointments_and_asks_for_the_branches_first(
    county_admin: User, tree: Tree, county_branch: Organization, make_member: MakeMember
) -> None:
    branch = enter(county_admin, tree.town, "民革东镇支部", parent=county_branch)
    post = Appointment.objects.create(member=make_member(), organization=branch, title="主委")
    today = timezone.localdate()
    with pytest.raises(Refusal, match="先终止下级"):
        actions.end_organization(organization=county_branch, on=today, by=county_admin)
    assert actions.end_organization(organization=branch, on=today, by=county_admin) == 1
    post.refresh_from_db()
    assert post.ends_on == today
    with pytest.raises(Refusal, match="已经终止"):
        actions.end_organization(organization=branch, on=today, by=county_admin)


def test_renewal_ends_offices_and_keeps_members(
    county_admin: User, tree: Tree, county_branch: Organization, make_member: MakeMember
) -> None:
    member = make_member()
    for title in ("主委", "", "会员"):
        Appointment.objects.create(member=member, organization=county_branch, title=title)
    today = timezone.localdate()
    ended = actions.renew_organization(
        organization=county_branch,
        on=today,
        term=4,
        term_ends_on=today + dt.timedelta(days=1800),
        ends_posts=True,
        by=county_admin,
    )
    assert ended == 1
    held = county_branch.appointments.filter(ends_on=None).values_list("title", flat=True)
    assert set(held) == {"", "会员"}
    with pytest.raises(Refusal, match="第 4 届"):
        actions.renew_organization(
            organization=county_branch,
            on=today,
            term=4,
            term_ends_on=today + dt.timedelta(days=1),
            ends_posts=False,
            by=county_admin,
        )


def test_renewals_are_due_within_six_months(tree: Tree) -> None:
    today = dt.date(2026, 8, 31)
    for name, end in [("a", "2026-01-01"), ("b", "2027-02-28"), ("c", "2027-03-01")]:
        made(tree.town, f"{name}商会", "chamber", term_ends_on=end)
    made(tree.town, "旧商会", "chamber", term_ends_on="2026-01-01", ended_on="2026-02-01")
    made(tree.town, "无届商会", "chamber")
    assert [o.name for o in renewals(Organization.objects.all(), today)] == ["a商会", "b商会"]


@pytest.mark.parametrize(
    ("day", "after"),
    [("2026-08-31", "2027-02-28"), ("2027-08-30", "2028-02-29"), ("2026-06-30", "2026-12-30")],
)
def test_six_months_after(day: str, after: str) -> None:
    assert months_after(dt.date.fromisoformat(day), 6) == dt.date.fromisoformat(after)


def test_tree_shows_names_above_and_nothing_beside(
    town_cadre: User, county_admin: User, tree: Tree, county_branch: Organization
) -> None:
    own = enter(county_admin, tree.town, "民革东镇支部", parent=county_branch)
    enter(county_admin, tree.other_town, "民革西镇支部", parent=county_branch)
    seen = [(t.organization.name, t.depth, t.is_open) for t in tree_around(own, town_cadre)]
    assert seen == [("民革甲县总支", 0, False), ("民革东镇支部", 1, True)]
    assert len(tree_around(own, county_admin)) == 3


def appointed(organization: Organization, members: list[Member], title: str = "会长") -> None:
    for member in members:
        Appointment.objects.create(member=member, organization=organization, title=title)


def test_association_names_members_to_those_who_may_see_names(
    town_cadre: User, county_admin: User, city_leader: User, tree: Tree, make_member: MakeMember
) -> None:
    chamber = made(tree.town, "东镇商会", "chamber")
    appointed(chamber, [make_member("商一"), make_member("商二")])
    for keeper in (town_cadre, county_admin):
        assert [p.member.name for p in holders_of(chamber, keeper).named] == ["商二", "商一"]
    above = holders_of(chamber, city_leader)
    assert (above.named, above.others, above.total) == ([], "少于5人", "少于5人")


def test_enterprise_gives_counts_only(
    client: Client, town_cadre: User, county_admin: User, tree: Tree, make_member: MakeMember
) -> None:
    firm = made(tree.town, "东镇机械有限公司", "enterprise")
    appointed(firm, [make_member("企一")])
    client.force_login(town_cadre)
    page = client.get(reverse("organizations:detail", args=[firm.public_id])).content.decode()
    assert "企一" not in page
    assert holders_of(firm, town_cadre).total == "1"
    assert holders_of(firm, county_admin).total == "少于5人"
    appointed(firm, [make_member(f"企{n}") for n in range(4)])
    assert holders_of(firm, county_admin).total == "5"


def test_coverage_counts_organizations_and_members_by_town(
    town_cadre: User, county_admin: User, tree: Tree, make_member: MakeMember
) -> None:
    chamber, firm = made(tree.town, "东镇商会", "chamber"), made(tree.town, "公司", "enterprise")
    above = made(tree.county, "甲县商会", "chamber")
    made(tree.town, "旧商会", "chamber", ended_on="2026-01-01")
    member = make_member()
    for organization in (chamber, firm, above):
        appointed(organization, [member])
    make_member()
    row = coverage([tree.town], county_admin, of_members=False)[0]
    place = OrganizationKind.values.index
    assert (row.cells[place("chamber")], row.cells[place("enterprise")], row.total) == ("1", "1", "2")
    own = coverage([tree.town], town_cadre, of_members=True)[0]
    assert (own.cells[place("chamber")], own.total) == ("1", "1")
    assert coverage([tree.town], county_admin, of_members=True)[0].total == "少于5人"


def test_seats_name_only_whom_the_reader_may_name(
    client: Client, town_cadre: User, city_leader: User, tree: Tree, make_member: MakeMember
) -> None:
    for n in range(2):
        member = make_member(f"委{n}")
        PublicSeat.objects.create(member=member, kind="cppcc_member", level="county", sector="economy")
    client.force_login(town_cadre)
    page = client.get(reverse("organizations:seats")).content.decode()
    assert "委0" in page
    assert "经济界" in page
    client.force_login(city_leader)
    page = client.get(reverse("organizations:seats")).content.decode()
    assert "委0" not in page
    assert "少于5人" in page


def test_list_finds_by_name_and_code_in_own_offices(client: Client, county_admin: User, tree: Tree) -> None:
    made(tree.town, "东镇机械有限公司", "enterprise", credit_code=CODE)
    made(tree.far_town, "南镇机械有限公司", "enterprise")
    client.force_login(county_admin)
    for words in ("机械", "機械", CODE.lower()):
        page = client.get(reverse("organizations:list"), {"q": words}).content.decode()
        assert "东镇机械有限公司" in page
        assert "南镇" not in page
    assert "东镇机械" not in client.get(reverse("organizations:list"), {"kind": "chamber"}).content.decode()


@pytest.mark.parametrize("route", ["list", "renewals", "coverage", "seats"])
def test_lists_are_flat(
    client: Client, county_admin: User, tree: Tree, make_member: MakeMember, route: str
) -> None:
    def fill(numbers: range) -> None:
        for n in numbers:
            organization = made(tree.town, f"商会{n}", "chamber", term_ends_on="2026-01-01")
            member = make_member(f"人{n}")
            appointed(organization, [member])
            PublicSeat.objects.create(member=member, kind="deputy", level="city")

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse(f"organizations:{route}")).status_code == 200
        return len(caught)

    client.force_login(county_admin)
    fill(range(1))
    queries()  # the first request of a session asks more
    few = queries()
    fill(range(1, 8))
    assert queries() == few


def test_api_gives_organizations_without_members(
    client: Client, county_admin: User, tree: Tree, county_branch: Organization
) -> None:
    made(tree.town, "民革东镇支部", parent=county_branch, term=2, term_ends_on="2026-12-31")
    made(tree.town, "民革旧支部", ended_on="2026-01-01")
    client.force_login(county_admin)
    found = client.get("/api/v1/organizations/", {"ended": "false", "due_by": "2027-01-01"}).json()["results"]
    assert [(o["name"], o["parent"], o["term"]) for o in found] == [
        ("民革东镇支部", str(county_branch.public_id), 2)
    ]
    ended = client.get("/api/v1/organizations/", {"ended": "true"}).json()["results"]
    assert [o["name"] for o in ended] == ["民革旧支部"]


def test_form_explains_a_wrong_code(client: Client, county_admin: User, tree: Tree) -> None:
    client.force_login(county_admin)
    typed = {"office": tree.town.pk, "name": "东镇公司", "kind": "enterprise", "credit_code": CODE[:-1] + "1"}
    answer = client.post(reverse("organizations:new"), typed)
    assert answer.status_code == 422
    assert "校验不通过" in answer.content.decode()
    assert client.post(reverse("organizations:new"), {**typed, "credit_code": CODE}).status_code == 302
