"""What is decided about two registrations that look like one person, short of merging them."""

from django.db import transaction
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor
from apps.members.models import DuplicateCandidate


@transaction.atomic
def say_different(*, candidate: DuplicateCandidate, by: Actor) -> None:
    """They are two people: the pair does not come back, neither in the scan nor while typing."""
    open_ones = DuplicateCandidate.objects.filter(pk=candidate.pk, state=DuplicateCandidate.State.OPEN)
    state = DuplicateCandidate.State.DIFFERENT
    if open_ones.update(state=state, decided_at=timezone.now(), decided_by=by.pk):
        record(AuditEvent.Action.CHANGE, target=candidate, by=by, state=state.value)


@transaction.atomic
def look_again(*, candidate: DuplicateCandidate, by: Actor) -> None:
    """Take back that they are two people."""
    decided = DuplicateCandidate.objects.filter(pk=candidate.pk, state=DuplicateCandidate.State.DIFFERENT)
    state = DuplicateCandidate.State.OPEN
    if decided.update(state=state, decided_at=None, decided_by=None):
        record(AuditEvent.Action.CHANGE, target=candidate, by=by, state=state.value)
