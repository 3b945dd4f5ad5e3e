"""What the security administrator does to users and grants, and how an invitation becomes a password."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import ApiToken, Grant, Invitation, User
from apps.accounts.roles import ROLES, TECHNICAL_ROLES, RoleName
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import SYSTEM, Actor, Permission, may_at
from apps.core.refusals import Refusal
from apps.offices.models import Office

Action = AuditEvent.Action


class AccountRefused(Refusal):
    """The deed breaks a rule of accounts or grants."""


@dataclass(frozen=True)
class Term:
    """Which role, where, from when until when (None: until ended)."""

    role: RoleName
    office: Office
    starts_on: dt.date
    ends_on: dt.date | None = None

    def meets(self, other: Grant) -> bool:
        """Whether both hold on some day."""
        return (other.ends_on is None or self.starts_on <= other.ends_on) and (
            self.ends_on is None or other.starts_on <= self.ends_on
        )


def digest_of(secret: str) -> str:
    """What is stored of a link or token: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


# -- users ------------------------------------------------------------------------------------------


@transaction.atomic
def invite_user(*, username: str, name: str, full_time: bool, term: Term, by: Actor) -> tuple[User, str]:
    """A new user without a password, with a first grant; the secret of the one-time link is given once, here."""
    user: User = User.objects.create_user(username, name, full_time=full_time)
    record(Action.CREATE, target=user, by=by)
    grant_role(user=user, term=term, by=by)
    return user, make_invitation(user=user, by=by)


@transaction.atomic
def make_invitation(*, user: User, by: Actor) -> str:
    """A fresh one-time link, good for 48 hours; earlier ones end. Whoever has it can take the account over."""
    _refuse_beyond_reach(user, by)
    now = timezone.now()
    user.invitations.filter(used_at=None).update(expires_at=now)
    secret = secrets.token_urlsafe(32)
    Invitation.objects.create(
        user=user,
        digest=digest_of(secret),
        created_by_id=by.pk,
        expires_at=now + settings.INVITATION_LIFETIME,
    )
    record(Action.INVITE, target=user, by=by)
    return secret


def open_invitation(secret: str) -> Invitation | None:
    """The invitation of a link, while it can be used."""
    found = Invitation.objects.select_related("user").filter(digest=digest_of(secret)).first()
    return found if found and found.is_open(timezone.now()) else None


@transaction.atomic
def accept_invitation(*, invitation: Invitation, password: str) -> User:
    """Set the password and use the link up. A second factor that is there stays (guide A6)."""
    used = Invitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=timezone.now())
    if not used:
        raise AccountRefused(_("这个链接已经用过，请联系安全管理员重新邀请。"))
    user = User.objects.select_for_update().get(pk=invitation.user_id)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_all_sessions(user)
    record(Action.CHANGE, target=user, by=user, fields=["password"])
    return user


@transaction.atomic
def disable_user(*, user: User, by: Actor) -> None:
    """No more sign-in, and out of every session at once. Grants stay, to be ended or taken up again."""
    _refuse_beyond_reach(user, by)
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.invitations.filter(used_at=None).update(expires_at=timezone.now())
    end_all_sessions(user)
    record(Action.DISABLE, target=user, by=by)


@transaction.atomic
def enable_user(*, user: User, by: Actor) -> None:
    """May sign in again, with the password from before."""
    _refuse_beyond_reach(user, by)
    User.objects.filter(pk=user.pk).update(is_active=True)
    record(Action.CHANGE, target=user, by=by, fields=["is_active"])


@transaction.atomic
def reset_second_factor(*, user: User, by: Actor) -> None:
    """Forget authenticator and recovery codes (a lost phone); the user enrols anew at the next sign-in."""
    _refuse_beyond_reach(user, by)
    Authenticator.objects.filter(user=user).delete()
    end_all_sessions(user)
    record(Action.RESET_FACTOR, target=user, by=by)


def end_all_sessions(user: User) -> None:
    """Every session of the user is over with its next request."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    for session in UserSession.objects.filter(user=user):
        session.end()


# -- grants -----------------------------------------------------------------------------------------


@transaction.atomic
def grant_role(*, user: User, term: Term, by: Actor) -> Grant:
    """Give a role. Refused: to oneself, outside the giver's offices, a second technical role, the same twice."""
    _refuse_self(user, by)
    _refuse_office(term.office, by)
    User.objects.select_for_update().get(pk=user.pk)
    _refuse_combination(term, [grant for grant in user.grants.select_related("office") if term.meets(grant)])
    grant = Grant.objects.create(
        user=user,
        role=term.role,
        office=term.office,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        granted_by_id=by.pk,
    )
    end_all_sessions(user)
    record(Action.GRANT, target=user, by=by, role=term.role, office=term.office.pk)
    return grant


