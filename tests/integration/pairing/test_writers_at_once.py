"""Many writers on one pair, each in its own thread and connection."""

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.members.models import Member
from apps.pairing.actions import Logged, log_visit, void_visit
from apps.pairing.models import Pairing, PairingYear, Visit
from apps.pairing.rebuild import Differences, rebuild_all
from apps.pairing.rules import VisitContent

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(deeds: list[Callable[[], Logged]]) -> list[Logged]:
    """Run all of them in threads that start together."""
    start = threading.Barrier(len(deeds))

    def run(deed: Callable[[], Logged]) -> Logged:
        start.wait()
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def visit_on(
    day: int, member: Member, cadre: User, public_id: uuid.UUID | None = None
) -> Callable[[], Logged]:
    content = VisitContent(
        members=(member.public_id,), kind="talk", happened_on=dt.date(2026, 1 + day % 9, 1 + day)
    )
    return lambda: log_visit(
        public_id=public_id or uuid.uuid4(),
        content=content,
        by=cadre,
        among=Member.objects.all(),
        confirmed=True,
    )


def test_twenty_writers_on_one_pair_are_exact(pairing: Pairing, member: Member, town_cadre: User) -> None:
    at_once([visit_on(day, member, town_cadre) for day in range(20)])
    year = PairingYear.objects.get(pairing=pairing, year=2026)
    assert sum(year.talk) == sum(year.contacts) == Visit.objects.count() == 20
    assert Member.objects.get(pk=member.pk).last_contact_on == dt.date(2026, 9, 18)
    assert rebuild_all(2026) == Differences(0, 0, 0, 0)


def test_one_visit_posted_twice_at_once_is_one(pairing: Pairing, member: Member, town_cadre: User) -> None:
    public_id = uuid.uuid4()
    answers = at_once([visit_on(3, member, town_cadre, public_id)] * 4)
    assert len({answer.visit.pk for answer in answers}) == Visit.objects.count() == 1
    assert sorted(answer.is_new for answer in answers) == [False, False, False, True]


def test_void_and_log_at_once_leave_what_is_there(pairing: Pairing, member: Member, town_cadre: User) -> None:
    first = visit_on(1, member, town_cadre)().visit
    at_once(
        [
            lambda: Logged(void_visit(visit=first, version=1, reason="重复", by=town_cadre), is_new=False),
            *(visit_on(day, member, town_cadre) for day in range(2, 8)),
        ]
    )
    assert sum(PairingYear.objects.get(pairing=pairing, year=2026).contacts) == 6
