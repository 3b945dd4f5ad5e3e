"""What the walk over all routes needs of each app: a module of this package named like the app.

A module has `PAGES`, from the name of a URL to a `Page`, and may have `fill(cast)`, which puts rows in the
owner's offices with `CANARY` in every text that a neighbour must never see. See docs/how-to/add-a-page.md.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.members.models import Member
from tests.cast import Tree

# In names and texts of the owner's side; no answer to a neighbour may contain it.
CANARY = "金丝雀"


@dataclass(frozen=True)
class Cast:
    """One user of each role on the owner's side (甲县, its 东镇, or the city), and one of each next door (乙县)."""

    tree: Tree
    owners: dict[RoleName, User]
    neighbours: dict[RoleName, User]
    member: Member
    make_member: Callable[..., Member]

    @property
    def cadre(self) -> User:
        return self.owners[RoleName.CADRE]

    @property
    def office_admin(self) -> User:
        return self.owners[RoleName.OFFICE_ADMIN]


Values = Callable[[Cast], dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """How to reach a route with success.

    `kwargs` makes the object on the owner's side and gives the URL's arguments; `query` the query string;
    `post`, `put`, `patch` give data that is accepted. `shared`: the object is no office's (a neighbour sees it
    too); `shows_canary`: and it may say what the object is. `may_refuse`: an allowed role may still get 403 for
    this object, as where only the owner may act.
    """

    kwargs: Values | None = None
    query: Values | None = None
    post: Values | None = None
    put: Values | None = None
    patch: Values | None = None
    shared: bool = False
    may_refuse: bool = False
    shows_canary: bool = False

    def values(self, method: str) -> Values | None:
        """What makes the data to send with the method."""
        return {"GET": self.query, "POST": self.post, "PUT": self.put, "PATCH": self.patch}.get(method)

    def data(self, method: str, cast: Cast) -> dict[str, Any]:
        """What to send with the method."""
        values = self.values(method)
        return values(cast) if values else {}


def modules() -> list[Any]:
    """One for each app, or for a large part of one."""
    return [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]


def known_pages() -> dict[str, Page]:
    """All pages of all modules, by the full name of their URL."""
    return {name: page for module in modules() for name, page in module.PAGES.items()}


def fill(cast: Cast) -> None:
    """Rows of every app on the owner's side."""
    for module in modules():
        if hasattr(module, "fill"):
            module.fill(cast)
