"""Merging two registrations and taking it back: by hand, and for random histories table by table."""

import datetime as dt
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.activities.models import Activity, SignUp
from apps.casework.models import Case
from apps.core.access import Permission
from apps.core.refusals import Conflict
from apps.members import merging
from apps.members.actions import withdraw_member
from apps.members.merges import (
    MergeRefused,
    Side,
    UndeclaredLinks,
    forget_old_merges,
    merge_members,
    undo_merge,
)
from apps.members.models import Appointment, Consent, Member, Merge, Organization
from apps.members.unconfirmed import erase_unconfirmed
from apps.pairing.actions import log_visit
from apps.pairing.models import DutyEntry, Met, Pairing, PairingPlan, PairingYear
from apps.pairing.rebuild import Differences, rebuild_all
from apps.pairing.rules import VisitContent
from tests.cast import Tree
from tests.integration.pairing.histories import histories, write

NOTHING = Differences(0, 0, 0, 0)


def merge(kept: Member, duplicate: Member, by: User, **said: Any) -> Merge:
    kept, duplicate = Member.objects.get(pk=kept.pk), Member.objects.get(pk=duplicate.pk)
    return merge_members(
        kept=Side(member=kept, version=kept.version),
        duplicate=Side(member=duplicate, version=duplicate.version),
        from_duplicate=frozenset(said.get("take", ())),
        by=by,
    )


# -- everything there is, as rows -------------------------------------------------------------------------------

# Counted up by every write, or made by the merge itself.
LEFT_OUT = {
    ("members.Member", "version"),
    ("members.DuplicateCandidate", "state"),
    ("pairing.PairingYear", "id"),
}
TABLES = sorted(
    {link.rsplit(".", 1)[0] for link in merging.of_members.links()} - {"members.Merge"}
    | {"members.Member", "pairing.DutyEntry", "pairing.PairingYear"}
)


def table(label: str) -> list[str]:
    model: type[models.Model] = apps.get_model(label)
    columns = [f.attname for f in model._meta.concrete_fields if (label, f.name) not in LEFT_OUT]
    return sorted(repr(row) for row in model._default_manager.values_list(*columns))


def everything() -> dict[str, list[str]]:
    return {label: table(label) for label in TABLES}


# -- by hand ----------------------------------------------------------------------------------------------------


@pytest.fixture
def twin(make_member: Callable[..., Member]) -> Member:
    return make_member("钱谊", phone="13812345678", birth_month=dt.date(1980, 5, 1))


def test_fields_are_chosen_one_by_one(county_admin: User, member: Member, twin: Member) -> None:
    merge(member, twin, county_admin, take=["phone"])
    member.refresh_from_db()
    twin.refresh_from_db()
    assert (member.name, member.phone, member.birth_month) == ("钱宜", "13812345678", None)
    assert (twin.status, twin.merged_into) == (Member.Status.MERGED, member)


def test_duplicate_is_hidden_everywhere(county_admin: User, member: Member, twin: Member) -> None:
    merge(member, twin, county_admin)
    seen = Member.objects.visible_to(county_admin, Permission.MEMBER_VIEW)
    assert list(seen) == [member]
    assert list(Member.objects.active()) == [member]


def test_links_of_every_app_move_and_come_back(
    county_admin: User, town_cadre: User, member: Member, twin: Member, tree: Tree
) -> None:
    chamber = Organization.objects.create(office=tree.county, name="甲县商会", kind="chamber")
    for who, since in ((member, dt.date(2025, 1, 1)), (twin, dt.date(2020, 1, 1))):
        Appointment.objects.create(member=who, organization=chamber, title="理事", starts_on=since)
    case = Case.objects.create(
        office=tree.town,
        lead_office=tree.town,
        member=twin,
        kind="request",
        opened_on=dt.date(2026, 3, 1),
        due_on=dt.date(2026, 4, 1),
        entered_by=town_cadre,
    )
    event = Activity.objects.create(
        office=tree.town,
        title="座谈",
        kind="fellowship",
        planned_for=dt.date(2026, 5, 1),
        planned_on=dt.date(2026, 1, 1),
    )
    for who, came in ((member, None), (twin, True)):
        SignUp.objects.create(office=tree.town, activity=event, member=who, came=came)
    before = everything()
    done = merge(member, twin, county_admin)
    case.refresh_from_db()
    assert case.member == member
    assert Appointment.objects.get().starts_on == dt.date(2020, 1, 1)
    assert SignUp.objects.get().came is True
    assert Consent.objects.filter(member=member).count() == 2
    undo_merge(merge=done, by=county_admin)
    assert everything() == before


