import sys
from collections.abc import Callable

import pytest
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.members.models import Member
from tests.cast import Tree
from tests.guards import world
from tests.guards.payloads import CODE
from tests.guards.world import CANARY, Cast, fill


@pytest.fixture(autouse=True)
def quick_hashes(settings: Settings) -> None:
    """Sixteen users set a password in the walk; argon2 is slow by design."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture
def code_in_every_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside its canary every text of the world carries code: each answer shows whether it stays text."""
    for module in (sys.modules[__name__], *world.modules()):
        monkeypatch.setattr(module, "CANARY", f"{world.CANARY}{CODE}", raising=False)


@pytest.fixture
def cast(tree: Tree, make_user: Callable[..., User], make_member: Callable[..., Member]) -> Cast:
    """Every role twice, and rows of every app on the owner's side."""
    places = {RoleName.CADRE: tree.town, RoleName.OFFICE_ADMIN: tree.county, RoleName.PARTNER: tree.county}
    owners = {
        role: make_user(f"own_{role}", role, places.get(role, tree.city), f"{CANARY}{role.label}")
        for role in RoleName
    }
    neighbours = {
        role: make_user(
            f"next_{role}",
            role,
            tree.far_town if role is RoleName.CADRE else tree.other_county,
            str(role.label),
        )
        for role in RoleName
    }
    member = make_member(f"{CANARY}甲", office=tree.town)
    cast = Cast(tree, owners, neighbours, member, make_member)
    fill(cast)
    return cast
