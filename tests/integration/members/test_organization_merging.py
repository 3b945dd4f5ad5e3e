"""Two entries of one organization made one, and separated again; an organization that moves to another office."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.casework.models import Case
from apps.core.refusals import Conflict, Refusal
from apps.members import merging
from apps.members.merges import forget_old_merges
from apps.members.models import Appointment, Member, Organization, OrganizationMerge
from apps.members.organization_actions import move_organization
from apps.members.organization_merges import Entry, merge_organizations, undo_organization_merge
from apps.members.organization_twins import Cores, likely_pairs, twins_of
from apps.members.organizations import find_or_add
from apps.members.versions import events_of, latest_version
from apps.offices.models import Office
from apps.pairing.actions import log_visit
from apps.pairing.models import Campaign, Met, Pairing, Target
from apps.pairing.rules import VisitContent
from tests.cast import Tree
from tests.integration.members.importing import HEAD, applied, person

CODE = "9144030071526726XG"
MakeMember = Callable[..., Member]
TABLES = ["members.Organization", "members.Appointment", "pairing.Met", "pairing.Target", "casework.Case"]


def made(office: Office, name: str, kind: str = "enterprise", **more: object) -> Organization:
    return Organization.objects.create(office=office, name=name, kind=kind, **more)


def entry(organization: Organization) -> Entry:
    organization.refresh_from_db()
    return Entry(organization=organization, version=latest_version(organization))


def merge(kept: Organization, duplicate: Organization, by: User, *take: str) -> OrganizationMerge:
    return merge_organizations(
        kept=entry(kept), duplicate=entry(duplicate), from_duplicate=frozenset(take), by=by
    )


def everything() -> dict[str, list[str]]:
    found = {}
    for label in TABLES:
        model: type[models.Model] = apps.get_model(label)
        columns = [f.attname for f in model._meta.concrete_fields]
        found[label] = sorted(repr(row) for row in model._default_manager.values_list(*columns))
    return found


@pytest.fixture
def firm(tree: Tree) -> Organization:
    return made(tree.county, "甲县东风纺织有限公司")


@pytest.fixture
def twin(tree: Tree) -> Organization:
    return made(tree.town, "东风纺织（甲县）有限公司", credit_code=CODE)


def test_links_of_every_app_move_and_come_back(
    county_admin: User,
    town_cadre: User,
    tree: Tree,
    firm: Organization,
    twin: Organization,
    make_member: MakeMember,
) -> None:
    member, other = make_member("王芳"), make_member("李强")
    for place, since in ((firm, dt.date(2024, 1, 1)), (twin, dt.date(2020, 1, 1))):
        Appointment.objects.create(member=member, organization=place, title="经理", starts_on=since)
    Appointment.objects.create(member=other, organization=twin, title="会计")
    Pairing.objects.create(
        office=member.office, cadre=town_cadre, member=member, started_on=dt.date(2026, 1, 1)
    )
    for places in ((twin,), (firm, twin)):
        content = VisitContent(
            members=(member.public_id,), kind="talk", happened_on=dt.date(2026, 3, 5), organizations=places
        )
        log_visit(
            public_id=uuid.uuid4(), content=content, by=town_cadre, among=Member.objects.all(), confirmed=True
        )
    case = asked_by(twin, town_cadre)
    wanted_of(county_admin, twin)
    wanted_of(county_admin, twin, firm)
    before = everything()
    done = merge(firm, twin, county_admin, "credit_code")
    held = Appointment.objects.filter(organization=firm).values_list("member__name", "title", "starts_on")
    assert set(held) == {("王芳", "经理", dt.date(2020, 1, 1)), ("李强", "会计", None)}
    assert Met.objects.filter(organization=firm).count() == 2
    assert not Met.objects.filter(organization=twin).exists()
    case.refresh_from_db()
    assert case.organization == firm
    assert [target.organization for target in Target.objects.all()] == [firm, firm]
    assert {target.office for target in Target.objects.all()} == {firm.office}
    firm.refresh_from_db()
    assert firm.credit_code == CODE
    undo_organization_merge(merge=done, by=county_admin)
    assert everything() == before


def asked_by(organization: Organization, by: User) -> Case:
    return Case.objects.create(
        office=organization.office,
        lead_office=organization.office,
        organization=organization,
        kind="request",
        opened_on=dt.date(2026, 3, 1),
        due_on=dt.date(2026, 4, 1),
        entered_by=by,
    )


def wanted_of(by: User, *organizations: Organization) -> None:
    """A campaign that wants them visited."""
    days = {"starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2026, 12, 31)}
    office = organizations[0].office
    campaign = Campaign.objects.create(office=office, title="大走访", purpose="听需求", created_by=by, **days)
    for one in organizations:
        Target.objects.create(office=one.office, campaign=campaign, organization=one)


def test_branches_move(county_admin: User, tree: Tree) -> None:
    kept, twin = made(tree.county, "甲县商会", "chamber"), made(tree.county, "甲县总商会", "chamber")
    branch = made(tree.town, "东镇商会", "chamber", parent=twin)
    done = merge(kept, twin, county_admin)
    branch.refresh_from_db()
    assert branch.parent == kept
    undo_organization_merge(merge=done, by=county_admin)
    branch.refresh_from_db()
    assert branch.parent == twin


@pytest.mark.parametrize("take", [[], ["name"]])
def test_both_names_go_on_leading_to_the_kept_entry(
    county_admin: User, tree: Tree, firm: Organization, take: list[str]
) -> None:
    twin = made(tree.county, "东风纺织厂")
    before = everything()
    done = merge(firm, twin, county_admin, *take)
    firm.refresh_from_db()
    assert firm.name == ("东风纺织厂" if take else "甲县东风纺织有限公司")
    for name in ("甲县东风纺织有限公司", "东风纺织厂"):
        assert find_or_add(name, "enterprise", tree.town) == firm
    undo_organization_merge(merge=done, by=county_admin)
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_a_roster_that_writes_the_old_name_means_the_kept_entry(
    county_admin: User, tree: Tree, firm: Organization, twin: Organization
) -> None:
    merge(firm, twin, county_admin)
    applied([HEAD, person(1, 工作单位=twin.name, 职务="经理")], tree.county, county_admin)
    assert Appointment.objects.get().organization == firm


def test_a_name_leads_on_after_a_second_merge(county_admin: User, tree: Tree, firm: Organization) -> None:
    first, second = made(tree.county, "东风厂"), made(tree.county, "东风纺织厂")
    done = merge(second, first, county_admin)
    merge(firm, second, county_admin)
    assert find_or_add("东风厂", "enterprise", tree.town) == firm
    with pytest.raises(Refusal, match="后一次合并"):
        undo_organization_merge(merge=done, by=county_admin)


def test_a_link_nobody_declared_stops_the_merge(
    county_admin: User, firm: Organization, twin: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(merging.of_organizations._steps, "casework.cases")
    with pytest.raises(Refusal, match="尚未声明"):
        merge(firm, twin, county_admin)
    assert not OrganizationMerge.objects.exists()


@pytest.mark.parametrize(
    ("kept", "other", "sentence"),
    [
        ({"kind": "chamber"}, {"kind": "enterprise"}, "不同类"),
        ({"credit_code": CODE}, {"credit_code": "91110000710931257B"}, "信用代码不同"),
        ({"ended_on": dt.date(2026, 1, 1)}, {}, "请保留现有"),
        (
            {"kind": "party_branch", "name": "民革甲县支部"},
            {"kind": "party_branch", "name": "民盟甲县支部"},
            "党派",
        ),
    ],
)
def test_merge_refused(
    county_admin: User, tree: Tree, kept: dict[str, str], other: dict[str, str], sentence: str
) -> None:
    one = made(tree.county, **{"name": "甲", **kept})
    two = made(tree.county, **{"name": "乙", **other})
    with pytest.raises(Refusal, match=sentence):
        merge(one, two, county_admin)


def test_one_above_the_other_is_refused(county_admin: User, tree: Tree) -> None:
    above = made(tree.county, "甲县商会", "chamber")
    below = made(tree.town, "东镇商会", "chamber", parent=above)
    for pair in ((above, below), (below, above)):
        with pytest.raises(Refusal, match="上级组织"):
            merge(*pair, county_admin)


def test_branches_that_could_not_stand_there_stop_the_merge(county_admin: User, tree: Tree) -> None:
    kept, twin = made(tree.town, "东镇商会", "chamber"), made(tree.county, "甲县商会", "chamber")
    made(tree.other_town, "西镇商会", "chamber", parent=twin)
    with pytest.raises(Refusal, match="西镇商会"):
        merge(kept, twin, county_admin)
    assert not Organization.objects.filter(merged_into__isnull=False).exists()


def test_somebody_else_was_faster(county_admin: User, firm: Organization, twin: Organization) -> None:
    seen = entry(twin)
    Organization.objects.filter(pk=twin.pk).update(term=3)
    with pytest.raises(Conflict):
        merge_organizations(kept=entry(firm), duplicate=seen, from_duplicate=frozenset(), by=county_admin)


def test_undo_where_the_name_was_taken_again_is_refused(
    county_admin: User, tree: Tree, firm: Organization, twin: Organization
) -> None:
    done = merge(firm, twin, county_admin, "credit_code")
    made(tree.town, "另一家", credit_code="")
    Organization.objects.filter(pk=firm.pk).update(credit_code="")
    made(tree.far_town, "又一家", credit_code=CODE)
    with pytest.raises(Refusal, match="已被另一个单位使用"):
        undo_organization_merge(merge=done, by=county_admin)
    assert OrganizationMerge.objects.standing().exists()


def test_entries_without_history_are_merged_and_separated(
    client: Client, county_admin: User, firm: Organization, twin: Organization
) -> None:
    """The entries of the demo, in which nothing was changed yet."""
    client.force_login(county_admin)
    events_of(Organization).all().delete()
    before = everything()
    page = reverse("organizations:merge", args=[firm.public_id, twin.public_id])
    shown = client.get(page).context
    said = {name: shown[name] for name in ("kept_version", "duplicate_version")}
    assert client.post(page, {**said, "take": ["credit_code"]}).status_code == 302
    undo_organization_merge(merge=OrganizationMerge.objects.get(), by=county_admin)
    assert everything() == before


def test_undo_ends_after_thirty_days(county_admin: User, firm: Organization, twin: Organization) -> None:
    done = merge(firm, twin, county_admin)
    OrganizationMerge.objects.update(at=done.at - dt.timedelta(days=31))
    with pytest.raises(Refusal, match="30 天"):
        undo_organization_merge(merge=done, by=county_admin)
    assert forget_old_merges(done.at + dt.timedelta(days=31)) == 1


# -- likely twins -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "core"),
    [
        ("甲县东风纺织有限公司", "enterprise", "东风纺织"),
        ("东风纺织（甲县）有限责任公司", "enterprise", "东风纺织"),
        ("试验市甲县东风纺织股份有限公司", "enterprise", "东风纺织"),
        ("甲县", "institution", "甲县"),
        ("东镇中心小学", "institution", "中心小学"),
        ("东镇卫生院", "institution", "东镇卫生院"),
        ("甲县东镇商会", "chamber", "东商会"),
        ("东镇商会", "chamber", "东商会"),
        ("西镇商会", "chamber", "西商会"),
        ("民革东镇支部", "party_branch", "东民革支部"),
    ],
)
def test_core_of_a_name(tree: Tree, name: str, kind: str, core: str) -> None:
    assert Cores().of(Organization(name=name, kind=kind)) == core


def test_twins_are_found_by_name_and_by_code(
    county_admin: User, tree: Tree, firm: Organization, twin: Organization
) -> None:
    renamed = made(tree.other_town, "朝阳织造", credit_code="91320000" + CODE[8:17] + "X")
    made(tree.county, "南风纺织有限公司")
    assert [one.organization for one in twins_of(firm, county_admin)] == [twin]
    assert [one.organization for one in twins_of(twin, county_admin)] == [renamed, firm]
    pairs = {(pair.kept, pair.duplicate) for pair in likely_pairs(county_admin)}
    assert pairs == {(twin, firm), (twin, renamed)}


def test_twins_outside_the_own_offices_are_not_told(
    county_admin: User, tree: Tree, firm: Organization
) -> None:
    made(tree.far_town, "东风纺织有限公司")
    assert twins_of(firm, county_admin) == []
    assert likely_pairs(county_admin) == []


# -- pages ------------------------------------------------------------------------------------------------------


def test_pages_of_a_merge(client: Client, county_admin: User, firm: Organization, twin: Organization) -> None:
    client.force_login(county_admin)
    assert twin.name in client.get(reverse("organizations:twins")).content.decode()
    chosen = client.get(reverse("organizations:choose_twin", args=[firm.public_id]))
    url = reverse("organizations:merge", args=[firm.public_id, twin.public_id])
    assert url in chosen.content.decode()
    shown = client.get(url)
    versions = {name: shown.context[name] for name in ("kept_version", "duplicate_version")}
    assert client.post(url, {**versions, "take": ["credit_code"]}).status_code == 302
    detail = reverse("organizations:detail", args=[twin.public_id])
    assert client.get(detail).headers["location"] == reverse("organizations:detail", args=[firm.public_id])
    merged = client.get(reverse("organizations:merged")).content.decode()
    assert twin.name in merged
    done = OrganizationMerge.objects.get()
    client.post(reverse("organizations:undo_merge", args=[done.pk]))
    assert client.get(detail).status_code == 200


def test_merging_with_what_somebody_else_keeps_is_not_there(
    client: Client, county_admin: User, tree: Tree, firm: Organization
) -> None:
    far = made(tree.far_town, "东风纺织有限公司")
    client.force_login(county_admin)
    url = reverse("organizations:merge", args=[firm.public_id, far.public_id])
    assert client.get(url).status_code == 404


# -- another office ---------------------------------------------------------------------------------------------


def test_organization_moves_to_another_office(
    client: Client, county_admin: User, tree: Tree, twin: Organization
) -> None:
    client.force_login(county_admin)
    url = reverse("organizations:move", args=[twin.public_id])
    assert client.post(url, {"office": tree.county.pk}).status_code == 302
    twin.refresh_from_db()
    assert (twin.office, twin.office_path) == (tree.county, tree.county.path)


def test_move_refused_where_the_tree_would_break(county_admin: User, tree: Tree) -> None:
    above = made(tree.county, "甲县商会", "chamber")
    below = made(tree.town, "东镇商会", "chamber", parent=above)
    with pytest.raises(Refusal, match="东镇商会"):
        move_organization(organization=above, office=tree.other_town, by=county_admin)
    made(tree.other_town, "东镇商会", "chamber")
    with pytest.raises(Refusal, match="同名"):
        move_organization(organization=below, office=tree.other_town, by=county_admin)


def test_move_to_an_office_of_others_is_not_offered(
    client: Client, county_admin: User, tree: Tree, twin: Organization
) -> None:
    client.force_login(county_admin)
    url = reverse("organizations:move", args=[twin.public_id])
    assert client.post(url, {"office": tree.far_town.pk}).status_code == 422


def test_twins_said_to_be_two_are_not_shown_again(
    client: Client, county_admin: User, firm: Organization, twin: Organization, tree: Tree
) -> None:
    client.force_login(county_admin)
    third = made(tree.other_town, "东风纺织股份有限公司")
    first = likely_pairs(county_admin)[0]
    answer = client.post(
        reverse("organizations:say_two", args=[first.kept.public_id, first.duplicate.public_id]), follow=True
    )
    assert "以后不再提示" in answer.text
    left = likely_pairs(county_admin)
    assert (first.kept, first.duplicate) not in [(pair.kept, pair.duplicate) for pair in left]
    assert {third, twin} <= {one for pair in left for one in (pair.kept, pair.duplicate)}
    assert first.duplicate not in [found.organization for found in twins_of(first.kept, county_admin)]
    said = client.get(reverse("organizations:different"))
    (pair,) = said.context["page"].rows
    client.post(reverse("organizations:compare_again", args=[pair.pk]))
    assert likely_pairs(county_admin)[0] == first
