"""Letters to more persons than one user takes out alone (`members.delivering`): another administrator agrees first.

The same people may agree as for a list of members: at the office that asks, or above it.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.assessment.models import LettersRequest, Scheme, SurveyedOffice
from apps.assessment.rounds.telling import link
from apps.assessment.surveys.asking import SurveyRefused
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.refusals import Conflict
from apps.members.delivering import LIMIT, persons_given
from apps.members.exports import approvers_of, may_approve
from apps.notifications.kinds import Kind
from apps.notifications.sending import notify

ASKED = Kind(
    "assessment.letters_asked",
    gettext_lazy("测评函审批"),
    gettext_lazy("满意度测评函（%(persons)d 份）等您同意后打印"),
)
ANSWERED = Kind(
    "assessment.letters_answered", gettext_lazy("测评函审批结果"), gettext_lazy("满意度测评函：%(answer)s")
)
_AGREED, _REFUSED = gettext_lazy("已同意，24 小时内可以打印"), gettext_lazy("未同意")


def needs_second_person(surveyed: SurveyedOffice, persons: Sequence[int], by: User) -> bool:
    """Whether these letters are past what the user prints alone and nobody has agreed."""
    return persons_given(by, persons) > LIMIT and not is_agreed(surveyed, len(persons), by)


def is_agreed(surveyed: SurveyedOffice, persons: int, by: User) -> bool:
    """Whether somebody else agreed to so many letters within the last 24 hours."""
    return LettersRequest.objects.agreed().filter(surveyed=surveyed, asker=by, persons__gte=persons).exists()


def may_answer(scheme: Scheme, by: User) -> bool:
    return may_approve(by, scheme.office.path)


@transaction.atomic
def ask_second_person(surveyed: SurveyedOffice, persons: int, by: User) -> LettersRequest:
    """Ask those who may agree. Raises SurveyRefused where there is nobody, Conflict where it was asked already."""
    surveyed = SurveyedOffice.objects.select_for_update(of=("self",)).get(pk=surveyed.pk)
    scheme = surveyed.survey.indicator.section.scheme
    approvers = approvers_of(by, scheme.office.path)
    if not approvers:
        raise SurveyRefused(_("这批函件须经第二人同意，但本级和上级还没有其他业务管理员，请联系上级开通授权"))
    if LettersRequest.objects.waiting().filter(surveyed=surveyed, asker=by).exists():
        raise Conflict(_("已经申请，等待第二人同意"))
    request = LettersRequest.objects.create(surveyed=surveyed, asker=by, persons=persons)
    record(AuditEvent.Action.CREATE, target=request, by=by, rows=persons, purpose="survey")
    key = f"letters:{request.pk}:asked"
    notify(approvers, ASKED.name, key=key, link=link(scheme, "surveys"), persons=persons)
    return request


@transaction.atomic
def answer_letters(request: LettersRequest, *, agreed: bool, by: User) -> LettersRequest:
    """The second person's word. Raises SurveyRefused for one's own request or an office not one's own, Conflict if it is late."""
    current = (
        LettersRequest.objects.select_for_update(of=("self",)).select_related("asker").get(pk=request.pk)
    )
    scheme = current.surveyed.survey.indicator.section.scheme
    if current.asker_id == by.pk or not may_answer(scheme, by):
        raise SurveyRefused(_("须由本级或上级的另一名业务管理员审批"))
    if not LettersRequest.objects.waiting().filter(pk=current.pk).exists():
        raise Conflict(_("这份申请已经处理或已过期，请刷新页面"))
    current.agreed, current.decided_by, current.decided_at = agreed, by, timezone.now()
    current.save()
    record(AuditEvent.Action.CHANGE, target=current, by=by, fields=["agreed"], agreed=agreed)
    answer = _AGREED if agreed else _REFUSED
    key = f"letters:{current.pk}:answered"
    notify(current.asker, ANSWERED.name, key=key, link=link(scheme, "surveys"), answer=answer)
    return current
