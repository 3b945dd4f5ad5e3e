"""The metrics and offices of this installation, as schemes are checked against them."""

from apps.assessment.rulefile import MetricFacts
from apps.assessment.schemefile import Surroundings
from apps.core.metrics import Metric, all_metrics
from apps.offices.models import Office


def surroundings() -> Surroundings:
    """One query for all offices."""
    offices = list(Office.objects.values_list("path", "code", "kind"))
    code_at = {path: code for path, code, _kind in offices}
    return Surroundings(
        metrics={metric.code: facts_about(metric) for metric in all_metrics()},
        parents={code: code_at.get(path[: -Office.steplen], "") for path, code, _kind in offices},
        kinds={code: kind for _path, code, kind in offices},
    )


def facts_about(metric: Metric) -> MetricFacts:
    return MetricFacts(
        unit=str(metric.unit),
        is_rate=metric.has_denominator,
        owed=metric.owed,
        scorable=metric.scorable,
        about_members=metric.about_members,
    )