def test_a_pair_of_both_with_one_cadre_is_counted_once(
    county_admin: User, town_cadre: User, member: Member, twin: Member, five_duties: PairingPlan
) -> None:
    for who, since in ((member, dt.date(2026, 2, 1)), (twin, dt.date(2026, 1, 10))):
        Pairing.objects.create(office=who.office, cadre=town_cadre, member=who, started_on=since)
    for who, on in ((member, dt.date(2026, 3, 5)), (twin, dt.date(2026, 4, 6))):
        content = VisitContent(members=(who.public_id,), kind="talk", happened_on=on)
        log_visit(
            public_id=uuid.uuid4(), content=content, by=town_cadre, among=Member.objects.all(), confirmed=True
        )
    merge(member, twin, county_admin)
    pair = Pairing.objects.get()
    assert (pair.member, pair.started_on, pair.ended_on) == (member, dt.date(2026, 1, 10), None)
    year = PairingYear.objects.get(year=2026)
    assert (year.contacts[2], year.contacts[3], sum(year.due)) == (1, 1, 9)
    member.refresh_from_db()
    assert member.last_contact_on == dt.date(2026, 4, 6)
    assert rebuild_all(2026) == NOTHING


def test_what_came_after_the_merge_stays_with_the_kept_one(
    county_admin: User, town_cadre: User, member: Member, twin: Member, pairing: Pairing
) -> None:
    done = merge(member, twin, county_admin)
    content = VisitContent(members=(member.public_id,), kind="talk", happened_on=dt.date(2026, 6, 5))
    log_visit(
        public_id=uuid.uuid4(), content=content, by=town_cadre, among=Member.objects.all(), confirmed=True
    )
    Member.objects.filter(pk=member.pk).update(gender="male")
    undo_merge(merge=done, by=county_admin)
    assert Met.objects.get().member == member
    member.refresh_from_db()
    assert member.gender == "male"


def test_the_less_contact_asked_for_holds(county_admin: User, member: Member, twin: Member) -> None:
    Member.objects.filter(pk=twin.pk).update(contact_preference="none", contact_preference_since="2026-03-01")
    done = merge(member, twin, county_admin)
    member.refresh_from_db()
    assert member.contact_preference == "none"
    undo_merge(merge=done, by=county_admin)
    member.refresh_from_db()
    assert member.contact_preference == "normal"


def test_who_never_confirmed_goes_with_the_duplicate(
    county_admin: User, member: Member, twin: Member
) -> None:
    Consent.objects.all().delete()
    Member.objects.update(status="pending", status_since=dt.date(2026, 1, 1))
    merge(member, twin, county_admin)
    assert erase_unconfirmed(dt.date(2026, 11, 22)) == 2
    assert not Member.objects.exists()
    assert not apps.get_model("members", "MemberEvent").objects.exists()


def test_leaving_by_either_registration_is_leaving(county_admin: User, member: Member, twin: Member) -> None:
    done = merge(member, twin, county_admin)
    withdraw_member(member=twin, on=dt.date(2026, 5, 1), by=None)
    assert Member.objects.get(pk=member.pk).status == "withdrawn"
    with pytest.raises(MergeRefused):
        undo_merge(merge=Merge.objects.get(pk=done.pk), by=county_admin)


# -- refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kept", "duplicate"),
    [("pending", "active"), ("active", "withdrawn"), ("withdrawn", "active"), ("active", "deceased")],
)
def test_nobody_becomes_active_or_comes_back_by_a_merge(
    county_admin: User, member: Member, twin: Member, kept: str, duplicate: str
) -> None:
    Member.objects.filter(pk=member.pk).update(status=kept)
    Member.objects.filter(pk=twin.pk).update(status=duplicate)
    with pytest.raises(MergeRefused):
        merge(member, twin, county_admin)


def test_a_pending_duplicate_of_an_active_member_goes(
    county_admin: User, member: Member, twin: Member
) -> None:
    Consent.objects.filter(member=twin).update(withdrawn_on=dt.date(2026, 2, 1))
    Member.objects.filter(pk=twin.pk).update(status="pending")
    merge(member, twin, county_admin)
    connection.check_constraints()
    assert Member.objects.get(pk=member.pk).status == "active"


