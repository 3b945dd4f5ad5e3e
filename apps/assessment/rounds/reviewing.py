"""Reviewers by group: who confirms declared figures and gives verdicts, and who names them."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Grant, User
from apps.accounts.roles import ROLES
from apps.assessment.models import Assessed, Examiner, Group, Scheme
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission
from apps.core.refusals import Refusal
from apps.offices.models import Office

NEEDED = {
    Examiner.Task.REVIEW: Permission.FIGURE_DECLARE,
    Examiner.Task.JUDGE: Permission.ASSESSMENT_JUDGE,
}


def may_review(scheme: Scheme, by: User) -> bool:
    """Reviewers sit at the office that assesses, or above it."""
    return by.may(Permission.FIGURE_DECLARE, scheme.office)


def may_examine(scheme: Scheme, office: Office, by: User) -> bool:
    """Whether the user may review this office: where its group has named reviewers, only they."""
    if not may_review(scheme, by):
        return False
    named = Examiner.objects.filter(
        task=Examiner.Task.REVIEW,
        group__in=Assessed.objects.filter(scheme=scheme, office=office).values("group"),
    )
    users = set(named.values_list("user_id", flat=True))
    return not users or by.pk in users


def candidates(scheme: Scheme, task: Examiner.Task) -> list[User]:
    """Who may be named: users who hold the permission at the office that assesses, above it, or (judges) below it."""
    roles = [role.name for role in ROLES.values() if NEEDED[task] in role.permissions]
    grants = Grant.objects.current(timezone.localdate()).filter(role__in=roles)
    above = [scheme.office.path[: n * Office.steplen] for n in range(1, scheme.office.depth + 1)]
    at = grants.filter(office__path__in=above)
    if task == Examiner.Task.JUDGE:
        at |= grants.filter(office__path__startswith=scheme.office.path)
    return list(User.objects.filter(is_active=True, pk__in=at.values("user")).order_by("name", "pk"))


@transaction.atomic
def name_examiners(group: Group, task: Examiner.Task, users: Iterable[User], *, by: User) -> None:
    """Exactly these users review or judge the group from now on. Raises Refusal.

    What a judge gave who is named no longer stays written down and counts no more.
    """
    scheme = (
        Scheme.objects.select_for_update(of=("self",), no_key=True)
        .select_related("office")
        .get(pk=group.scheme_id)
    )
    if not by.may(Permission.ASSESSMENT_MANAGE, scheme.office):
        raise Refusal(_("只有考核机构的管理员可以指定评审人员"))
    if scheme.state not in (Scheme.State.DRAFT, Scheme.State.OPEN, Scheme.State.REVIEW):
        raise Refusal(_("结果已经反馈，不能再更换评审人员"))
    wanted = {user.pk for user in users}
    if wanted - {user.pk for user in candidates(scheme, task)}:
        raise Refusal(_("所选人员没有相应的权限"), field="users")
    known = Examiner.objects.filter(group=group, task=task)
    known.exclude(user__in=wanted).delete()
    for user in wanted - set(known.values_list("user_id", flat=True)):
        Examiner.objects.create(group=group, user_id=user, task=task, named_by=by)
    record(AuditEvent.Action.CHANGE, target=group, by=by, fields=[str(task)], users=sorted(wanted))
