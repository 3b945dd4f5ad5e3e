"""What members agreed to, and that nobody is in the registry without it."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.files.models import StoredFile
from apps.members.consent_text import current_hash
from apps.members.models.events import entered_together, looked_up_by_member

# Nobody stands in the registry without a consent but who waits for confirmation (60 days), who left, and duplicates,
# for whom another row stands. The actions see to it, and this catches every other way in. Deferred: a member and the
# consent are written in one transaction, in either order.
CONSENTED = ("active", "moved", "deceased")
NEEDS_CONSENT = """
IF EXISTS (SELECT FROM members_member m WHERE m.id = {member} AND m.status IN ('active', 'moved', 'deceased')
           AND NOT EXISTS (SELECT FROM members_consent c WHERE c.member_id = m.id AND c.withdrawn_on IS NULL)) THEN
    RAISE EXCEPTION USING MESSAGE = 'a registered member has no consent',
        ERRCODE = 'check_violation', CONSTRAINT = 'member_active_has_consent';
END IF;
RETURN NULL;
"""


@pghistory.track(*entered_together(), meta=looked_up_by_member())
class Consent(models.Model):
    """同意: which text the member agreed to, for what, how and when; and when they took it back."""

    class How(models.TextChoices):
        SIGNED_SHEET = "signed_sheet", _("签字表扫描件")
        OWN_LINK = "own_link", _("本人链接确认")
        IN_PERSON = "in_person", _("当面确认")

    class Purpose(models.TextChoices):
        REGISTRY = "registry", _("登记")
        PAIRING = "pairing", _("结对联系")
        ACTIVITIES = "activities", _("活动邀请")

    member = models.ForeignKey(
        "members.Member", on_delete=models.CASCADE, related_name="consents", db_comment="pd:basic; end=keep"
    )
    text_version = models.CharField(max_length=20, db_comment="pd:none; end=keep")
    # Of the text as it was read: apps.members.consent_text.
    text_sha256 = models.CharField(max_length=64, default=current_hash, db_comment="pd:none; end=keep")
    purposes = ArrayField(
        models.CharField(max_length=10, choices=Purpose.choices), db_comment="pd:basic; end=keep"
    )
    how = models.CharField(_("方式"), max_length=12, choices=How.choices, db_comment="pd:basic; end=keep")
    given_on = models.DateField(_("同意日期"), db_comment="pd:basic; end=keep")
    evidence = models.ForeignKey(
        StoredFile,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=erase",
    )
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=erase",
    )
    # Empty where the member gave it alone, by the own link.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    recorded_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    withdrawn_on = models.DateField(null=True, blank=True, db_comment="pd:basic; end=keep")

    class Meta:
        verbose_name = _("同意")
        verbose_name_plural = _("同意")
        constraints = [
            models.CheckConstraint(
                condition=Q(how__in=["signed_sheet", "own_link", "in_person"]), name="consent_how_known"
            ),
            models.CheckConstraint(
                condition=~Q(how="signed_sheet") | Q(evidence__isnull=False) | Q(withdrawn_on__isnull=False),
                name="consent_sheet_has_scan",
            ),
            models.CheckConstraint(
                condition=~Q(how="in_person") | Q(witness__isnull=False), name="consent_in_person_has_witness"
            ),
            models.CheckConstraint(
                condition=Q(purposes__contained_by=["registry", "pairing", "activities"]),
                name="consent_purposes_known",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="last_consent",
                operation=pgtrigger.Delete | pgtrigger.UpdateOf("withdrawn_on", "member_id"),
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=NEEDS_CONSENT.format(member="OLD.member_id"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.text_version} {self.given_on}"
