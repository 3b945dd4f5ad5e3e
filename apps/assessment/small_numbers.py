"""Figures of fewer than five people are hidden outside their own office (design §1).

How many people stand behind an office's figures is the denominator of its pairing coverage in the same period; every
metric about members is hidden with it, since duties and contacts of two persons speak of two persons.
"""

from collections.abc import Iterable

from apps.assessment.models import MetricFact
from apps.core.access import Actor, Permission
from apps.core.periods import Period
from apps.core.small_numbers import is_few, own_paths
from apps.offices.models import Office

PEOPLE = "pairing.coverage"


def offices_of_few(offices: Iterable[Office], period: Period, actor: Actor) -> frozenset[int]:
    """Ids of the offices whose figures about people this actor may not see in this period. One query."""
    own = own_paths(actor, Permission.DASHBOARD_VIEW)
    foreign = [office.pk for office in offices if office.path not in own]
    counts = MetricFact.objects.filter(metric=PEOPLE, period=period.code, office__in=foreign)
    return frozenset(
        office for office, people in counts.values_list("office", "denominator") if is_few(people)
    )
