"""Machines sign in with `Authorization: Bearer tx_…`."""

from dataclasses import dataclass

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.accounts.actions import digest_of
from apps.accounts.models import ApiToken
from apps.core.access import OfficeRange, Permission

SCHEME = "Bearer"


@dataclass(frozen=True)
class Machine:
    """The actor behind a token: no user, so that nothing it does is ever written to a user's name."""

    token: ApiToken
    pk: None = None
    is_authenticated: bool = True
    is_active: bool = True

    @property
    def permissions(self) -> frozenset[Permission]:
        return self.token.permissions

    def office_ranges(self, permission: Permission) -> tuple[OfficeRange, ...]:
        """The token's subtree, for what tokens may do at all."""
        return (self.token.office.range,) if permission in self.permissions else ()


class TokenAuthentication(BaseAuthentication):
    """Refuses a token that is unknown or has run out; without the header the next way of signing in is tried."""

    def authenticate(self, request: Request) -> tuple[Machine, ApiToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != SCHEME.lower().encode():
            return None
        token = _open_token(parts[1].decode("latin-1")) if len(parts) == 2 else None
        if token is None:
            raise AuthenticationFailed
        _note_use(token)
        return Machine(token), token

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


def _open_token(secret: str) -> ApiToken | None:
    found = ApiToken.objects.filter(digest=digest_of(secret), expires_at__gt=timezone.now())
    return found.select_related("office").first()


def _note_use(token: ApiToken) -> None:
    """Once a day, so that a busy machine does not write with every request."""
    today = timezone.localdate()
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema describes it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
