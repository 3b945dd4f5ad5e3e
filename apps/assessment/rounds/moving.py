"""One step of a round: refused with a sentence where something is missing, else taken, written down and told."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.models import Objection, RoundStep, Scheme
from apps.assessment.rollup import roll_up
from apps.assessment.rounds import deciding, publishing, telling, verifying
from apps.assessment.rounds.freezing import close_entries
from apps.assessment.rounds.missing import undecided_in
from apps.assessment.rounds.objecting import objections_until
from apps.assessment.rounds.states import S, Step, step_between
from apps.assessment.scoring import score_scheme
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.refusals import Conflict, Refusal


@dataclass(frozen=True)
class Blocker:
    """Why a step cannot be taken yet, and where to go about it."""

    message: str
    url: str = ""


def blockers(scheme: Scheme, step: Step, today: dt.date | None = None) -> list[Blocker]:
    """What must be there before the step; an empty list lets it pass. A step back waits for nothing."""
    if step.is_back:
        return []
    check = {
        S.REVIEW: _before_review,
        S.OBJECTION: _before_objection,
        S.DECIDED: _before_decision,
        S.PUBLISHED: _before_publication,
        S.ARCHIVED: _before_archive,
    }[step.became]
    return check(scheme, today or timezone.localdate())


def _before_review(scheme: Scheme, today: dt.date) -> list[Blocker]:
    last = max(scheme.entry_deadline, scheme.statement_until)
    if today > last:
        return []
    return [Blocker(_("录入和自评到 %(day)s 为止，之后才能进入审核") % {"day": last})]


def _before_objection(scheme: Scheme, today: dt.date) -> list[Blocker]:
    return [
        Blocker(
            _("%(office)s：“%(item)s”未评（%(why)s）")
            % {
                "office": each.office.name,
                "item": each.indicator,
                "why": f"{each.label} {each.progress}".strip(),
            },
            each.url,
        )
        for each in undecided_in(scheme)
    ]


def _before_decision(scheme: Scheme, today: dt.date) -> list[Blocker]:
    found = []
    until = objections_until(scheme)
    if until is not None and today <= until.day:
        found.append(Blocker(_("异议期到 %(day)s 为止，之后才能审定") % {"day": until.day}))
    waiting = Objection.objects.open().filter(indicator__section__scheme=scheme).select_related("office")
    found += [
        Blocker(
            _("%(office)s 的异议还没有答复") % {"office": row.office.name}, telling.link(scheme, "objections")
        )
        for row in waiting
    ]
    found += [
        Blocker(
            _("%(office)s 还没有等次，须由领导确定") % {"office": line.result.office.name},
            telling.link(scheme, "decision"),
        )
        for line in deciding.without_grade(scheme)
    ]
    return found


def _before_publication(scheme: Scheme, today: dt.date) -> list[Blocker]:
    return []


def _before_archive(scheme: Scheme, today: dt.date) -> list[Blocker]:
    last = publishing.current_publication(scheme)
    found = verifying.verify(last) if last else []
    return [
        Blocker(_("核验不一致：%(what)s") % {"what": each}, telling.link(scheme, "publications"))
        for each in found
    ]


def take_step(
    scheme: Scheme, became: str, *, reason: str = "", by: User, today: dt.date | None = None
) -> Scheme:
    """Move the round one step. Raises Refusal, or Conflict where somebody else has moved it.

    `today` is given where a round of the past is told (the demo); pages leave it out.
    """
    today = today or timezone.localdate()
    step = step_between(scheme.state, became)
    if (
        step is not None
        and step.became == S.REVIEW
        and not step.is_back
        and not blockers(scheme, step, today)
    ):
        # What was entered on the last day was not counted yet. Before any lock on the scheme: a rollup takes its
        # own lock first, and the scheme's rows after it.
        roll_up(scheme.year, today=today)
    return _take(scheme, became, reason, by, today)


@transaction.atomic
def _take(scheme: Scheme, became: str, reason: str, by: User, today: dt.date) -> Scheme:
    current = (
        Scheme.objects.select_for_update(of=("self",), no_key=True).select_related("office").get(pk=scheme.pk)
    )
    step = step_between(current.state, became)
    if step is None:
        raise Conflict(_("考核现在是“%(state)s”，不能走这一步") % {"state": current.get_state_display()})
    if not by.may(step.permission, current.office):
        raise Refusal(_("您没有权限走这一步"))
    if step.is_back and not reason.strip():
        raise Refusal(_("退回须写明原因"), field="reason")
    # Marks and verdicts of the last minutes count.
    score_scheme(current, today=today)
    standing_in_the_way = blockers(current, step, today)
    if standing_in_the_way:
        raise Refusal("；".join(each.message for each in standing_in_the_way[:5]))
    _follow(current, step, by, today)
    current.state = step.became
    current.save(update_fields=["state"])
    RoundStep.objects.create(
        scheme=current,
        was=step.was,
        became=step.became,
        reason=reason,
        taken_by=by,
        taken_on=today,
    )
    record(AuditEvent.Action.CHANGE, target=current, by=by, fields=["state"], became=str(step.became))
    telling.tell_step(current, step)
    return current


def _follow(scheme: Scheme, step: Step, by: User, today: dt.date) -> None:
    """What the step does besides moving."""
    match (step.was, step.became):
        case (S.OPEN, S.REVIEW):
            close_entries(scheme, by=by)
            score_scheme(scheme, today=today)
        case (S.OBJECTION, S.DECIDED):
            deciding.sign(scheme, by=by)
        case (S.DECIDED, S.OBJECTION):
            deciding.unsign(scheme)
        case (S.DECIDED, S.PUBLISHED):
            publishing.publish(scheme, by=by, today=today)
