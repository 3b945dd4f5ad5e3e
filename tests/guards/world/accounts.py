import datetime as dt
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils import timezone

from apps.accounts.actions import digest_of
from apps.accounts.models import ApiToken, Grant, Invitation, User
from apps.accounts.roles import RoleName
from tests.guards.world import CANARY, Cast, Page

SECRET = "link-secret"
NEW_PASSWORD = "vier gelbe Postkutschen"


def fill(cast: Cast) -> None:
    for user in cast.owners.values():
        RecoveryCodes.activate(user)


def _user(cast: Cast) -> User:
    """A cadre of the owner's side whom no signed-in user is."""
    if there := User.objects.filter(username="own_other").first():
        return there  # the browser's walk visits all pages in one database
    user: User = User.objects.create_user("own_other", f"{CANARY}丙")
    Grant.objects.create(user=user, role=RoleName.CADRE, office=cast.tree.town, starts_on=dt.date(2020, 1, 1))
    return user


def _user_kwargs(cast: Cast) -> dict[str, Any]:
    return {"pk": _user(cast).pk}


def _grant_kwargs(cast: Cast) -> dict[str, Any]:
    user = _user(cast)
    return {"pk": user.pk, "grant": user.grants.get().pk}


def _invitation(cast: Cast) -> dict[str, Any]:
    Invitation.objects.create(
        user=_user(cast),
        digest=digest_of(SECRET),
        expires_at=timezone.now() + settings.INVITATION_LIFETIME,
    )
    return {"secret": SECRET}


def _session(cast: Cast) -> dict[str, Any]:
    session = UserSession.objects.create(
        user=cast.cadre, ip="192.0.2.1", session_key="k" * 32, user_agent=CANARY
    )
    return {"pk": session.pk}


def _token(cast: Cast) -> dict[str, Any]:
    token = ApiToken.objects.create(
        name=CANARY,
        digest=digest_of("token"),
        office=cast.tree.county,
        created_by=cast.owners[RoleName.SYSTEM_ADMIN],
        expires_at=timezone.now() + dt.timedelta(days=1),
    )
    return {"pk": token.pk}


def _term(cast: Cast) -> dict[str, Any]:
    return {"role": RoleName.LEADER, "office": cast.tree.town.pk, "starts_on": "2026-03-01"}


PAGES = {
    "set_language": Page(post=lambda cast: {"language": "en"}),
    # Open to whoever holds the link: the secret is the guard.
    "accounts:accept": Page(
        kwargs=_invitation,
        post=lambda cast: {"password": NEW_PASSWORD, "again": NEW_PASSWORD},
        shared=True,
        shows_canary=True,
    ),
    "accounts:end_session": Page(kwargs=_session),
    "accounts:invite": Page(
        post=lambda cast: {"username": "new", "name": "新人", "full_time": "part", **_term(cast)}
    ),
    "accounts:user": Page(kwargs=_user_kwargs),
    "accounts:reinvite": Page(kwargs=_user_kwargs),
    "accounts:disable": Page(kwargs=_user_kwargs),
    "accounts:enable": Page(kwargs=_user_kwargs),
    "accounts:reset_second_factor": Page(kwargs=_user_kwargs),
    "accounts:grant": Page(kwargs=_user_kwargs, post=_term),
    "accounts:end_grant": Page(kwargs=_grant_kwargs),
    "accounts:tokens": Page(post=lambda cast: {"name": "取数", "office": cast.tree.county.pk, "days": "30"}),
    "accounts:end_token": Page(kwargs=_token),
}
