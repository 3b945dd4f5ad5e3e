"""When the texts of visits and promises end (`members.erasing.retention`)."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from apps.casework.ending import unsettled_cases
from apps.members.erasing.retention import Texts, keeps_texts, texts_end
from apps.pairing.actions.visits import ORIGIN
from apps.pairing.models import Met, Promise, Visit


def register() -> None:
    """Called once, with the declarations for erasing."""
    keeps_texts(members_with_promises)
    texts_end(
        Texts("pairing.Visit", ended_visits),
        Texts("pairing.Promise", ended_promises, ("visit__office_path",)),
    )


def members_with_promises(day: dt.date) -> "QuerySet[Any, Any]":
    """Whom something was promised that is not kept, or was kept only after that day."""
    return Met.objects.filter(member__isnull=False, visit__in=_open_promises(day).values("visit")).values(
        "member"
    )


def ended_visits(day: dt.date) -> "QuerySet[Visit]":
    """Visits until that day of which nothing is open; also those that met organizations alone."""
    asked = unsettled_cases(day).filter(origin_kind=ORIGIN, origin_id__isnull=False)
    rows = Visit._base_manager.filter(happened_on__lte=day)
    rows = rows.exclude(pk__in=asked.values("origin_id"))
    return rows.exclude(pk__in=_open_promises(day).values("visit"))


def ended_promises(day: dt.date) -> "QuerySet[Promise]":
    return Promise._base_manager.filter(visit__in=ended_visits(day).values("pk"))


def _open_promises(day: dt.date) -> "QuerySet[Promise]":
    """A promise of a visit that was voided binds nobody."""
    standing = Promise._base_manager.filter(visit__voided_at__isnull=True)
    return standing.filter(Q(kept_on__isnull=True) | Q(kept_on__gt=day))
