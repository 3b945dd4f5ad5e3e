"""Texts end two years after the last open matter of the person (design §1): listed first, emptied a month later.

The tables above declare two things: which members still have something open or lately ended (`keeps_texts`), and which
of their rows are past their time (`texts_end`). Kind, dates and states stay, so no figure changes.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.audit.models import ROOT_PATH, AuditEvent
from apps.audit.recording import record
from apps.core.privacy import parse, speaking_fields
from apps.members.erasing.erasing import empty_columns
from apps.members.erasing.places import place_of
from apps.members.models import DueText, ErasureHold
from apps.notifications.sending import notify

if TYPE_CHECKING:
    from apps.jobs.running import Work

YEARS = 2
LISTED = "members.texts_due"
_END = f"{YEARS}y"
_AT_ONCE = 5_000

# Members (a query of ids) who have something open, or something that ended after the day given.
Keeps = Callable[[dt.date], "QuerySet[Any, Any]"]


@dataclass(frozen=True)
class Texts:
    """A table whose texts end: `ended(last_day)` gives the rows of what was over on that day, whoever they are about.

    Whom they are about says the table's `Place`, as for erasing.
    """

    label: str
    ended: Callable[[dt.date], "QuerySet[Any]"]
    # The lookups from a row to the path of its office; the first that leads anywhere counts.
    office_paths: tuple[str, ...] = ("office_path",)
    # How such rows end. Without it their texts are emptied and the rows stay.
    erase: Callable[[Collection[int]], Any] | None = None

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    def rows_about(self, members: "QuerySet[Any, Any]") -> "QuerySet[Any]":
        return place_of(self.label).rows_about(members)


_texts: dict[str, Texts] = {}
_keeps: list[Keeps] = []


def texts_end(*tables: Texts) -> None:
    """Declare tables whose texts end. Called once, from `AppConfig.ready()`."""
    _texts.update({table.label: table for table in tables})


def keeps_texts(*keeps: Keeps) -> None:
    """Declare what counts as a matter of a member."""
    _keeps.extend(keeps)


def tables_that_end() -> tuple[Texts, ...]:
    return tuple(_texts.values())


def declared() -> frozenset[str]:
    """The tables whose texts are emptied while the rows stay."""
    return frozenset(label for label, table in _texts.items() if table.erase is None)


def columns_that_end(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """The columns that say `end=2y` and can be emptied while the row stays."""
    spoken = ((field, parse(field.db_comment)) for field in speaking_fields(model))
    return [field for field, says in spoken if says and says.end == _END]


def last_day(today: dt.date) -> dt.date:
    """What was over on this day or before is past its time today. 29 February ends with the 28th."""
    try:
        return today.replace(year=today.year - YEARS)
    except ValueError:
        return today.replace(year=today.year - YEARS, day=28)


def month_before(today: dt.date) -> dt.date:
    """The same day a month earlier, or that month's last."""
    last = today.replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=min(today.day, last.day))


def month_after(day: dt.date) -> dt.date:
    """The first day of which `day` lies a month back: when what was listed on it is emptied."""
    first = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    return first.replace(day=day.day) if day.day <= last.day else last + dt.timedelta(days=1)


def due(table: Texts, today: dt.date) -> "QuerySet[Any]":
    """Rows of the table with a text past its time: over for two years, and so is everything else of everybody in it."""
    rows = table.ended(last_day(today))
    if table.erase is None:
        rows = rows.filter(_has_text(table.model))
    for kept in _kept_members(today):
        rows = rows.exclude(pk__in=table.rows_about(kept).values("pk"))
    return rows


def _kept_members(today: dt.date) -> "Iterable[QuerySet[Any, Any]]":
    yield ErasureHold.objects.in_force(today).values("member")
    for keeps in _keeps:
        yield keeps(last_day(today))


def _has_text(model: type[models.Model]) -> Q:
    found = Q(pk__isnull=True)
    for column in columns_that_end(model):
        found |= Q(**{f"{column.name}__isnull": False}) if column.null else ~Q(**{column.name: ""})
    return found


@transaction.atomic
def list_due(today: dt.date) -> Counter[str]:
    """Write down what is due and was not listed yet, and strike what no longer is. How many are listed, by table."""
    listed: Counter[str] = Counter()
    for table in _texts.values():
        rows = due(table, today)
        lines = DueText.objects.filter(label=table.label)
        lines.exclude(row__in=rows.values("pk")).delete()
        fresh = rows.exclude(pk__in=lines.values("row")).values_list("pk", flat=True).distinct()
        DueText.objects.bulk_create(
            (DueText(label=table.label, row=pk, listed_on=today) for pk in fresh.iterator(_AT_ONCE)),
            batch_size=_AT_ONCE,
            ignore_conflicts=True,
        )
        listed[table.label] = lines.count()
    return listed


@transaction.atomic
def empty_listed(today: dt.date) -> Counter[str]:
    """Empty what was listed a month ago or longer and is still due; how many rows, by table."""
    emptied: Counter[str] = Counter()
    # All is read before anything is emptied: whether a row is due hangs on rows of other tables.
    chosen = {table.label: _still_due(table, today) for table in _texts.values()}
    for label, ids in chosen.items():
        table = _texts[label]
        for start in range(0, len(ids), _AT_ONCE):
            _end(table, ids[start : start + _AT_ONCE])
        DueText.objects.filter(label=label, row__in=ids).delete()
        emptied[label] = len(ids)
        if ids:
            record(AuditEvent.Action.VOID, by=None, what="texts", table=label, rows=len(ids), why="retention")
    return emptied


def _end(table: Texts, ids: Collection[int]) -> None:
    if table.erase is None:
        empty_columns(table.model, columns_that_end(table.model), ids)
    else:
        table.erase(ids)


def _still_due(table: Texts, today: dt.date) -> list[int]:
    listed = DueText.objects.filter(label=table.label, listed_on__lte=month_before(today))
    rows = due(table, today).filter(pk__in=listed.values("row"))
    return list(rows.values_list("pk", flat=True).distinct())


def tell_administrators(listed: int, today: dt.date) -> int:
    """Those who keep the whole registry learn how many texts go a month from now."""
    if not listed:
        return 0
    grants = Grant.objects.current(today).filter(role=RoleName.OFFICE_ADMIN)
    keepers = [
        grant.user_id for grant in grants.select_related("office") if len(grant.office.path) <= ROOT_PATH
    ]
    admins = User.objects.filter(is_active=True, pk__in=keepers)
    link = reverse("members:texts_due")
    return notify(admins, LISTED, key=f"texts_due:{today:%Y-%m}", link=link, number=listed)


def run(work: "Work") -> dict[str, Any]:
    """The monthly job."""
    today = timezone.localdate()
    emptied = empty_listed(today)
    listed = list_due(today)
    tell_administrators(listed.total(), today)
    return {"emptied": dict(emptied), "listed": dict(listed)}
