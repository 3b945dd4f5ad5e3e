"""五个一方案 of an office and year."""

from collections.abc import Iterable

from django.db import transaction

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.offices.models import Office
from apps.pairing.models import Duty, PairingPlan
from apps.pairing.progress import Owed
from apps.pairing.rebuild import rebuild_all


@transaction.atomic
def save_plan(*, office: Office, year: int, capacity: int, duties: Iterable[Owed], by: User) -> PairingPlan:
    """Write the plan whole, and count the year of every pair below the office by it."""
    plan, is_new = PairingPlan.objects.select_for_update().update_or_create(
        office=office, year=year, defaults={"capacity": capacity}
    )
    for duty in duties:
        Duty.objects.update_or_create(
            plan=plan, kind=duty.kind, defaults={"number": duty.number, "per": duty.per}
        )
    rebuild_all(year, office.range)
    action = AuditEvent.Action.CREATE if is_new else AuditEvent.Action.CHANGE
    record(action, target=plan, by=by, year=year, office=office.pk)
    return plan
