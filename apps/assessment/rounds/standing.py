"""What a round adds to the page of one office's result: who stands behind it, what was lost, what this user may do."""

from collections.abc import Sequence
from typing import Any

from apps.accounts.models import User
from apps.assessment.explaining import SectionLines
from apps.assessment.losses import widest_losses
from apps.assessment.models import Decision, Result, Scheme
from apps.assessment.rounds.backing import with_backing
from apps.assessment.rounds.objecting import may_object
from apps.assessment.rounds.publishing import head_of
from apps.assessment.rounds.speaking import speaks_for
from apps.core.access import Permission


def round_of(result: Result, sections: Sequence[SectionLines], user: User) -> dict[str, Any]:
    """The sections with their backing, and more. The decision is for everybody's eyes once it is signed."""
    scheme, office = result.scheme, result.office
    publication = head_of(scheme) if scheme.is_final else None
    decided = Decision.objects.filter(scheme=scheme, office=office) if scheme.is_final else None
    return {
        "sections": with_backing(sections, result, user.pk),
        "losses": widest_losses(result, sections),
        "may_state": scheme.state == Scheme.State.OPEN and speaks_for(office, user),
        "may_object": may_object(scheme, office, user),
        "may_correct": publication is not None and user.may(Permission.ASSESSMENT_DECIDE, scheme.office),
        "decision": decided.first() if decided is not None else None,
        "publication": publication,
    }
