"""`PairingYear` from the two sides: counted pair by pair, and rebuilt by SQL."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from hypothesis import HealthCheck, given, settings

from apps.accounts.models import User
from apps.members.models import Member
from apps.pairing.models import Duty, DutyEntry, Pairing, PairingPlan, PairingYear
from apps.pairing.rebuild import Differences, rebuild_all
from apps.pairing.years import FIGURES, keep_last_contact, lock_members, recompute
from tests.integration.pairing.histories import History, histories, write

NOTHING = Differences(0, 0, 0, 0)


def rows() -> list[tuple[object, ...]]:
    return sorted(PairingYear.objects.values_list("pairing", "year", "office", "office_path", *FIGURES))


def recompute_all(members: list[Member]) -> None:
    locked = lock_members([member.pk for member in members]).values()
    for year in (2025, 2026, 2027):
        recompute(locked, [year])
    keep_last_contact(locked)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=histories, two=histories)
def test_rebuild_equals_recompute(
    five_duties: PairingPlan,
    town_cadre: User,
    neighbour: User,
    make_member: Callable[..., Member],
    one: History,
    two: History,
) -> None:
    with transaction.atomic():
        Duty.objects.create(plan=five_duties, kind="talk", number=2, per="half", from_on=dt.date(2026, 5, 1))
        Duty.objects.create(plan=five_duties, kind="visit", number=0, per="half", from_on=dt.date(2026, 8, 1))
        members = [make_member("钱宜"), make_member("孙洱")]
        for member, history in zip(members, (one, two), strict=True):
            write(history, member, [town_cadre, neighbour])
        recompute_all(members)
        before = rows()
        assert [rebuild_all(year) for year in (2025, 2026, 2027)] == [NOTHING] * 3
        PairingYear.objects.all().delete()
        Member.objects.update(last_contact_on=None)
        for year in (2025, 2026, 2027):
            rebuild_all(year)
        assert rows() == before
        transaction.set_rollback(True)


def test_rebuild_reports_and_mends_differences(pairing: Pairing, member: Member) -> None:
    recompute_all([member])
    DutyEntry.objects.create(
        office=pairing.office,
        pairing=pairing,
        kind="talk",
        done_on="2026-02-03",
        source_kind="visit",
        source_id=1,
    )
    assert rebuild_all(2026) == Differences(added=0, changed=1, removed=0, last_contacts=0)
    assert PairingYear.objects.get(year=2026).talk[1] == 1
    assert rebuild_all(2026) == NOTHING


def test_own_plan_of_an_office_goes_before_the_one_above(pairing: Pairing, member: Member) -> None:
    own = PairingPlan.objects.create(office=member.office, year=2026)
    own.duties.create(kind="talk", number=2, per="year")
    recompute_all([member])
    year = PairingYear.objects.get(year=2026)
    assert year.due == [0] * 11 + [2]
    assert rebuild_all(2026) == NOTHING
