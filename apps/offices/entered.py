"""Who wrote records down, when, and whether their period was closed by then: for the drill-down from a figure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from apps.core.metrics import Entry
from apps.offices.models import ClosedPeriod

Entries = Mapping[Any, Sequence[Entry]]

# What somebody did, said before their name.
ENTERED = pgettext_lazy("deed", "登记")


def entries(
    rows: QuerySet[Any],
    what: str | Promise | Combinable,
    *,
    key: str = "public_id",
    by: str | Combinable = "entered_by__name",
    at: str = "entered_at",
    late: Combinable | None = None,
) -> Entries:
    """One entry a row, by `key`. `late` says of a row whether it was; without it nothing is. One query."""
    found: dict[Any, list[Entry]] = defaultdict(list)
    said = what if isinstance(what, Combinable) else Value(str(what))
    never = Value(False, output_field=BooleanField())
    for of, *entry in rows.values_list(
        key, said, Coalesce(by, Value(""), output_field=TextField()), at, late or never
    ):
        found[of].append(Entry(*entry))
    return found


def first_written(
    events: QuerySet[Any],
    what: str | Promise | Combinable,
    *,
    key: str = "pgh_obj__public_id",
    each: str = "pgh_label",
    late: Combinable | None = None,
) -> Entries:
    """The same of rows that have no such columns, from their history: the first row for every value of `each`."""
    first = events.order_by("pgh_obj_id", f"-{each}", "pgh_id").distinct("pgh_obj_id", each)
    return entries(first, what, key=key, by=_writer(), at="pgh_created_at", late=late)


def together(*parts: Entries) -> Entries:
    """Several deeds of the same records, in this order."""
    found: dict[Any, list[Entry]] = defaultdict(list)
    for part in parts:
        for key, each in part.items():
            found[key] += each
    return found


def after_closing(day: str, at: str, path: str = "office_path") -> Exists:
    """Whether a row was written (`at`) when a period that holds its `day` was closed, for its office or one above."""
    place = ExpressionWrapper(OuterRef(path), output_field=CharField())
    over = ClosedPeriod.objects.alias(place=place).filter(
        Q(reopened_at=None) | Q(reopened_at__gt=OuterRef(at)),
        place__startswith=F("office_path"),
        starts_on__lte=OuterRef(day),
        ends_on__gte=OuterRef(day),
        closed_at__lt=OuterRef(at),
    )
    return Exists(over)


def _writer() -> Subquery:
    """The name of the user in whose request or job a history row was written."""
    user = Cast(OuterRef("pgh_context__metadata__user"), BigIntegerField())
    return Subquery(get_user_model()._default_manager.filter(pk=user).values("name")[:1])
