"""成员自助: how a member gets into the own file, what they asked to have corrected, and the note on the way out.

Nothing here says whether, when or from where a member came: a code that was used up looks like one that was not, and a
session is gone with its end.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.fields import EncryptedTextField, GuardedCharField
from apps.members.models.people import Member


class OwnFileCode(models.Model):
    """A code that opens the own file once. Kept as a keyed hash; used up, that becomes another random one."""

    class Via(models.TextChoices):
        LETTER = "letter", _("信函")
        OWN = "own", _("本人自取")

    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="own_codes", db_comment="pd:secret; end=erase"
    )
    via = models.CharField(max_length=6, choices=Via.choices, db_comment="pd:none; end=erase")
    mark = models.CharField(max_length=64, unique=True, db_comment="pd:secret; end=erase")
    made_on = models.DateField(db_comment="pd:none; end=erase")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=erase",
    )
    last_day = models.DateField(db_comment="pd:none; end=erase")
    # Wrong answers to the second question; five end the code.
    wrong = models.PositiveSmallIntegerField(default=0, db_comment="pd:none; end=erase")

    class Meta:
        verbose_name = _("自助码")
        verbose_name_plural = _("自助码")
        constraints = [
            models.UniqueConstraint(fields=["member", "via"], name="own_code_one_of_a_kind"),
            models.CheckConstraint(condition=Q(via__in=["letter", "own"]), name="own_code_via_known"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class OwnFileSession(models.Model):
    """A member's way through the own file: no user account, no address, no device; deleted when it is over."""

    digest = models.CharField(max_length=64, primary_key=True, db_comment="pd:secret; end=1d")
    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="+", db_comment="pd:secret; end=1d"
    )
    idle_until = models.DateTimeField(db_comment="pd:none; end=1d")
    ends_at = models.DateTimeField(db_index=True, db_comment="pd:none; end=1d")

    class Meta:
        verbose_name = _("成员自助会话")
        verbose_name_plural = _("成员自助会话")

    def __str__(self) -> str:
        return "own file"


class WayOutNote(models.Model):
    """七日告知: a week after registration the member is told how to read, correct and leave."""

    class How(models.TextChoices):
        EMAIL = "email", _("电子邮件")
        LETTER = "letter", _("信函")

    member = models.OneToOneField(
        Member, on_delete=models.CASCADE, related_name="way_out_note", db_comment="pd:basic; end=erase"
    )
    due_on = models.DateField(db_comment="pd:none; end=erase")
    how = models.CharField(max_length=6, choices=How.choices, db_comment="pd:basic; end=erase")
    # Empty: the letter waits to be printed.
    sent_on = models.DateField(null=True, blank=True, db_comment="pd:none; end=erase")

    class Meta:
        verbose_name = _("七日告知")
        verbose_name_plural = _("七日告知")
        constraints = [
            models.CheckConstraint(condition=Q(how__in=["email", "letter"]), name="way_out_how_known")
        ]
        indexes = [
            models.Index(fields=["member"], condition=Q(sent_on__isnull=True), name="way_out_to_print")
        ]

    def __str__(self) -> str:
        return str(self.member_id)


class Correction(models.Model):
    """更正申请: what a member says should stand in one field. The office applies it, or answers why not."""

    class Field(models.TextChoices):
        NAME = "name", _("姓名")
        GENDER = "gender", _("性别")
        BIRTH_MONTH = "birth_month", _("出生年月")
        PHONE = "phone", _("联系电话")
        EMAIL = "email", _("电子邮箱")
        CATEGORIES = "categories", _("成员类别")
        POSTS = "posts", _("单位、团体和职务")

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        APPLIED = "applied", _("已更正")
        ANSWERED = "answered", _("已答复")

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=erase"
    )
    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="corrections", db_comment="pd:basic; end=erase"
    )
    field = models.CharField(
        _("项目"), max_length=12, choices=Field.choices, db_comment="pd:basic; end=erase"
    )
    # In the form of the field: 1978-05, female, private_economy other; may be a phone, so nothing is kept in plain.
    wanted = EncryptedTextField(_("应为"), blank=True, default="", db_comment="pd:sensitive; end=erase")
    asked_on = models.DateField(_("申请日期"), db_comment="pd:basic; end=erase")
    state = models.CharField(
        _("状态"),
        max_length=8,
        choices=State.choices,
        default=State.OPEN,
        db_comment="pd:basic; end=erase",
    )
    answer = GuardedCharField(_("答复"), blank=True, db_comment="pd:sensitive; end=erase")
    decided_on = models.DateField(_("处理日期"), null=True, blank=True, db_comment="pd:basic; end=erase")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=erase",
    )

    class Meta:
        verbose_name = _("更正申请")
        verbose_name_plural = _("更正申请")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    field__in=["name", "gender", "birth_month", "phone", "email", "categories", "posts"]
                ),
                name="correction_field_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "applied", "answered"]), name="correction_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_on__isnull=True)
                | (~Q(state="open") & Q(decided_on__isnull=False)),
                name="correction_decided_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | ~Q(answer=""), name="correction_refused_with_words"
            ),
            # A second word on the same field replaces the first while nobody has decided.
            models.UniqueConstraint(
                fields=["member", "field"], condition=Q(state="open"), name="correction_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.asked_on}"
