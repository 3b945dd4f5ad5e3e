"""A small world to count in: what each metric counts is said by the test, in days."""

import datetime as dt
from collections.abc import Callable, Iterable

import pytest

from apps.accounts.models import User
from apps.activities.models import Activity, ActivityKind
from apps.casework.models import Case
from apps.core.metrics import metric
from apps.core.periods import Period
from apps.members.models import Member
from apps.offices.models import Office
from apps.pairing.models import Met, Pairing, Visit
from apps.pairing.rebuild import rebuild_all
from tests.cast import Tree

TODAY = dt.date(2026, 11, 22)
Counted = Callable[..., tuple[int, int | None]]


def day(text: str) -> dt.date:
    """A day of 2026, from month-day."""
    return dt.date.fromisoformat(f"2026-{text}")


def below(parent: Office, **fields: object) -> Office:
    """A new office under another."""
    made: Office = Office.objects.add_child(Office.objects.get(pk=parent.pk), create_kwargs=fields)
    return made


@pytest.fixture
def counted(db: None) -> Counted:
    """The figure of an office's own, as the metric's SQL counts it; (0, 0) where it gives no row."""

    def count(
        code: str, office: Office, period: str = "2026", today: dt.date = TODAY
    ) -> tuple[int, int | None]:
        known = metric(code)
        assert known is not None
        assert known.figures is not None
        for found, office_id, numerator, denominator in known.figures([Period.parse(period)], today).fetch():
            if (found, office_id) == (period, office.pk):
                return numerator, denominator
        return 0, 0 if known.has_denominator else None

    return count


@pytest.fixture
def pair(town_cadre: User) -> Callable[..., Pairing]:
    def make(member: Member, start: str = "01-01", end: str = "", reason: str = "") -> Pairing:
        return Pairing.objects.create(
            office=member.office,
            cadre=town_cadre,
            member=member,
            started_on=day(start),
            ended_on=day(end) if end else None,
            end_reason=reason,
        )

    return make


@pytest.fixture
def visit(town_cadre: User, tree: Tree) -> Callable[..., Visit]:
    def make(members: Member | Iterable[Member], on: str, office: Office | None = None) -> Visit:
        made = Visit.objects.create(
            office=office or tree.town,
            cadre=town_cadre,
            kind="talk",
            happened_on=day(on),
            entered_by=town_cadre,
        )
        for member in [members] if isinstance(members, Member) else members:
            Met.objects.create(visit=made, office=member.office, member=member)
        return made

    return make


@pytest.fixture
def rebuilt() -> Callable[[], None]:
    def rebuild() -> None:
        rebuild_all(2026)

    return rebuild


@pytest.fixture
def case(town_cadre: User, tree: Tree) -> Callable[..., Case]:
    def make(due: str, answered: str = "", **fields: object) -> Case:
        values = {
            "kind": "request",
            "office": tree.town,
            "lead_office": tree.town,
            "state": "answered" if answered else "registered",
            "answered_on": day(answered) if answered else None,
            "opened_on": day("01-02"),
            "due_on": day(due),
            "entered_by": town_cadre,
        }
        return Case.objects.create(**{**values, **fields})

    return make


@pytest.fixture
def activity(tree: Tree) -> Callable[..., Activity]:
    def make(held: str = "", planned_on: str = "01-10", **fields: object) -> Activity:
        values = {
            "office": tree.town,
            "kind": ActivityKind.SERVICE,
            "title": "活动",
            "planned_for": day("06-01"),
            "planned_on": day(planned_on),
            "state": "held" if held else "planned",
            "held_on": day(held) if held else None,
        }
        return Activity.objects.create(**{**values, **fields})

    return make
