"""What stands in the side bar and the bottom bar: apps register their pages in `ready()`, the shell shows the rest.

An item is shown to those who hold its permission somewhere; it is a way to a page, never the guard of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission

THUMB_PLACES = 4


class Group(IntEnum):
    """The headings of the side bar, in their order."""

    TODAY = 1
    PEOPLE = 2
    ASSESSMENT = 3
    SYSTEM = 4


GROUP_LABELS = {
    Group.TODAY: _("日常工作"),
    Group.PEOPLE: _("成员与结对"),
    Group.ASSESSMENT: _("考核与报告"),
    Group.SYSTEM: _("系统管理"),
}


@dataclass(frozen=True)
class NavItem:
    """A page that people go to by name.

    Items with a `thumb` also stand in the bottom bar of a phone, in the order of the side bar: four at most, those
    with the lowest thumb (True is 1).
    """

    label: Any
    url_name: str
    icon: str
    permission: Permission
    group: Group
    order: int = 50
    thumb: int = 0


class NavLink(NamedTuple):
    label: Any
    url: str
    icon: str
    current: bool
    thumb: int


class NavGroup(NamedTuple):
    label: Any
    links: list[NavLink]


_items: dict[str, NavItem] = {}


def register(*items: NavItem) -> None:
    """Called from `AppConfig.ready()`; registering a URL name again replaces its item."""
    _items.update({item.url_name: item for item in items})
    _addresses.cache_clear()
    _drawn.cache_clear()


def items_for(permissions: Iterable[Permission]) -> list[NavItem]:
    """The items these permissions open, in the order they are shown."""
    held = frozenset(permissions)
    return sorted(
        (item for item in _items.values() if item.permission in held),
        key=lambda item: (item.group, item.order, item.url_name),
    )


def current_url(urls: Iterable[str], path: str) -> str | None:
    """The item a path belongs to: the longest address that the path starts with; "/" only for itself."""
    holding = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(holding, key=len, default=None)


def navigation(permissions: Iterable[Permission], path: str) -> list[NavGroup]:
    """The groups and links of the side bar, with the current page marked."""
    items = [(item, reverse(item.url_name)) for item in items_for(permissions)]
    here = current_url((url for _item, url in items), path)
    groups: dict[Group, list[NavLink]] = {}
    for item, url in items:
        link = NavLink(item.label, url, item.icon, url == here, item.thumb)
        groups.setdefault(item.group, []).append(link)
    return [NavGroup(GROUP_LABELS[group], links) for group, links in groups.items()]


@lru_cache(maxsize=256)
def _addresses(permissions: frozenset[Permission]) -> tuple[str, ...]:
    return tuple(reverse(item.url_name) for item in items_for(permissions))


@lru_cache(maxsize=1024)
def _drawn(
    template: str, permissions: frozenset[Permission], here: str | None, _language: str, icons: str
) -> SafeString:
    """A part of the shell that is the same for all who hold these permissions and stand at this item."""
    groups = navigation(permissions, here or "")
    return render_to_string(template, {"groups": groups, "thumbs": thumbs_of(groups), "icons": icons})


def thumbs_of(groups: Iterable[NavGroup]) -> list[NavLink]:
    """What stands in the bottom bar."""
    links = [link for group in groups for link in group.links if link.thumb]
    chosen = sorted(links, key=lambda link: link.thumb)[:THUMB_PLACES]
    return [link for link in links if link in chosen]


class Shell:
    """What base.html asks about the person in front of it; each part is worked out only when asked for."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.demo = settings.DEMO
        self.text = "large" if request.COOKIES.get("text") == "large" else ""
        self.rows = "dense" if request.COOKIES.get("rows") == "dense" else ""

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        user = getattr(self._request, "user", None)
        return user.permissions if user is not None and user.is_authenticated else frozenset()

    @property
    def groups(self) -> list[NavGroup]:
        return navigation(self.permissions, self._request.path)

    @property
    def thumbs(self) -> list[NavLink]:
        return thumbs_of(self.groups)

    @property
    def side_bar(self) -> SafeString:
        return self._part("shell/side_bar.html")

    @property
    def bottom(self) -> SafeString:
        """The bottom bar of phones, and the dialog of keys."""
        return self._part("shell/bottom_bar.html") + self._part("shell/keys.html")

    def _part(self, template: str) -> SafeString:
        # Drawn once per process: thirty links were a quarter of every page. While templates are written, each time.
        draw = _drawn.__wrapped__ if settings.DEBUG else _drawn
        here = current_url(_addresses(self.permissions), self._request.path)
        return draw(template, self.permissions, here, get_language() or "", static("icons.svg"))


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` in every template."""
    return {"shell": SimpleLazyObject(lambda: Shell(request))}
