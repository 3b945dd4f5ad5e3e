"""A figure from which a leader hands something out: what the task shows of it."""

from django.urls import reverse

from apps.casework.origins import Origin
from apps.core.access import Actor, Permission
from apps.core.metrics import metric as metric_of
from apps.core.periods import Period
from apps.offices.models import Office

PARTS = 3


def metric_as_source(actor: Actor, reference: str) -> Origin | None:
    """Registered with `casework.origins`; the reference is metric/office/period, as in the address of the figure."""
    parts = reference.split("/")
    if len(parts) != PARTS:
        return None
    metric, office = metric_of(parts[0]), Office.objects.filter(code=parts[1]).first()
    try:
        period = Period.parse(parts[2])
    except ValueError:
        return None
    if metric is None or metric.figures is None or office is None:
        return None
    title = f"{metric.name} · {office.name} · {period.label}"
    if not Office.objects.visible_to(actor, Permission.DASHBOARD_VIEW).filter(pk=office.pk).exists():
        return Origin(title)
    return Origin(
        title, f"{reverse('assessment:metric', args=[metric.code, office.code])}?period={period.code}"
    )
