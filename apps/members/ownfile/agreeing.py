"""The member agrees alone, in the own file: for the first time, or to a text that has changed."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.members.actions import MemberRefused
from apps.members.consent_text import CONSENT_TEXTS, CURRENT_VERSION
from apps.members.models import Consent, Member


@transaction.atomic
def agree(member: Member) -> None:
    """Who waited for confirmation is in the registry with this; earlier consents stay as they were given."""
    current = Member.objects.select_for_update().get(pk=member.pk)
    if current.status not in (Member.Status.PENDING, Member.Status.ACTIVE):
        raise MemberRefused(_("您已不在册，不需要再同意"))
    given = current.consents.filter(withdrawn_on=None, text_version=CURRENT_VERSION)
    if given.exists():
        raise MemberRefused(_("您已经同意过现行文本"))
    today = timezone.localdate()
    text = CONSENT_TEXTS[CURRENT_VERSION]
    Consent.objects.create(
        member=current,
        text_version=text.version,
        text_sha256=text.sha256,
        purposes=list(text.purposes),
        how=Consent.How.OWN_LINK,
        given_on=today,
    )
    if current.status == Member.Status.PENDING:
        current.status, current.status_since = Member.Status.ACTIVE, today
        current.version += 1
        current.save()
    record(AuditEvent.Action.CHANGE, target=current, by=None, fields=["consent"])
