"""Users, what they may do where and for how long, and how they first get in."""

import datetime as dt
from functools import cached_property
from typing import Any, ClassVar, Self

import pghistory
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import ROLES, TECHNICAL_ROLES, RoleName
from apps.core.access import Actor, OfficeRange, Permission, may_at, within
from apps.core.prepared import Prepared
from apps.offices.models import Office


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Users who hold, held or will hold a grant in the subtrees in which the actor has the permission."""
        ranges = actor.office_ranges(permission)
        return self.filter(pk__in=Grant.objects.filter(within(ranges, "office__path")).values("user"))

    def granted_within(self, ranges: tuple[OfficeRange, ...], on: dt.date) -> Self:
        """Users who hold a grant on that day at an office in one of the subtrees."""
        return self.filter(
            pk__in=Grant.objects.current(on).filter(within(ranges, "office__path")).values("user")
        )


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, username: str, name: str, password: str | None = None, **fields: Any) -> "User":
        """A user who can sign in; without a password only through an invitation."""
        user: User = self.model(username=username, name=name, **fields)
        user.set_password(password)
        user.save()
        return user


@pghistory.track(exclude=["password", "last_login", "session_epoch"])
class User(AbstractBaseUser):
    """Somebody who signs in: a cadre, leader or administrator. Has no office; offices come with grants."""

    password = models.CharField(max_length=128, db_comment="pd:secret; end=keep")
    last_login = models.DateTimeField(null=True, blank=True, db_comment="pd:basic; end=keep")
    username = models.CharField(_("用户名"), max_length=40, unique=True, db_comment="pd:basic; end=keep")
    name = models.CharField(_("姓名"), max_length=50, db_comment="pd:basic; end=keep")
    full_time = models.BooleanField(_("专职"), default=True, db_comment="pd:none; end=keep")
    is_active = models.BooleanField(_("可登录"), default=True, db_comment="pd:none; end=keep")
    language = models.CharField(
        max_length=10, choices=settings.LANGUAGES, default="zh-hans", db_comment="pd:none; end=keep"
    )
    created_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    # Raised when every session of the user has to end: it is part of what a session must match.
    session_epoch = models.PositiveIntegerField(default=0, db_comment="pd:none; end=keep")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def choose_language(self, code: str) -> None:
        """Pages are shown in this language from the next request on, on every device."""
        if code in dict(settings.LANGUAGES):
            User.objects.filter(pk=self.pk).update(language=code)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django's own covers the password only; ours also ends sessions when roles change or the user is disabled.
        state = f"{self.session_epoch}:{self.password}"
        return salted_hmac("apps.accounts.session", state, secret=secret, algorithm="sha256").hexdigest()

    @property
    def device_key(self) -> str:
        """What tells users of one device apart there, without saying who they are."""
        return salted_hmac("apps.accounts.device", str(self.pk), algorithm="sha256").hexdigest()[:16]

    # -- Actor (apps.core.access) ---------------------------------------------------------------

    @cached_property
    def current_grants(self) -> list["Grant"]:
        """Today's grants with their offices, read once per request."""
        return grants_on(self, timezone.localdate())

    @property
    def permissions(self) -> frozenset[Permission]:
        return frozenset().union(*(ROLES[grant.role].permissions for grant in self.current_grants))

    def office_ranges(self, permission: Permission) -> tuple[OfficeRange, ...]:
        return tuple(
            grant.office.range for grant in self.current_grants if permission in ROLES[grant.role].permissions
        )

    def may(self, permission: Permission, office: Office) -> bool:
        """Whether the user holds the permission at this office."""
        return may_at(self, permission, office.path)

    def cadre_office(self) -> Office | None:
        """Where the user serves as a cadre today: the office that their visits are credited to."""
        return next((g.office for g in self.current_grants if g.role == RoleName.CADRE), None)


class GrantQuerySet(models.QuerySet["Grant"]):
    def current(self, on: dt.date) -> Self:
        """Grants that hold on that day."""
        return self.filter(Q(starts_on__lte=on), Q(ends_on__isnull=True) | Q(ends_on__gte=on))