@transaction.atomic
def end_grant(*, grant: Grant, by: Actor, on: dt.date) -> None:
    """End a grant with the day before `on`: from `on` it no longer holds. One that has not begun is taken back."""
    _refuse_self(grant.user, by)
    _refuse_office(grant.office, by)
    last = on - dt.timedelta(days=1)
    if grant.starts_on > last:
        Grant.objects.filter(pk=grant.pk).delete()
    else:
        Grant.objects.filter(pk=grant.pk).update(ends_on=last)
    end_all_sessions(grant.user)
    record(Action.END_GRANT, target=grant.user, by=by, role=grant.role, office=grant.office_id)


def _refuse_self(user: User, by: Actor) -> None:
    if by.pk == user.pk:
        raise AccountRefused(_("不能给自己授权或结束自己的授权，请由另一位安全管理员办理。"))


def _refuse_office(office: Office, by: Actor) -> None:
    if not may_at(by, Permission.USER_MANAGE, office.path):
        raise AccountRefused(_("只能在自己负责的机构及下级授权。"))


def _refuse_beyond_reach(user: User, by: Actor) -> None:
    """An account is a whole: a link for it, or its end, reaches every office where the user serves."""
    _refuse_self_service(user, by)
    reaches = by.office_ranges(Permission.USER_MANAGE)
    for grant in user.grants.current(timezone.localdate()).select_related("office"):
        if not any(reach.holds(grant.office.path) for reach in reaches):
            raise AccountRefused(_("该用户还在您负责范围以外的机构任职，请由上级安全管理员办理。"))


def _refuse_self_service(user: User, by: Actor) -> None:
    if by.pk == user.pk:
        raise AccountRefused(_("不能对自己的账号进行此操作。"))


def _refuse_combination(term: Term, held: list[Grant]) -> None:
    """The three technical administrators check each other and read no member, whatever else they are."""
    for grant in held:
        if grant.role == term.role and grant.office_id == term.office.pk:
            raise AccountRefused(_("该用户在这一时段已有同样的授权。"))
        pair = {RoleName(grant.role), term.role}
        if pair <= TECHNICAL_ROLES:
            raise AccountRefused(_("系统管理员、安全管理员、审计员不能由一人兼任。"))
        if pair & TECHNICAL_ROLES and any(Permission.MEMBER_VIEW in ROLES[role].permissions for role in pair):
            raise AccountRefused(_("系统管理员、安全管理员、审计员不能同时担任可查看成员资料的角色。"))


@transaction.atomic
def first_administrator(*, username: str, name: str, root: Office, on: dt.date) -> str:
    """The security administrator of a fresh installation; refused once there is one. Gives the link's secret."""
    Office.objects.select_for_update().get(pk=root.pk)  # two at once: the second sees the first
    if Grant.objects.current(on).filter(role=RoleName.SECURITY_ADMIN, user__is_active=True).exists():
        raise AccountRefused(_("已经有安全管理员，请由其邀请其他用户。"))
    term = Term(RoleName.SECURITY_ADMIN, root, on)
    return invite_user(username=username, name=name, full_time=True, term=term, by=SYSTEM)[1]


# -- tokens for machines ----------------------------------------------------------------------------

TOKEN_PREFIX = "tx_"  # noqa: S105 — lets people and scanners recognise a leaked one


@transaction.atomic
def issue_token(*, name: str, office: Office, days: int, by: User) -> str:
    """A machine's key, given once, here; 90 days at most (contract). It sees figures, never members."""
    if not by.may(Permission.SYSTEM_MANAGE, office):
        raise AccountRefused(_("只能为自己负责的机构及下级签发令牌。"))
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    expires_at = timezone.now() + dt.timedelta(days=days)
    token = ApiToken.objects.create(
        name=name, office=office, digest=digest_of(secret), created_by=by, expires_at=expires_at
    )
    record(Action.CREATE, target=token, by=by, days=days)
    return secret


@transaction.atomic
def end_token(*, token: ApiToken, by: Actor) -> None:
    """The machine is refused from its next request on."""
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now())
    record(Action.VOID, target=token, by=by)
