"""What a case counts for in its member's pair: a suggestion when it is heard, 办实事 when it is done."""

from django.db.models import Exists, OuterRef
from django.urls import reverse

from apps.casework.models import Case, CaseKind
from apps.casework.origins import Origin
from apps.core.access import Actor, Permission
from apps.pairing.actions import drop_entries, record_entries
from apps.pairing.models import DutyEntry, DutyKind, Visit

SOURCE = DutyEntry.Source.CASE


def count_suggestion(case: Case) -> None:
    """Registered for newly entered cases."""
    if case.kind == CaseKind.SUGGESTION and case.member_id is not None and not case.confidential:
        record_entries(
            members=[case.member_id], kind=DutyKind.SUGGESTION, on=case.opened_on, source=(SOURCE, case.pk)
        )


def count_deed(case: Case) -> None:
    """Registered for closed cases."""
    # What came of a complaint is no entry in the pair that it may be about.
    if case.confidential:
        return
    if case.deed_done and case.member_id is not None and case.closed_on is not None:
        record_entries(
            members=[case.member_id], kind=DutyKind.DEED, on=case.closed_on, source=(SOURCE, case.pk)
        )


def forget_deed(case: Case) -> None:
    """Registered for reopened cases: what was done for the asker did not do."""
    drop_entries(source=(SOURCE, case.pk), kind=DutyKind.DEED)


def forget(case: Case) -> None:
    """Registered for withdrawn cases."""
    drop_entries(source=(SOURCE, case.pk))


def visit_as_origin(actor: Actor, visit_id: int) -> Origin | None:
    """Registered with `casework.origins`: the visit in which something was asked."""
    seen = Visit.objects.visible_to(actor, Permission.PAIRING_VIEW).filter(pk=OuterRef("pk"))
    visit = Visit.objects.filter(pk=visit_id).annotate(is_seen=Exists(seen)).first()
    if visit is None:
        return None
    return Origin(str(visit), reverse("pairing:visit", args=[visit.public_id]) if visit.is_seen else "")
