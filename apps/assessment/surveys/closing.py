"""A survey ends: enough answers are counted out, too few are destroyed unread, and who answered is forgotten."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.models import Survey, SurveyCount, SurveyedOffice, SurveyInvitation
from apps.assessment.surveys import tally
from apps.assessment.surveys.asking import SurveyRefused, may_ask
from apps.assessment.surveys.questions import FEWEST_ANSWERS
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.refusals import Conflict
from apps.jobs.running import Work

CLOSE = "assessment.close_surveys"
# How long it is known who was asked: the next survey must not ask nearly the same people.
ASKED_KNOWN_FOR = dt.timedelta(days=731)


@transaction.atomic
def close_survey(survey: Survey, *, by: User | None) -> None:
    """End it for good, before its last day too. `by` is None where the last day has passed. Raises Refusal."""
    locked = Survey.objects.select_for_update().get(pk=survey.pk)
    if by is not None and not may_ask(locked.indicator.section.scheme, by):
        raise SurveyRefused(_("满意度测评由考核机构结束"))
    if not locked.is_running:
        raise Conflict(_("这次测评已经结束"))
    locked.closed_on = timezone.localdate()
    locked.save(update_fields=["closed_on"])
    for surveyed in locked.offices.select_for_update().order_by("pk"):
        _count_out(surveyed)
    record(AuditEvent.Action.CHANGE, target=locked, by=by, fields=["closed_on"])


def _count_out(surveyed: SurveyedOffice) -> None:
    counts = tally.read(surveyed.sealed)
    sheets = tally.sheets(counts)
    surveyed.sealed = ""
    surveyed.sheets = sheets if sheets >= FEWEST_ANSWERS else None
    surveyed.save(update_fields=["sealed", "sheets"])
    if surveyed.sheets is not None:
        SurveyCount.objects.bulk_create(
            SurveyCount(surveyed=surveyed, question=question, opinion=opinion, number=number)
            for (question, opinion), number in counts.items()
        )
    # Every row, those who did not answer too: see `answering`.
    SurveyInvitation.objects.filter(sheet=surveyed.public_id).update(answered=False)


def close_due(work: Work) -> dict[str, Any]:
    """Each night: surveys whose last day has passed, and who was asked two years ago."""
    today = timezone.localdate()
    due = Survey.objects.running().filter(closes_on__lt=today)
    for survey in due:
        close_survey(survey, by=None)
    return {"closed": len(due), "forgotten": forget_the_asked(today)}


def forget_the_asked(today: dt.date) -> int:
    """Delete the invitations of surveys that ended two years ago. Returns how many rows."""
    over = SurveyedOffice.objects.filter(survey__closed_on__lt=today - ASKED_KNOWN_FOR)
    deleted, _by_model = SurveyInvitation.objects.filter(sheet__in=over.values("public_id")).delete()
    return deleted
