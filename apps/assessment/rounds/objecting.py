"""异议复核: an office objects to an item within so many Chinese working days; another than its examiner answers."""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.models import (
    Assessed,
    DeclaredFigure,
    Indicator,
    ManualScore,
    Mark,
    Objection,
    ResultItem,
    RoundStep,
    Scheme,
)
from apps.assessment.numbers import plain
from apps.assessment.rounds.bounds import bounds_of
from apps.assessment.rounds.reviewing import may_review
from apps.assessment.rounds.speaking import speaks_for
from apps.assessment.scoring import score_scheme
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.refusals import Conflict, Refusal
from apps.core.workdays import Due, WorkCalendar
from apps.offices.models import Office


def objections_until(scheme: Scheme) -> Due | None:
    """The last day on which an office may object; None before the result went to the offices."""
    step = RoundStep.objects.filter(scheme=scheme, became=Scheme.State.OBJECTION).order_by("-pk").first()
    if step is None:
        return None
    if step.was == Scheme.State.DECIDED:
        # Taken back from the decision: the offices had their days already.
        step = (
            RoundStep.objects.filter(scheme=scheme, was=Scheme.State.REVIEW, became=Scheme.State.OBJECTION)
            .order_by("-pk")
            .first()
        ) or step
    return WorkCalendar().add_workdays(step.taken_on, scheme.objection_workdays)


def may_object(scheme: Scheme, office: Office, by: User) -> bool:
    """Whether the user may object for the office today. Asks nothing outside the days of objection."""
    if scheme.state != Scheme.State.OBJECTION or not speaks_for(office, by):
        return False
    until = objections_until(scheme)
    return until is not None and timezone.localdate() <= until.day


@transaction.atomic
def object_to(indicator: Indicator, office: Office, *, text: str, by: User) -> Objection:
    """File an objection to one item. Raises Refusal, Conflict."""
    scheme = Scheme.objects.select_for_update(no_key=True).get(pk=indicator.section.scheme_id)
    _check_objection(scheme, office, text, by)
    known = Objection.objects.select_for_update().filter(indicator=indicator, office=office).first()
    if known is not None and known.state != Objection.State.WITHDRAWN:
        raise Conflict(_("这一项已经提出过异议"))
    item = ResultItem.objects.filter(result__office=office, indicator=indicator).first()
    row = known or Objection(indicator=indicator, office=office)
    row.text, row.state, row.filed_by, row.filed_at = text, Objection.State.FILED, by, timezone.now()
    row.points_then = item.points if item else None
    row.save()
    record(AuditEvent.Action.CREATE, target=row, by=by, indicator=indicator.pk)
    return row


def _check_objection(scheme: Scheme, office: Office, text: str, by: User) -> None:
    if not Assessed.objects.filter(scheme=scheme, office=office).exists() or not speaks_for(office, by):
        raise Refusal(_("只有被考核单位的人可以提出异议"))
    until = objections_until(scheme)
    if scheme.state != Scheme.State.OBJECTION or until is None:
        raise Refusal(_("现在不在异议期"))
    if timezone.localdate() > until.day:
        raise Refusal(_("异议期已于 %(day)s 结束") % {"day": until.day})
    if not text.strip():
        raise Refusal(_("请写明异议内容"), field="text")


@transaction.atomic
def withdraw_objection(objection: Objection, *, by: User) -> Objection:
    """Take an unanswered objection back. Raises Refusal, Conflict."""
    row = Objection.objects.select_for_update(of=("self",)).select_related("office").get(pk=objection.pk)
    if not speaks_for(row.office, by):
        raise Refusal(_("只有提出异议的单位可以撤回"))
    if row.state != Objection.State.FILED:
        raise Conflict(_("这项异议已经有了结果"))
    row.state = Objection.State.WITHDRAWN
    row.save()
    record(AuditEvent.Action.CHANGE, target=row, by=by, fields=["state"])
    return row


@transaction.atomic
def answer_objection(objection: Objection, *, answer: str, points: Decimal | None, by: User) -> Objection:
    """Answer in writing: `points` None keeps the result, else the item has these points. Raises Refusal, Conflict."""
    row = _locked(objection)
    _check_answer(row, answer, points, by)
    row.state = Objection.State.MAINTAINED if points is None else Objection.State.CHANGED
    row.answer, row.points = answer, points
    row.answered_by, row.answered_at = by, timezone.now()
    row.save()
    record(AuditEvent.Action.CHANGE, target=row, by=by, fields=["state", "answer", "points"])
    if points is not None:
        score_scheme(row.indicator.section.scheme, today=timezone.localdate())
    return row


def _locked(objection: Objection) -> Objection:
    found: Objection = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("indicator__section__scheme__office", "office")
        .get(pk=objection.pk)
    )
    return found


def _check_answer(row: Objection, answer: str, points: Decimal | None, by: User) -> None:
    scheme = row.indicator.section.scheme
    if scheme.state != Scheme.State.OBJECTION:
        raise Refusal(_("现在不在异议期"))
    if row.state != Objection.State.FILED:
        raise Conflict(_("这项异议已经有了结果"))
    why = why_not_answer(row, by)
    if why:
        raise Refusal(why)
    if not answer.strip():
        raise Refusal(_("请写明复核意见和理由"), field="answer")
    least, most = bounds_of(row.indicator)
    if points is not None and not least <= points <= most:
        raise Refusal(
            _("得分应在 %(least)s 到 %(most)s 之间") % {"least": plain(least), "most": plain(most)},
            field="points",
        )


def why_not_answer(objection: Objection, by: User) -> str:
    """Why this user may not answer; "" where they may. Needs the scheme's office and the office."""
    if not may_review(objection.indicator.section.scheme, by):
        return _("只有考核机构的人可以复核")
    if speaks_for(objection.office, by):
        return _("被考核单位的人不能复核本单位的异议")
    if by.pk in examined_by(objection.indicator, objection.office):
        return _("审核或评过这一项的人不能复核，请换一人")
    return ""


def examined_by(indicator: Indicator, office: Office) -> set[int]:
    """Ids of those who confirmed, judged or decided the item: they do not answer an objection to it."""
    place = {"indicator": indicator, "office": office}
    reviewers = DeclaredFigure.objects.filter(**place, reviewed_by__isnull=False)
    return {
        *reviewers.values_list("reviewed_by", flat=True),
        *ManualScore.objects.filter(**place).values_list("given_by", flat=True),
        *Mark.objects.filter(**place).values_list("judge", flat=True),
    } - {None}


def days_left(scheme: Scheme, today: dt.date) -> int:
    """Working days on which an office may still object; 0 where the days are over."""
    until = objections_until(scheme)
    return max(0, WorkCalendar().workdays_between(today, until.day).days + 1) if until else 0
