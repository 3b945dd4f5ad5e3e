"""应联系: when the next contact is due, counted from the last real contact and equal for all. Pure."""

import datetime as dt
from dataclasses import dataclass

# A quarter: the period in which every pair is to be contacted once (guide: pairing.contacted_in_quarter).
EVERY = dt.timedelta(days=90)
# A new pair gets to know each other sooner.
FIRST_WITHIN = dt.timedelta(days=30)
SOON = dt.timedelta(days=14)


@dataclass(frozen=True)
class NextContact:
    """`due_on` is None for members who want less contact: they are on no list."""

    today: dt.date
    last_on: dt.date | None
    due_on: dt.date | None

    @property
    def days_since(self) -> int | None:
        return None if self.last_on is None else (self.today - self.last_on).days

    @property
    def days_over(self) -> int:
        """Days past the due day; 0 before it."""
        return max(0, (self.today - self.due_on).days) if self.due_on else 0

    @property
    def is_due(self) -> bool:
        """Due within two weeks, or overdue."""
        return self.due_on is not None and self.today >= self.due_on - SOON

    @property
    def is_overdue(self) -> bool:
        return self.days_over > 0


def next_contact(
    *,
    started_on: dt.date,
    last_on: dt.date | None,
    wants_less: bool,
    today: dt.date,
    first_by: dt.date | None = None,
    imported_on: dt.date | None = None,
) -> NextContact:
    """For a pair that lives today; `last_on` is the member's last contact of all, with whomever.

    `first_by`: after a hand-over, the day by which the successor is to have met them (`Pairing.first_contact_by`).
    `imported_on`: when an old pair list brought the pair. It started no first contact of 30 days.
    """
    if wants_less:
        return NextContact(today, last_on, None)
    due_on = last_on + EVERY if last_on else _first_due(started_on, imported_on)
    if first_by is not None and (last_on is None or last_on < started_on):
        due_on = min(due_on, first_by)
    return NextContact(today, last_on, due_on)


def _first_due(started_on: dt.date, imported_on: dt.date | None) -> dt.date:
    return started_on + FIRST_WITHIN if imported_on is None else imported_on + EVERY
