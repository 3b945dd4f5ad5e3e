"""Who wrote down what a duty was fulfilled by. Apps above register for the sources that are theirs."""

from collections import defaultdict
from collections.abc import Collection
from functools import partial

from django.db.models import BooleanField, ExpressionWrapper, Q

from apps.casework import entered as casework
from apps.core.metrics import EntriesOf
from apps.offices.entered import ENTERED, Entries, entries
from apps.pairing.models import DutyEntry, Visit

_BY_KIND: dict[str, EntriesOf] = {}


def register_source(kind: DutyEntry.Source, entered: EntriesOf) -> None:
    """`entered` finds its records by the ids that `DutyEntry.source_id` holds."""
    _BY_KIND[kind] = entered


def of_sources(sources: Collection[str]) -> Entries:
    """By source, written `kind:id`. A query or two for each kind of source that is among them."""
    ids: dict[str, list[int]] = defaultdict(list)
    for source in sources:
        kind, _colon, number = source.partition(":")
        ids[kind].append(int(number))
    return {
        f"{kind}:{number}": found
        for kind, numbers in ids.items()
        for number, found in _BY_KIND[kind](numbers).items()
    }


def of_visits(keys: Collection[object], *, key: str = "public_id") -> Entries:
    late = ExpressionWrapper(~Q(late_reason=""), output_field=BooleanField())
    return entries(Visit.objects.filter(**{f"{key}__in": keys}), ENTERED, key=key, late=late)


register_source(DutyEntry.Source.VISIT, partial(of_visits, key="pk"))
register_source(DutyEntry.Source.CASE, partial(casework.cases, key="pk"))
