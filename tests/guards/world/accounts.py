from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from tests.guards.world import Cast, Page

PAGES: dict[str, Page] = {}


def fill(cast: Cast) -> None:
    for user in cast.owners.values():
        RecoveryCodes.activate(user)