@pghistory.track()
class Grant(models.Model):
    """A role at an office for a time. Ended, never deleted. Temporary cover (代管) is a grant with an end."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="grants", db_comment="pd:basic; end=keep"
    )
    role = models.CharField(
        _("角色"), max_length=20, choices=RoleName.choices, db_comment="pd:none; end=keep"
    )
    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        related_name="grants",
        verbose_name=_("机构"),
        db_comment="pd:none; end=keep",
    )
    starts_on = models.DateField(_("起"), db_comment="pd:none; end=keep")
    ends_on = models.DateField(_("止"), null=True, blank=True, db_comment="pd:none; end=keep")
    granted_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    granted_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("授权")
        verbose_name_plural = _("授权")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=RoleName.values), name="grant_role_known"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="grant_ends_after_start",
            ),
            # No one holds two of the three technical roles on one day (GB/T 22239 三员), not even by a race.
            ExclusionConstraint(
                name="grant_one_technical_role",
                expressions=[
                    (Func(F("user_id"), F("user_id"), Value("[]"), function="int8range"), "&&"),
                    (Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"), "&&"),
                ],
                condition=Q(role__in=sorted(TECHNICAL_ROLES)),
            ),
        ]
        indexes = [models.Index(fields=["office", "role"])]

    def __str__(self) -> str:
        return f"{self.get_role_display()}@{self.office}"


class Invitation(models.Model):
    """A one-time link with which a user sets the first password, or a new one after a reset."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="invitations", db_comment="pd:basic; end=keep"
    )
    digest = models.CharField(max_length=64, unique=True, db_comment="pd:secret; end=keep")
    created_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    expires_at = models.DateTimeField(db_comment="pd:none; end=keep")
    used_at = models.DateTimeField(null=True, db_comment="pd:none; end=keep")

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    def is_open(self, now: dt.datetime) -> bool:
        """Not used, not run out, and its user may sign in."""
        return self.used_at is None and now < self.expires_at and self.user.is_active


# What a machine may be given (contract, design §4): figures and the tree, never members.
TOKEN_PERMISSIONS = frozenset({Permission.DASHBOARD_VIEW, Permission.ASSESSMENT_VIEW, Permission.OFFICE_VIEW})
LONGEST_TOKEN = dt.timedelta(days=90)


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, actor: Actor, permission: Permission) -> Self:
        """Tokens for offices in the subtrees in which the actor has the permission."""
        return self.filter(within(actor.office_ranges(permission), "office__path"))


class ApiToken(models.Model):
    """A machine's key to the API: it sees figures of an office and below, for 90 days at most. Acts as no user."""

    name = models.CharField(_("用途"), max_length=60, db_comment="pd:none; end=keep")
    digest = models.CharField(max_length=64, unique=True, db_comment="pd:secret; end=keep")
    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("机构"),
        db_comment="pd:none; end=keep",
    )
    created_at = models.DateTimeField(auto_now_add=True, db_comment="pd:none; end=keep")
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_comment="pd:basic; end=keep"
    )
    expires_at = models.DateTimeField(_("到期"), db_comment="pd:none; end=keep")
    last_used_on = models.DateField(_("最近使用"), null=True, db_comment="pd:none; end=keep")

    permissions = TOKEN_PERMISSIONS

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("接口令牌")
        verbose_name_plural = _("接口令牌")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("created_at") + LONGEST_TOKEN),
                name="api_token_ends_within_90_days",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def _columns(model: type[models.Model], alias: str) -> str:
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


# Every request asks; the ORM takes ten times as long to write this statement as the database to answer it.
_GRANTS = Prepared(
    "accounts_grants_on",
    "bigint, date",
    # The rule of GrantQuerySet.current.
    f"SELECT {_columns(Grant, 'g')}, {_columns(Office, 'o')} "  # noqa: S608 - names of our own columns
    "FROM accounts_grant g JOIN offices_office o ON o.id = g.office_id "
    "WHERE g.user_id = $1 AND g.starts_on <= $2 AND (g.ends_on IS NULL OR g.ends_on >= $2) ORDER BY g.id",
)
_GRANT = [field.attname for field in Grant._meta.concrete_fields]
_OFFICE = [field.attname for field in Office._meta.concrete_fields]


def grants_on(user: User, day: dt.date) -> list[Grant]:
    """The user's grants that hold on that day, each with its office."""
    found = []
    for row in _GRANTS.rows(user.pk, day):
        grant: Grant = Grant.from_db("default", _GRANT, row[: len(_GRANT)])
        grant.user, grant.office = user, Office.from_db("default", _OFFICE, row[len(_GRANT) :])
        found.append(grant)
    return found
