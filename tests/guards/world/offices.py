import datetime as dt
from typing import Any

from apps.core.periods import Period
from apps.offices.models import AddedWord, CalendarDay, ClosedPeriod, Office
from tests.guards.world import CANARY, Cast, Page


def _code(cast: Cast) -> dict[str, str]:
    return {"code": cast.tree.town.code}


def _closed(cast: Cast) -> dict[str, Any]:
    period = Period.parse("2026-03")
    closed = ClosedPeriod.objects.create(
        office=cast.tree.town,
        period=period.code,
        starts_on=period.start,
        ends_on=period.end,
        closed_by=cast.office_admin,
    )
    return {"code": cast.tree.town.code, "public_id": closed.public_id}


def _day(cast: Cast) -> dict[str, Any]:
    day = dt.date(2031, 1, 1) + dt.timedelta(days=CalendarDay.objects.count())
    made = CalendarDay.objects.create(day=day, is_worked=False, changed_by=cast.office_admin)
    return {"pk": made.pk}


def _word(cast: Cast) -> dict[str, Any]:
    word = f"不宜词{AddedWord.objects.count()}"
    return {"pk": AddedWord.objects.create(word=word, added_by=cast.office_admin).pk}


PAGES = {
    # One calendar for all: changed at the root alone.
    "offices:holidays": Page(shared=True),
    "offices:unset_holiday": Page(kwargs=_day, post=lambda cast: {}, shared=True, may_refuse=True),
    "offices:words": Page(shared=True),
    "offices:retire_word": Page(kwargs=_word, post=lambda cast: {}, shared=True, may_refuse=True),
    "api:office-detail": Page(kwargs=_code),
    "offices:office": Page(kwargs=_code),
    "offices:add": Page(kwargs=_code, post=lambda cast: {"name": "新村", "kind": "community", "code": "N1"}),
    "offices:change": Page(kwargs=_code, post=lambda cast: {"name": "东新镇", "kind": "town"}),
    "offices:periods": Page(kwargs=_code, post=lambda cast: {"period": "2026-09"}),
    "offices:reopen": Page(kwargs=_closed, post=lambda cast: {}),
    "offices:move": Page(kwargs=_code, post=lambda cast: {"parent": cast.tree.other_county.pk}),
}


def fill(cast: Cast) -> None:
    fields = {"code": "990001100200", "name": f"{CANARY}村", "kind": "community"}
    Office.objects.add_child(Office.objects.get(pk=cast.tree.town.pk), create_kwargs=fields)
