"""Members: the people of the registry."""

import uuid
from collections.abc import Collection
from typing import Any, Self

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.access import WHOLE_TREE, Actor, Permission, within
from apps.core.crypto import blind_index
from apps.core.fields import Ciphertext, EncryptedTextField
from apps.core.names import NameKeys
from apps.core.strokes import stroke_key
from apps.members.bonds import members_paired_with
from apps.members.models.consents import CONSENTED, NEEDS_CONSENT
from apps.members.models.events import OFFICE_PATH_IN_BULK, entered_together
from apps.members.models.imports import ImportBatch
from apps.members.models.vocabulary import Category, ContactPreference
from apps.offices.models import Office, OfficeScoped, ScopedQuerySet


class MemberQuerySet(ScopedQuerySet):
    def active(self) -> Self:
        """Members whose consent holds: the only ones that may be paired, visited or counted."""
        return self.filter(status=Member.Status.ACTIVE)

    def visible_to(
        self, actor: Actor, permission: Permission, *, paired: Collection[int] | None = None
    ) -> Self:
        """Members of the offices in which the actor holds the permission, and those the actor is paired with today.

        `paired`: the latter, where they were read already.

        Who withdrew is hidden from everybody at once, as is a duplicate that was merged. Pending rows are seen by their own office and by the one
        that entered or imported them, not by others above (design §1, consent).
        """
        ranges = actor.office_ranges(permission)
        seen = within(ranges)
        if WHOLE_TREE not in ranges:
            own = [r.low for r in ranges]
            entering = Office.objects.filter(path__in=own).values("pk")
            seen &= ~Q(status=Member.Status.PENDING) | Q(office_path__in=own) | Q(entered_at__in=entering)
        if paired is None:
            paired = members_paired_with(actor)
        if paired:
            seen |= Q(pk__in=paired)
        return self.filter(seen).exclude(status__in=HIDDEN)


