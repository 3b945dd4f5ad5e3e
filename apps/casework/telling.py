"""Who is told what about cases and tasks: those responsible, and nobody else."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.casework.models import Case, Supervision, Task
from apps.casework.offices import serving_at
from apps.core.access import Permission
from apps.notifications.kinds import Kind, register
from apps.notifications.sending import notify

GIVEN = Kind("casework.given", _("新事项"), _("%(number)s 转由本机构主办，请在 %(day)s 前办理"))
ASKED_BY_MEMBER = Kind(
    "casework.own_file", _("成员新提出"), _("%(number)s 由成员本人提出，请在 %(day)s 前答复")
)
RETURNED = Kind("casework.returned", _("退回"), _("%(number)s 已退回，请补充后重新提交"))
REPLIED = Kind("casework.replied", _("部门答复"), _("%(number)s 的承办部门已答复，请回复提出人"))
JUDGED = Kind("casework.judged", _("提出人评价"), _("%(number)s 的提出人已评价"))
UNACCEPTED = Kind("casework.unaccepted", _("待受理"), _("%(number)s 已过受理期限，请受理或退回"))
YELLOW = Kind("casework.yellow", _("黄灯"), _("%(number)s 将于 %(day)s 到期"))
RED = Kind("casework.red", _("红灯"), _("%(number)s 已过办理期限 %(day)s"))
SUPERVISED = Kind("casework.supervised", _("督办"), _("%(number)s 已发督办单，请在 %(day)s 前反馈"))
ASKED = Kind("casework.extension", _("延期申请"), _("%(number)s 申请延期，请审批"))
GRANTED = Kind("casework.granted", _("延期"), _("%(number)s 延期已批准，期限 %(day)s"))
REFUSED = Kind("casework.refused", _("延期"), _("%(number)s 延期未获批准，期限仍为 %(day)s"))
SILENT = Kind("casework.silent", _("视为已答复"), _("%(number)s 提出人超过 10 个工作日未回应，视为已答复"))
ANSWERED = Kind("casework.answered", _("反馈"), _("%(number)s 已反馈，请审核销号"))
SENT_BACK = Kind("casework.sent_back", _("退回"), _("%(number)s 的反馈被退回，请重新办理"))

KINDS = (
    GIVEN, ASKED_BY_MEMBER, RETURNED, REPLIED, JUDGED, UNACCEPTED, YELLOW, RED, SUPERVISED, ASKED, GRANTED, REFUSED, SILENT, ANSWERED, SENT_BACK,
)  # fmt: skip


def register_kinds() -> None:
    register(*KINDS)


def link_of(subject: Case | Task) -> str:
    return reverse(
        "casework:case" if isinstance(subject, Case) else "casework:task", args=[subject.public_id]
    )


def responsible(subject: Case | Task) -> list[User]:
    """The handler; else those who handle cases at the lead office; else, for a department, at the office that entered it."""
    if subject.handler and subject.handler.is_active:
        return [subject.handler]
    return handlers_at_lead(subject)


def handlers_at_lead(subject: Case | Task) -> list[User]:
    today = timezone.localdate()
    found = serving_at(subject.lead_office, Permission.CASE_HANDLE, today)
    return may_hear(found or serving_at(subject.office, Permission.CASE_HANDLE, today), subject)


def may_hear(users: list[User], subject: Case | Task) -> list[User]:
    """Without the cadre from whom a complaint is kept."""
    return [user for user in users if user.pk != getattr(subject, "kept_from_id", None)]


def pressed(subject: Case | Task) -> list[User]:
    """Who hears of red: the handler, and those who handle cases at the office that leads."""
    found = {user.pk: user for user in [*responsible(subject), *handlers_at_lead(subject)]}
    return list(found.values())


def tell(users: list[User], kind: Kind, subject: Case | Task, about: str, **values: object) -> None:
    """One message about a case or task; `about` makes its key."""
    key = f"{subject._meta.model_name}:{subject.pk}:{about}"
    notify(
        may_hear(users, subject), kind.name, key=key, link=link_of(subject), number=subject.number, **values
    )


def tell_lead_office(case: Case) -> None:
    """The case now lies with another office, or has come back to it."""
    tell(handlers_at_lead(case), GIVEN, case, f"given:{case.steps.count()}", day=case.due_on)


def tell_returned(case: Case) -> None:
    tell(
        serving_at(case.office, Permission.CASE_HANDLE, timezone.localdate()),
        RETURNED,
        case,
        f"returned:{case.steps.count()}",
    )


def tell_supervised(letter: Supervision, users: list[User]) -> None:
    tell(users, SUPERVISED, letter.subject, f"supervised:{letter.pk}", day=letter.due_on)
