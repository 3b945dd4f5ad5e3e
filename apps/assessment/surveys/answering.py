"""An answer comes in: the invitation is used up and the office's sealed tally moves on, and nothing ties the two.

Both happen in one transaction, so an answer counts once and is never lost. What a reader of the tables finds after it:
a ciphertext of the same length as before, and rows of the office that were all written at the same moment.
"""

import datetime as dt

from django.db import transaction
from django.db.models import BooleanField, Case, F, Value, When
from django.views.decorators.debug import sensitive_variables

from apps.assessment.models import SurveyedOffice, SurveyInvitation
from apps.assessment.surveys import tally, tokens
from apps.assessment.surveys.questions import Ballot


class Gone(Exception):
    """Used, run out, ended, or the person has left: the same answer for all."""


@sensitive_variables("secret")
def live_invitation(secret: str, today: dt.date) -> tuple[SurveyInvitation, SurveyedOffice]:
    """The invitation of a secret while it can be answered, and what it asks about. Raises Gone."""
    found = SurveyInvitation.objects.select_related("member").filter(digest=tokens.digest_of(secret))
    invitation = found.first()
    if invitation is None or invitation.answered or not invitation.member.is_active:
        raise Gone
    running = SurveyedOffice.objects.filter(survey__closed_on__isnull=True, survey__closes_on__gte=today)
    surveyed = (
        running.select_related("office", "survey__indicator__section__scheme__office")
        .filter(public_id=invitation.sheet)
        .first()
    )
    if surveyed is None:
        raise Gone
    return invitation, surveyed


@transaction.atomic
@sensitive_variables()
def answer(secret: str, ballot: Ballot, today: dt.date) -> None:
    """Count the ballot, once. Raises Gone. Nothing of it is written to the audit trail."""
    invitation, surveyed = live_invitation(secret, today)
    # One at a time per office. Without a tally the survey ended meanwhile.
    locked = SurveyedOffice.objects.select_for_update().get(pk=surveyed.pk)
    if not locked.sealed or not SurveyInvitation.objects.filter(pk=invitation.pk, answered=False).exists():
        raise Gone
    locked.sealed = tally.add(locked.sealed, ballot)
    locked.save(update_fields=["sealed"])
    _use_up(invitation)


def _use_up(invitation: SurveyInvitation) -> None:
    """All invitations of the office are rewritten: no row shows by its version when its person answered."""
    SurveyInvitation.objects.filter(sheet=invitation.sheet).update(
        answered=Case(
            When(pk=invitation.pk, then=Value(True)), default=F("answered"), output_field=BooleanField()
        )
    )