@pghistory.track(*entered_together())
class Member(OfficeScoped):
    """统战成员: a consenting person. `office` is the town (or above) where they work or are served.

    Never scored, ranked, labelled or rated; no column may hold it (design §1).
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("待本人确认")
        ACTIVE = "active", _("在册")
        WITHDRAWN = "withdrawn", _("已退出")
        MOVED = "moved", _("已迁出")
        DECEASED = "deceased", _("已去世")
        # A duplicate: the person stands in `merged_into`. Set by apps.members.merges alone.
        MERGED = "merged", _("已合并")

    class Gender(models.TextChoices):
        FEMALE = "female", _("女")
        MALE = "male", _("男")

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:basic; end=erase"
    )
    name = models.CharField(_("姓名"), max_length=50, db_comment="pd:basic; end=erase")
    # How the name is found: written by apps.core.names, the same for characters, pinyin, initials, traditional script.
    name_simplified = models.CharField(max_length=50, blank=True, db_comment="pd:basic; end=erase")
    pinyin = models.CharField(max_length=200, blank=True, db_comment="pd:basic; end=erase")
    pinyin_initials = models.CharField(max_length=50, blank=True, db_comment="pd:basic; end=erase")
    # Sorts bytewise in the order of strokes: apps.core.strokes.
    strokes = models.CharField(
        max_length=150, blank=True, default="", db_collation="C", db_comment="pd:basic; end=erase"
    )
    phone = EncryptedTextField(_("联系电话"), blank=True, default="", db_comment="pd:sensitive; end=erase")
    # Keyed hash of the phone: equal numbers are found without opening any.
    phone_index = models.CharField(
        max_length=64, blank=True, default="", db_comment="pd:sensitive; end=erase"
    )
    email = EncryptedTextField(_("电子邮箱"), blank=True, default="", db_comment="pd:sensitive; end=erase")
    gender = models.CharField(
        _("性别"), max_length=6, choices=Gender.choices, blank=True, db_comment="pd:basic; end=erase"
    )
    # The first day of the month of birth; the day is not kept.
    birth_month = models.DateField(_("出生年月"), null=True, blank=True, db_comment="pd:basic; end=erase")
    categories = ArrayField(
        models.CharField(max_length=16, choices=Category.choices),
        verbose_name=_("成员类别"),
        default=list,
        db_comment="pd:sensitive; end=erase",
    )
    status = models.CharField(
        _("状态"),
        max_length=10,
        choices=Status.choices,
        default=Status.PENDING,
        db_comment="pd:basic; end=keep",
    )
    status_since = models.DateField(_("状态起"), db_comment="pd:basic; end=keep")
    contact_preference = models.CharField(
        _("联系意愿"),
        max_length=12,
        choices=ContactPreference.choices,
        default=ContactPreference.NORMAL,
        db_comment="pd:basic; end=erase",
    )
    contact_preference_since = models.DateField(null=True, blank=True, db_comment="pd:basic; end=erase")
    # Kept by apps.pairing in the transaction of the visit.
    last_contact_on = models.DateField(_("最近联系"), null=True, blank=True, db_comment="pd:basic; end=erase")
    # 资料核对: when somebody last went through the particulars; without it the day of entry counts.
    checked_on = models.DateField(_("资料核对日期"), null=True, blank=True, db_comment="pd:none; end=keep")
    # Counts edits: the second of two people who edit at once sees both versions.
    version = models.PositiveIntegerField(default=1, db_comment="pd:none; end=keep")
    # The office that entered or imported the row: beside the own office the only one that sees it while it is pending.
    entered_at = models.ForeignKey(
        Office,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        # Of ten thousand rows the database would look ten thousand times whether the one office is there.
        db_constraint=False,
        db_comment="pd:none; end=keep",
    )
    batch = models.ForeignKey(
        ImportBatch,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="members",
        # As above.
        db_constraint=False,
        db_comment="pd:none; end=keep",
    )
    created_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    # Since when nothing of the person is left in the row; it stays for the counts of past years.
    erased_at = models.DateTimeField(null=True, editable=False, db_comment="pd:none; end=keep")
    # The registration that stands for this person since the two were merged; erased with it.
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.CASCADE,
        related_name="duplicates",
        db_index=False,
        db_comment="pd:basic; end=keep",
    )

    objects = MemberQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("统战成员")
        verbose_name_plural = _("统战成员")
        constraints = [
            models.CheckConstraint(
                condition=Q(gender__in=["", "female", "male"]), name="member_gender_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "active", "withdrawn", "moved", "deceased", "merged"]),
                name="member_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False)
                | Q(~Q(status="merged"), merged_into__isnull=True),
                name="member_merged_into_one",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(name="", pinyin="", phone_index=""),
                name="member_erased_holds_nothing",
            ),
            models.CheckConstraint(
                condition=Q(categories__contained_by=Category.values), name="member_categories_known"
            ),
            models.CheckConstraint(
                condition=Q(contact_preference__in=ContactPreference.values),
                name="member_contact_preference_known",
            ),
        ]
        indexes = [
            models.Index(fields=["office_path", "pinyin"], name="member_office_pinyin"),
            models.Index(fields=["pinyin"], opclasses=["text_pattern_ops"], name="member_pinyin_prefix"),
            models.Index(
                fields=["pinyin_initials"], opclasses=["text_pattern_ops"], name="member_initials_prefix"
            ),
            models.Index(
                fields=["name_simplified"], opclasses=["text_pattern_ops"], name="member_name_prefix"
            ),
            models.Index(fields=["strokes"], name="member_strokes"),
            models.Index(fields=["phone_index"], name="member_phone"),
            # Hardly anybody: the others stand in no index.
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="member_merged_into"
            ),
            GinIndex(fields=["categories"], name="member_categories"),
        ]
        triggers = [
            *OFFICE_PATH_IN_BULK,
            pgtrigger.Trigger(
                name="needs_consent",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("status"),
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Q(new__status__in=CONSENTED),
                func=NEEDS_CONSENT.format(member="NEW.id"),
            ),
        ]

    def __str__(self) -> str:
        return self.record_number

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Fills what is derived from name and phone. Bulk writers use `name_columns` and `phone_index_of`."""
        for column, value in name_columns(self.name).items():
            setattr(self, column, value)
        phone = self.__dict__.get("phone")
        if not isinstance(phone, Ciphertext):
            self.phone_index = phone_index_of(phone or "")
        if (update := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*update, *_derived_from(update)}
        super().save(*args, **kwargs)

    @property
    def record_number(self) -> str:
        """编号: stands for the member wherever the name may not be shown. Twin of members.naming.record_number."""
        return f"C{self.pk:07d}"

    @property
    def is_active(self) -> bool:
        # See also MemberQuerySet.active.
        return self.status == self.Status.ACTIVE


def registrations_of(people: Collection[int]) -> list[int]:
    """Every registration of these people: their own, what was merged into it, and what had been merged into that."""
    found = behind = list(people)
    while behind := list(Member.objects.filter(merged_into__in=behind).values_list("pk", flat=True)):
        found = found + behind
    return found


# Nobody sees these: who left, and duplicates, for which the merged record stands.
HIDDEN = (Member.Status.WITHDRAWN, Member.Status.MERGED)
# Seen still, but nobody is to meet them.
GONE = (Member.Status.MOVED, Member.Status.DECEASED)


def name_columns(name: str, keys: NameKeys | None = None) -> dict[str, Any]:
    """The columns by which a cleaned name is found and sorted; `keys` where they were computed before."""
    keys = keys or NameKeys.of(name)
    return {
        "name_simplified": keys.simplified,
        "pinyin": keys.pinyin,
        "pinyin_initials": keys.initials,
        "strokes": stroke_key(keys.simplified),
    }


def phone_index_of(phone: str) -> str:
    """The keyed hash of a phone number in its one written form; "" for none."""
    return blind_index(phone, "member.phone") if phone else ""


def _derived_from(update: set[str]) -> set[str]:
    names = {"name_simplified", "pinyin", "pinyin_initials", "strokes"} if "name" in update else set()
    return names | ({"phone_index"} if "phone" in update else set())
