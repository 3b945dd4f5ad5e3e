"""Printed letters of a survey, a page for each person asked at one office: for the office that asks, never for a cadre.

Who asked to be met by phone only, or at most once per half-year, gets no letter: theirs is in the own file.
"""

from pathlib import Path
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.models import SurveyedOffice, SurveyInvitation
from apps.assessment.surveys import tokens
from apps.assessment.surveys.asking import SurveyRefused, may_ask
from apps.assessment.surveys.second_person import ask_second_person, is_agreed, needs_second_person
from apps.core.links import address_under
from apps.core.qr import modules
from apps.core.refusals import Conflict
from apps.files.models import StoredFile
from apps.files.pdf import typeset
from apps.files.storage import new_file, record_export
from apps.jobs.actions import enqueue
from apps.jobs.models import Job
from apps.jobs.running import Work
from apps.members.bonds import members_paired_with
from apps.members.delivering import hand_out
from apps.members.models import ContactPreference, Delivery, Member

LETTERS = "assessment.survey_letters"
LAYOUT = Path(__file__).parent.parent / "layouts" / "survey_letter.typ"


def order_letters(surveyed: SurveyedOffice, *, base: str, by: User) -> Job | None:
    """Begin the letters, or ask a second person for so many (None). Raises Refusal, Conflict where that was asked."""
    persons = [each.member_id for each in addressed(surveyed, by)]
    if needs_second_person(surveyed, persons, by):
        ask_second_person(surveyed, len(persons), by)
        return None
    return enqueue(LETTERS, params={"office": surveyed.pk, "base": base}, by=by)


def run(work: Work) -> dict[str, Any]:
    """The job: `office` is the SurveyedOffice, `base` the address under which links stand."""
    surveyed = SurveyedOffice.objects.select_related("office", "survey").get(pk=work.params["office"])
    assert isinstance(work.job.owner, User)  # noqa: S101 - asked for by a person
    stored = write_letters(surveyed, base=work.params["base"], by=work.job.owner)
    return {"links": [{"label": stored.name, "url": reverse("files:download", args=[stored.public_id])}]}


@transaction.atomic
def write_letters(surveyed: SurveyedOffice, *, base: str, by: User) -> StoredFile:
    """The PDF, its persons counted and written down. Raises Refusal; past 200 persons in 30 days unless somebody agreed."""
    invitations = addressed(surveyed, by)
    persons = [each.member_id for each in invitations]
    agreed = is_agreed(surveyed, len(persons), by)
    hand_out(persons, to=by, way=Delivery.Way.PRINT, purpose="survey", approved=agreed)
    name = f"{_('满意度测评函')}-{surveyed.office.name}.pdf"
    with new_file(
        name, purpose=StoredFile.Purpose.EXPORT, owner=by, office_path=surveyed.office.path
    ) as draft:
        typeset(LAYOUT, _content(surveyed, invitations, base), draft.path)
    record_export(draft.stored, by=by, what="survey.letters", rows=len(persons))
    return draft.stored


def addressed(surveyed: SurveyedOffice, by: User) -> list[SurveyInvitation]:
    """Those whose letters the user may print. Raises Refusal."""
    _check_may_print(surveyed, by)
    invitations = list(_with_a_letter(surveyed))
    if not members_paired_with(by).isdisjoint(each.member_id for each in invitations):
        raise SurveyRefused(_("您与测评对象结对，函件须由考核机构的另一人打印"))
    if not invitations:
        raise SurveyRefused(_("没有需要寄送函件的人，测评在本人档案中提示"))
    return invitations


def _check_may_print(surveyed: SurveyedOffice, by: User) -> None:
    if not may_ask(surveyed.survey.indicator.section.scheme, by):
        raise SurveyRefused(_("函件由考核机构打印"))
    if not surveyed.survey.is_running or timezone.localdate() > surveyed.survey.closes_on:
        raise Conflict(_("这次测评已经结束"))


def _with_a_letter(surveyed: SurveyedOffice) -> Any:
    """Everybody asked who takes letters, whether they answered or not: the paper must not tell."""
    return (
        SurveyInvitation.objects.filter(
            sheet=surveyed.public_id,
            member__status=Member.Status.ACTIVE,
            member__contact_preference=ContactPreference.NORMAL,
        )
        .select_related("member__office")
        .order_by("member__office_path", "member__pinyin", "member_id")
    )


def _content(surveyed: SurveyedOffice, invitations: list[SurveyInvitation], base: str) -> dict[str, Any]:
    asking = surveyed.survey.indicator.section.scheme.office
    words = {"office": surveyed.office.name, "asking": asking.name, "day": surveyed.survey.closes_on}
    return {
        "title": _("“%(office)s”服务工作满意度测评") % words,
        "paragraphs": [
            _(
                "为改进工作，%(asking)s请您评价“%(office)s”的服务。评价的是单位的工作，不是您本人，也不是某一位干部。"
            )
            % words,
            _(
                "答卷共五题，只需点选，约两分钟。参加与否完全由您决定，不参加不影响您办理任何事情，也没有单位能看到您是否参加。"
            ),
            _("请扫描右侧的二维码，或在浏览器中输入下面的地址。地址只能使用一次，%(day)s 前有效。") % words,
            _(
                "谁能看到什么：没有人能看到您选了什么。系统只记总数，截止后收回十份以上才公布；不足十份的，答卷不开启即销毁。"
            ),
        ],
        "note": _("请勿把这个地址转给他人。本系统为非涉密系统，严禁录入国家秘密和工作秘密。"),
        "signature": asking.name,
        "dated": f"{surveyed.survey.opened_on:%Y-%m-%d}",
        "letters": [_letter(each, base) for each in invitations],
    }


def _letter(invitation: SurveyInvitation, base: str) -> dict[str, Any]:
    secret = tokens.secret_of(invitation.pk)
    address = address_under(base, secret)
    return {
        "to": _("%(name)s 同志") % {"name": invitation.member.name},
        "place": invitation.member.office.name,
        "base": base,
        "secret": f"{secret}/",
        "squares": _squares(address),
    }


def _squares(address: str) -> list[str]:
    """The QR code as rows of 0 and 1."""
    return ["".join("1" if dark else "0" for dark in row) for row in modules(address, border=0)]
