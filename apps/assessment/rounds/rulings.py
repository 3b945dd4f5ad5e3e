"""What answers to objections changed: evidence that goes before all other. Reads only."""

from apps.assessment.evidence import Ruling
from apps.assessment.models import Objection, Scheme


def rulings(scheme: Scheme) -> dict[tuple[int, int], Ruling]:
    """By indicator and office. One query."""
    rows = Objection.objects.filter(indicator__section__scheme=scheme, state=Objection.State.CHANGED)
    return {
        (indicator, office): Ruling(points)
        for indicator, office, points in rows.values_list("indicator_id", "office_id", "points")
        if points is not None
    }
