"""交办任务 and 督办: what a leader handed out, and the letter that follows when a case or task stays red."""

import uuid
from typing import Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.casework.models.cases import Case
from apps.casework.models.timed import Timed
from apps.casework.states import TaskState, task_transitions
from apps.core.access import Actor, Permission, within
from apps.core.fields import GuardedCharField
from apps.offices.models import OfficeScoped, ScopedQuerySet


class TaskQuerySet(ScopedQuerySet):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Tasks handed out by the actor's offices, and those that the actor's offices lead or assist."""
        ranges = actor.office_ranges(permission)
        assisted = Task.assisting.through.objects.filter(within(ranges, "office__path")).values("task_id")
        return self.filter(within(ranges) | within(ranges, "lead_office__path") | Q(pk__in=assisted))

    def open(self) -> Self:
        """Still owed an answer."""
        return self.filter(state=TaskState.ASSIGNED)


@pghistory.track()
class Task(Timed):
    """A leader's 批示 or 交办, from a figure, a case or a meeting. `office` handed it out."""

    State = TaskState

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    text = GuardedCharField(_("交办事项"), db_comment="pd:sensitive; end=2y")
    # What it was handed out from: a kind that an app registered, and that app's own reference.
    origin_kind = models.CharField(max_length=12, blank=True, db_comment="pd:none; end=keep")
    origin_ref = models.CharField(max_length=80, blank=True, db_comment="pd:none; end=keep")
    state = models.CharField(
        _("状态"),
        max_length=12,
        choices=TaskState.choices,
        default=TaskState.ASSIGNED,
        db_comment="pd:none; end=keep",
    )
    assigned_on = models.DateField(_("交办日期"), db_comment="pd:none; end=keep")
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    answer = GuardedCharField(_("办理情况"), blank=True, db_comment="pd:sensitive; end=2y")
    answered_on = models.DateField(_("反馈日期"), null=True, blank=True, db_comment="pd:none; end=keep")
    signed_off_on = models.DateField(_("销号日期"), null=True, blank=True, db_comment="pd:none; end=keep")

    objects = TaskQuerySet.as_manager()

    class Meta(Timed.Meta):
        verbose_name = _("交办任务")
        verbose_name_plural = _("交办任务")
        triggers = [
            *Timed.Meta.triggers,
            pgtrigger.FSM(name="task_moves", field="state", transitions=task_transitions()),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TaskState.values), name="task_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "signed_off"]) | Q(answered_on__isnull=False),
                name="task_answered_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="signed_off") | Q(signed_off_on__isnull=False),
                name="task_signed_off_has_date",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"]),
            models.Index(fields=["red_on"], condition=Q(red_on__isnull=False), name="task_red"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """任务编号."""
        return f"R{self.pk:06d}"

    @property
    def is_open(self) -> bool:
        return self.state == TaskState.ASSIGNED


@pghistory.track()
class Supervision(OfficeScoped):
    """督办单: at red + 3 working days; answered by the lead office (`office`), signed off (销号) from above."""

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    case = models.ForeignKey(
        Case,
        null=True,
        on_delete=models.PROTECT,
        related_name="supervisions",
        db_comment="pd:none; end=keep",
    )
    task = models.ForeignKey(
        Task,
        null=True,
        on_delete=models.PROTECT,
        related_name="supervisions",
        db_comment="pd:none; end=keep",
    )
    issued_on = models.DateField(_("督办日期"), db_comment="pd:none; end=keep")
    due_on = models.DateField(_("反馈期限"), db_comment="pd:none; end=keep")
    answer = GuardedCharField(_("反馈"), blank=True, db_comment="pd:sensitive; end=2y")
    answered_on = models.DateField(null=True, blank=True, db_comment="pd:none; end=keep")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    signed_off_on = models.DateField(_("销号日期"), null=True, blank=True, db_comment="pd:none; end=keep")
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )

    objects = ScopedQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("督办单")
        verbose_name_plural = _("督办单")
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False, task__isnull=True) | Q(case__isnull=True, task__isnull=False),
                name="supervision_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(signed_off_on__isnull=True) | Q(answered_on__isnull=False),
                name="supervision_answered_before_sign_off",
            ),
            # One running letter for a thing; after its sign-off a second round may begin.
            models.UniqueConstraint(
                fields=["case"], condition=Q(signed_off_on__isnull=True), name="supervision_once_for_case"
            ),
            models.UniqueConstraint(
                fields=["task"], condition=Q(signed_off_on__isnull=True), name="supervision_once_for_task"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """督办单编号."""
        return f"督{self.issued_on.year}-{self.pk:05d}"

    @property
    def subject(self) -> Case | Task:
        """The case or task it is about."""
        found = self.case or self.task
        assert found is not None  # noqa: S101 by constraint of the table
        return found
