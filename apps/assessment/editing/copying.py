"""Last year's scheme as this year's draft: another code, and every date moved by whole years."""

import datetime as dt
import re
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.assessment.editing.document import Document, without_keys
from apps.assessment.editing.working import begin, copy_of
from apps.assessment.models import Scheme

_YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")


@transaction.atomic
def copy_to_year(scheme: Scheme, *, code: str, year: int, by: User) -> Scheme:
    """A new draft of the same office. Raises Refusal where the code is taken."""
    document = moved(without_keys(copy_of(scheme).document), year)
    return begin({**document, "code": code}, office=scheme.office, by=by)


def moved(document: Document, year: int) -> Document:
    """The document for another year: dates move, and a year that the name speaks of. The document number does not."""
    by = year - int(document["year"])
    name = _YEAR.sub(lambda found: str(int(found[0]) + by), str(document["name"]))
    made = {**document, "year": year, "name": name, "calendar": _moved(document["calendar"], by)}
    made.pop("basis", None)
    return made


def next_code(code: str, by: int = 1) -> str:
    """TZ-2026 → TZ-2027; a code without a year gets none."""
    return _YEAR.sub(lambda found: str(int(found[0]) + by), code)


def _moved(calendar: Document, by: int) -> Document:
    return {name: _dates(value, by) if isinstance(value, str) else value for name, value in calendar.items()}


def _dates(value: str, by: int) -> Any:
    return "/".join(_later(part, by) for part in value.split("/"))


def _later(day: str, by: int) -> str:
    try:
        known = dt.date.fromisoformat(day.strip())
    except ValueError:
        return day
    is_leap_day = (known.month, known.day) == (2, 29)
    return known.replace(year=known.year + by, day=28 if is_leap_day else known.day).isoformat()
