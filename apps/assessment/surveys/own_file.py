"""您有一份测评: what the member finds in the own file while they are asked and have not answered."""

from typing import Any

from django.utils import timezone

from apps.assessment.models import SurveyedOffice, SurveyInvitation
from apps.assessment.surveys import tokens
from apps.members.models import ContactPreference, Member


def own_section(member: Member) -> dict[str, Any] | None:
    """Registered with `members.sections`. Nothing for who wants no contact, and nothing once answered."""
    if not member.is_active or member.contact_preference == ContactPreference.NONE:
        return None
    waiting = SurveyInvitation.objects.filter(member=member, answered=False)
    secrets = {each.sheet: tokens.secret_of(each.pk) for each in waiting}
    running = SurveyedOffice.objects.filter(
        public_id__in=secrets,
        survey__closed_on__isnull=True,
        survey__closes_on__gte=timezone.localdate(),
    ).select_related("office", "survey__indicator__section__scheme__office")
    surveys = [{"surveyed": each, "secret": secrets[each.public_id]} for each in running]
    return {"surveys": surveys} if surveys else None
