"""五个一方案 of an office and year."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.periods import Period, PeriodKind
from apps.offices.models import Office
from apps.pairing.findings import Finding, refuse_if
from apps.pairing.models import Duty, PairingPlan, PlanChange
from apps.pairing.models.plans import BEGINNING
from apps.pairing.progress import Owed
from apps.pairing.rebuild import rebuild_all


@transaction.atomic
def save_plan(
    *,
    office: Office,
    year: int,
    capacity: int,
    duties: Iterable[Owed],
    by: User,
    from_on: dt.date | None = None,
    why: str = "",
    confirmed: bool = False,
) -> PairingPlan:
    """Write the plan, and count the year of every pair below the office by it.

    A plan whose year has begun is not rewritten: what it says changes from a day on, with a reason, and a period
    that ended before that day stays as it was. Raises Refused.
    """
    plan, is_new = PairingPlan.objects.select_for_update().get_or_create(
        office=office, year=year, defaults={"capacity": capacity}
    )
    since = BEGINNING
    if not is_new and has_begun(year):
        refuse_if(_change_findings(year, from_on, why), confirmed=confirmed)
        since = from_on or BEGINNING
        PlanChange.objects.update_or_create(plan=plan, from_on=since, defaults={"why": why.strip(), "by": by})
    for duty in duties:
        said = {"number": duty.number, "per": duty.per}
        Duty.objects.update_or_create(plan=plan, kind=duty.kind, from_on=since, defaults=said)
    PairingPlan.objects.filter(pk=plan.pk).update(capacity=capacity)
    rebuild_all(year, office.range)
    action = AuditEvent.Action.CREATE if is_new else AuditEvent.Action.CHANGE
    record(action, target=plan, by=by, year=year, office=office.pk)
    return plan


def has_begun(year: int) -> bool:
    """Whether a plan of that year is already being followed."""
    return year <= timezone.localdate().year


def _change_findings(year: int, from_on: dt.date | None, why: str) -> Iterator[Finding]:
    if not why.strip():
        yield Finding("required", "why", _("请填写调整原因。"))
    if from_on is None or from_on.year != year:
        yield Finding("from_on", "from_on", _("请填写 %(year)d 年内的生效日期。") % {"year": year})
        return
    today = timezone.localdate()
    quarters = Period(PeriodKind.YEAR, year).parts(PeriodKind.QUARTER)
    if any(from_on <= quarter.end < today for quarter in quarters):
        yield Finding(
            "period_over",
            "from_on",
            _("生效日期之后已有季度结束，这些季度的应完成数会跟着改变。确有必要再保存。"),
            may_pass=True,
        )
