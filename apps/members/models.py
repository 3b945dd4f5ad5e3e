"""People who agreed to be in the registry, the organizations they serve in, and what they agreed to."""

import uuid
from typing import Self

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.files.models import StoredFile
from apps.offices.models import OfficeScoped, ScopedQuerySet


class Category(models.TextChoices):
    """成员类别: closed in code, confirmed by the person. What rosters call them stands in `apps.members.categories`."""

    PARTY = "party", _("民主党派成员")
    NONPARTISAN = "nonpartisan", _("无党派人士")
    INTELLECTUAL = "intellectual", _("党外知识分子")
    PRIVATE_ECONOMY = "private_economy", _("非公有制经济人士")
    NEW_STRATUM = "new_stratum", _("新的社会阶层人士")
    RETURNED_STUDENT = "returned_student", _("出国和归国留学人员")
    HK_MACAO = "hk_macao", _("港澳同胞")
    TAIWAN = "taiwan", _("台湾同胞及其亲属")
    OVERSEAS = "overseas", _("华侨归侨及侨眷")
    OTHER = "other", _("其他")


class ContactPreference(models.TextChoices):
    """How the member wants to be met; any answer but NORMAL takes the pair out of denominators and due lists."""

    NORMAL = "normal", _("正常联系")
    PHONE_ONLY = "phone_only", _("只电话联系")
    HALF_YEARLY = "half_yearly", _("半年最多一次")
    NONE = "none", _("暂不联系")


class OrganizationKind(models.TextChoices):
    PARTY_BRANCH = "party_branch", _("民主党派基层组织")
    CHAMBER = "chamber", _("商会")
    FRIENDSHIP = "friendship", _("联谊会")
    PROFESSIONAL = "professional", _("专业协会")
    THINK_TANK = "think_tank", _("智库")
    ENTERPRISE = "enterprise", _("企业")
    INSTITUTION = "institution", _("事业单位及其他单位")


# Kinds that bring people together; enterprises and institutions employ them (guide: organizations.town_coverage).
ASSOCIATION_KINDS = (
    OrganizationKind.PARTY_BRANCH,
    OrganizationKind.CHAMBER,
    OrganizationKind.FRIENDSHIP,
    OrganizationKind.PROFESSIONAL,
    OrganizationKind.THINK_TANK,
)


@pghistory.track()
class Organization(OfficeScoped):
    """团体和单位: a democratic-party branch, chamber, association, think tank, enterprise or institution."""

    public_id = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False, db_comment="pd:none; end=keep"
    )
    name = models.CharField(_("名称"), max_length=100, db_comment="pd:none; end=keep")
    kind = models.CharField(
        _("类型"), max_length=12, choices=OrganizationKind.choices, db_comment="pd:none; end=keep"
    )
    ended_on = models.DateField(_("终止日期"), null=True, blank=True, db_comment="pd:none; end=keep")

    objects = ScopedQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("团体和单位")
        verbose_name_plural = _("团体和单位")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=OrganizationKind.values), name="organization_kind_known"
            ),
            models.UniqueConstraint(fields=["office", "name"], name="organization_once_per_office"),
        ]

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(ScopedQuerySet):
    def active(self) -> Self:
        """Members whose consent holds: the only ones that may be paired, visited or counted."""
        return self.filter(status=Member.Status.ACTIVE)


@pghistory.track()
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
    bigrams = ArrayField(
        models.CharField(max_length=2), default=list, blank=True, db_comment="pd:basic; end=erase"
    )
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
    # Counts edits: the second of two people who edit at once sees both versions.
    version = models.PositiveIntegerField(default=1, db_comment="pd:none; end=keep")
    created_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")

    objects = MemberQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("统战成员")
        verbose_name_plural = _("统战成员")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["pending", "active", "withdrawn", "moved", "deceased"]),
                name="member_status_known",
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
            GinIndex(fields=["bigrams"], name="member_bigrams"),
            GinIndex(fields=["categories"], name="member_categories"),
        ]

    def __str__(self) -> str:
        return self.record_number

    @property
    def record_number(self) -> str:
        """编号: stands for the member wherever the name may not be shown."""
        return f"C{self.pk:07d}"

    @property
    def is_active(self) -> bool:
        # See also MemberQuerySet.active.
        return self.status == self.Status.ACTIVE


@pghistory.track()
class Appointment(models.Model):
    """任职: a member's title in an organization, from/to."""

    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="appointments", db_comment="pd:basic; end=erase"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="appointments", db_comment="pd:basic; end=erase"
    )
    title = models.CharField(_("职务"), max_length=50, blank=True, db_comment="pd:basic; end=erase")
    starts_on = models.DateField(_("起"), null=True, blank=True, db_comment="pd:basic; end=erase")
    ends_on = models.DateField(_("止"), null=True, blank=True, db_comment="pd:basic; end=erase")

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        constraints = [
            models.UniqueConstraint(fields=["member", "organization", "title"], name="appointment_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="appointment_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
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
        Member, on_delete=models.CASCADE, related_name="consents", db_comment="pd:basic; end=erase"
    )
    text_version = models.CharField(max_length=20, db_comment="pd:none; end=keep")
    purposes = ArrayField(
        models.CharField(max_length=10, choices=Purpose.choices), db_comment="pd:basic; end=erase"
    )
    how = models.CharField(_("方式"), max_length=12, choices=How.choices, db_comment="pd:basic; end=erase")
    given_on = models.DateField(_("同意日期"), db_comment="pd:basic; end=erase")
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
                condition=~Q(how="signed_sheet") | Q(evidence__isnull=False), name="consent_sheet_has_scan"
            ),
            models.CheckConstraint(
                condition=Q(purposes__contained_by=["registry", "pairing", "activities"]),
                name="consent_purposes_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text_version} {self.given_on}"


class ImportBatch(OfficeScoped):
    """One reading of a roster: what came of it, in numbers and places, never in names."""

    file_name = models.CharField(max_length=120, db_comment="pd:none; end=keep")
    sha256 = models.CharField(max_length=64, db_comment="pd:none; end=keep")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_comment="pd:basic; end=keep",
    )
    at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    evidence = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+", db_comment="pd:none; end=keep"
    )
    summary = models.JSONField(default=dict, db_comment="pd:none; end=keep")

    objects = ScopedQuerySet.as_manager()

    class Meta(OfficeScoped.Meta):
        verbose_name = _("导入批次")
        verbose_name_plural = _("导入批次")

    def __str__(self) -> str:
        return self.file_name