def test_an_undeclared_link_stops_the_merge(
    county_admin: User, member: Member, twin: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(merging.of_members._steps, "pairing")
    with pytest.raises(UndeclaredLinks):
        merge(member, twin, county_admin)
    assert not Merge.objects.exists()


def test_somebody_else_was_faster(county_admin: User, member: Member, twin: Member) -> None:
    with pytest.raises(Conflict):
        merge_members(
            kept=Side(member=member, version=member.version - 1),
            duplicate=Side(member=twin, version=twin.version),
            from_duplicate=frozenset(),
            by=county_admin,
        )


def test_undo_ends_after_thirty_days(county_admin: User, member: Member, twin: Member) -> None:
    done = merge(member, twin, county_admin)
    Merge.objects.update(at=done.at - dt.timedelta(days=31))
    done.refresh_from_db()
    with pytest.raises(MergeRefused):
        undo_merge(merge=done, by=county_admin)
    assert forget_old_merges(done.at + dt.timedelta(days=31)) == 1
    assert Merge.objects.get().steps == {}


def test_the_later_of_two_merges_is_undone_first(
    county_admin: User, member: Member, twin: Member, make_member: Callable[..., Member]
) -> None:
    third = make_member("钱仪")
    before = everything()
    first = merge(twin, third, county_admin)
    second = merge(member, twin, county_admin)
    with pytest.raises(MergeRefused):
        undo_merge(merge=first, by=county_admin)
    undo_merge(merge=second, by=county_admin)
    undo_merge(merge=first, by=county_admin)
    assert everything() == before


def test_what_a_merge_keeps_is_ids_only(
    county_admin: User, town_cadre: User, member: Member, twin: Member, pairing: Pairing
) -> None:
    done = merge(member, twin, county_admin, take=["name", "phone", "birth_month"])

    def leaves(held: Any) -> list[Any]:
        if isinstance(held, dict):
            return [leaf for value in held.values() for leaf in leaves(value)]
        return [leaf for value in held for leaf in leaves(value)] if isinstance(held, list) else [held]

    done.refresh_from_db()
    assert {type(leaf) for leaf in leaves(done.steps)} == {int}
    assert "13812345678" not in json.dumps(done.steps)


# -- random histories -------------------------------------------------------------------------------------------


@settings(
    max_examples=25,
    # Shrinking through the database takes longer than looking at what failed.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    one=histories, other=histories, taken=st.sets(st.sampled_from(["name", "phone", "office", "birth_month"]))
)
def test_merge_and_undo_leave_everything_as_it_was(
    five_duties: PairingPlan,
    tree: Tree,
    county_admin: User,
    town_cadre: User,
    make_user: Callable[..., User],
    make_member: Callable[..., Member],
    one: Any,
    other: Any,
    taken: set[str],
) -> None:
    with transaction.atomic():
        cadres = [town_cadre, make_user(f"second-{uuid.uuid4()}"[:40], RoleName.CADRE, tree.town)]
        kept, twin = make_member("钱宜"), make_member("钱谊", office=tree.other_town, phone="13812345678")
        for history, who in ((one, kept), (other, twin)):
            write(history, who, cadres)
            Member.objects.filter(pk=who.pk).update(status="active", status_since=dt.date(2026, 1, 1))
        _met_both(kept, twin)
        _one_date_a_source(kept, twin)
        for year in (2025, 2026, 2027):
            rebuild_all(year)
        before = everything()
        done = merge(kept, twin, county_admin, take=taken)
        assert not Pairing.objects.filter(member=twin).exists()
        for year in (2025, 2026, 2027):
            assert rebuild_all(year) == NOTHING
        undo_merge(merge=done, by=county_admin)
        after = everything()
        assert {label: after[label] for label in TABLES} == before
        for year in (2025, 2026, 2027):
            assert rebuild_all(year) == NOTHING
        transaction.set_rollback(True)


def _met_both(kept: Member, twin: Member) -> None:
    """Every third visit of the one met the other too."""
    for met in list(Met.objects.filter(member=kept).order_by("pk"))[::3]:
        Met.objects.create(visit_id=met.visit_id, member=twin, office_id=twin.office_id)


def _one_date_a_source(kept: Member, twin: Member) -> None:
    """Both histories number their deeds from 0: one number is one deed only where kind and day agree."""
    shared = set(DutyEntry.objects.filter(pairing__member=kept).values_list("source_id", "kind", "done_on"))
    for entry in DutyEntry.objects.filter(pairing__member=twin):
        if (entry.source_id, entry.kind, entry.done_on) not in shared:
            DutyEntry.objects.filter(pk=entry.pk).update(source_id=entry.source_id + 100)
