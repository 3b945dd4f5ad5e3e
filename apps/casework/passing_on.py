"""What somebody has in hand goes to another person of the same office, or back to the office."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework.models import Case, Task
from apps.casework.moving import CaseRefused
from apps.casework.states import TaskState
from apps.casework.telling import GIVEN, handlers_at_lead, tell
from apps.core.access import Actor, Permission


def in_hands_of(handlers: Collection[int], by: User) -> list[Case | Task]:
    """Their open cases and tasks that `by` handles too, the most urgent first."""
    cases = Case.objects.visible_to(by, Permission.CASE_HANDLE).open().filter(handler__in=handlers)
    tasks = Task.objects.visible_to(by, Permission.CASE_HANDLE).filter(
        handler__in=handlers, state=TaskState.ASSIGNED
    )
    found: list[Case | Task] = [
        *cases.select_related("office", "lead_office", "handler"),
        *tasks.select_related("office", "lead_office", "handler"),
    ]
    return sorted(found, key=lambda one: (one.due_on, one.pk))


def is_in_hands_of(subject: Case | Task, handler: User) -> bool:
    """Whether it is open, and this person's still."""
    is_open = subject.is_open if isinstance(subject, Case) else subject.state == TaskState.ASSIGNED
    return is_open and subject.handler_id == handler.pk


@transaction.atomic
def pass_on(subject: Case | Task, *, to: User | None, by: Actor) -> None:
    """Another handler, or with None: those who handle cases at the office that leads. Raises CaseRefused.

    The deadline and every other step stay as they are.
    """
    if to is not None and to not in handlers_at_lead(subject):
        raise CaseRefused(
            _("%(name)s不办理该机构的事项。") % {"name": to.name}, code="handler", field="handler"
        )
    type(subject)._default_manager.select_for_update().filter(pk=subject.pk).update(handler=to)
    record(AuditEvent.Action.CHANGE, target=subject, by=by, fields=["handler"])
    told = [to] if to else handlers_at_lead(subject)
    tell(told, GIVEN, subject, f"passed:{subject.steps.count()}:{to.pk if to else 0}", day=subject.due_on)
