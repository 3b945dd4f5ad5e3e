"""A survey goes out: the scheme's office asks, never who is paired with anybody asked."""

import datetime as dt
from collections.abc import Iterable
from random import SystemRandom

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.models import Indicator, Scheme, Survey, SurveyedOffice, SurveyInvitation
from apps.assessment.rules import Survey as SurveyRule
from apps.assessment.surveys import tally, tokens
from apps.assessment.surveys.drawing import Earlier, TooClose, TooFew, by_survey, draw
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import OfficeRange, Permission, within
from apps.core.arrays import AnyOf
from apps.core.refusals import Conflict, Refusal
from apps.members.bonds import members_paired_with
from apps.members.models import Consent, ContactPreference, Member, MemberQuerySet
from apps.offices.models import Office

# Two weeks to answer at least, and no survey that hangs over the whole year.
SHORTEST, LONGEST = 7, 60
# Agreed to be addressed by the office at all.
_ADDRESSED = [Consent.Purpose.PAIRING, Consent.Purpose.ACTIVITIES]


class SurveyRefused(Refusal):
    """The survey cannot go out like this."""


def may_ask(scheme: Scheme, by: User) -> bool:
    """Only those who run the assessment at the office that assesses, or above it."""
    return by.may(Permission.ASSESSMENT_MANAGE, scheme.office)


def may_be_asked(office: Office) -> MemberQuerySet:
    """Active members of the office and below who agreed to be addressed and did not ask to be left alone."""
    people = Member.objects.active().filter(within([OfficeRange.below(office.path)]))
    asked_for_quiet = people.filter(contact_preference=ContactPreference.NONE).values("pk")
    agreed = Consent.objects.filter(withdrawn_on__isnull=True, purposes__overlap=_ADDRESSED)
    found: MemberQuerySet = people.exclude(pk__in=asked_for_quiet).filter(pk__in=agreed.values("member"))
    return found


@transaction.atomic
def open_survey(indicator: Indicator, *, percent: int = 100, closes_on: dt.date, by: User) -> Survey:
    """Draw the people of every assessed office and make their invitations. Raises Refusal."""
    scheme = Scheme.objects.select_for_update().get(pk=indicator.section.scheme_id)
    today = timezone.localdate()
    _check_may_open(indicator, scheme, closes_on, today, by)
    offices = list(Office.objects.filter(pk__in=scheme.assessed_offices.values("office")))
    people = {office: list(may_be_asked(office).values_list("pk", flat=True)) for office in offices}
    _refuse_the_paired(by, people.values())
    survey = Survey.objects.create(
        indicator=indicator, percent=percent, opened_on=today, closes_on=closes_on, opened_by=by
    )
    asked = sum(_ask(survey, office, people[office]) for office in offices)
    record(AuditEvent.Action.CREATE, target=survey, by=by, rows=asked)
    return survey


def _check_may_open(
    indicator: Indicator, scheme: Scheme, closes_on: dt.date, today: dt.date, by: User
) -> None:
    if not may_ask(scheme, by):
        raise SurveyRefused(_("满意度测评由考核机构发出"))
    if not isinstance(indicator.rule, SurveyRule) or scheme.state not in (
        Scheme.State.OPEN,
        Scheme.State.REVIEW,
    ):
        raise SurveyRefused(_("方案启动后、结果反馈前才能发出测评"))
    if Survey.objects.filter(indicator=indicator).exists():
        raise Conflict(_("这项指标的测评已经发出"))
    if not SHORTEST <= (closes_on - today).days <= LONGEST:
        raise SurveyRefused(
            _("截止日期应在 %(first)s 到 %(last)s 天之后") % {"first": SHORTEST, "last": LONGEST},
            field="closes_on",
        )


def _refuse_the_paired(by: User, people: Iterable[list[int]]) -> None:
    paired = members_paired_with(by)
    if any(not paired.isdisjoint(each) for each in people):
        raise SurveyRefused(_("您与测评对象结对，测评须由考核机构的另一人发出"))


def _ask(survey: Survey, office: Office, people: list[int]) -> int:
    """The office's part of the survey; how many are asked there."""
    surveyed = SurveyedOffice(survey=survey, office=office)
    drawn: frozenset[int] = frozenset()
    try:
        drawn = draw(people, survey.percent, _earlier(people), SystemRandom())
    except TooFew:
        surveyed.left_out = SurveyedOffice.LeftOut.TOO_FEW
    except TooClose:
        surveyed.left_out = SurveyedOffice.LeftOut.TOO_CLOSE
    surveyed.asked, surveyed.sealed = len(drawn), tally.nothing()
    surveyed.save()
    SurveyInvitation.objects.bulk_create(_invitations(surveyed, drawn), batch_size=2000)
    return len(drawn)


def _invitations(surveyed: SurveyedOffice, drawn: Iterable[int]) -> list[SurveyInvitation]:
    made = [SurveyInvitation(sheet=surveyed.public_id, member_id=person) for person in drawn]
    for invitation in made:
        invitation.digest = tokens.digest_of(tokens.secret_of(invitation.pk))
    SystemRandom().shuffle(made)
    return made


def _earlier(people: list[int]) -> list[Earlier]:
    """Every survey, of whatever office, that asked some of these people within two years."""
    rows = SurveyInvitation.objects.filter(AnyOf("member", people)).values_list("sheet", "member_id")
    asked = dict(SurveyedOffice.objects.filter(asked__gt=0).values_list("public_id", "asked"))
    return by_survey(rows, asked)
