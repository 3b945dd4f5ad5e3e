"""Every URL of the product: its name, which methods it answers, and which permission each method asks for.

Read from the resolver, so that nothing can be mounted that the access guards (tests/guards) do not see.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

from apps.core.access import Permission

WALKED_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """One URL pattern with its full name and text, and the view behind it."""

    name: str
    pattern: str
    view: Callable[..., Any]
    arguments: tuple[str, ...]

    @property
    def is_api(self) -> bool:
        """Answers machines: 401 and problem documents instead of the sign-in page."""
        return hasattr(self.view, "cls")

    @property
    def is_declared(self) -> bool:
        """Whether the view says who may use it, with `requires` or `open_to_everyone`."""
        return hasattr(self._declaring, "required_permission")

    @property
    def is_open(self) -> bool:
        """Needs no sign-in."""
        unasked = self.is_declared and not self.is_api and self.permission("GET") is None
        return unasked and not self.is_for_members

    @property
    def is_for_members(self) -> bool:
        """A page of the own file: for a member's session, and for no user whatever their role."""
        return bool(getattr(self._declaring, "for_members", False))

    def permission(self, method: str) -> Permission | None:
        """What the method asks for; None for a page open to everyone."""
        by_method: dict[str, Permission] = getattr(self._declaring, "required_permissions", {})
        return by_method.get(method, self._declaring.required_permission)

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods the view answers, empty when it does not say."""
        answered = _declared_methods(self.view)
        return tuple(method for method in WALKED_METHODS if method in answered)

    @property
    def _declaring(self) -> Any:
        return getattr(self.view, "cls", self.view)


def every_route() -> list[Route]:
    """All routes, ordered by their pattern."""
    return sorted(_walk(get_resolver().url_patterns, "", ""), key=lambda route: (route.pattern, route.name))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, namespace: str) -> Iterator[Route]:
    for entry in patterns:
        text = prefix + _readable(entry)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, text, inner)
        else:
            arguments = tuple(entry.pattern.regex.groupindex)
            yield Route(f"{namespace}{entry.name}", text, entry.callback, arguments)


def _readable(entry: URLPattern | URLResolver) -> str:
    """`offices/<code>/`, also where a router of DRF wrote a regular expression."""
    if isinstance(entry.pattern, RegexPattern):
        return simplify_regex(str(entry.pattern)).removeprefix("/")
    return str(entry.pattern)


def _declared_methods(view: Any) -> set[str]:
    if actions := getattr(view, "actions", None):  # a DRF view set, bound by its router
        return {method.upper() for method in actions}
    if named := _methods_of_decorator(view):
        return named
    view_class = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if view_class is None:
        return set()
    return {name.upper() for name in view_class.http_method_names if hasattr(view_class, name)}


def _methods_of_decorator(view: Any) -> set[str]:
    """What `require_http_methods` and its short forms were given; Django keeps it only in their closure."""
    while view is not None:
        closure = getattr(view, "__closure__", None) or ()
        kept = dict(zip(view.__code__.co_freevars, closure, strict=True)) if closure else {}
        if "request_method_list" in kept:
            return set(kept["request_method_list"].cell_contents)
        view = getattr(view, "__wrapped__", None)
    return set()
