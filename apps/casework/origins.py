"""Where a case came from. A case stores (kind, id); the app that owns that kind says what to show."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apps.core.access import Actor


@dataclass(frozen=True)
class Origin:
    """`url` is empty where the actor may not open it."""

    title: Any
    url: str = ""


Resolver = Callable[[Actor, int], Origin | None]

_resolvers: dict[str, Resolver] = {}


def register(kind: str, resolver: Resolver) -> None:
    """Called from `AppConfig.ready()` of the app whose records open cases."""
    _resolvers[kind] = resolver


def origin_of(actor: Actor, kind: str, record_id: int | None) -> Origin | None:
    """What a case came from, as this actor may see it; None where it was entered by itself or its app is gone."""
    resolver = _resolvers.get(kind)
    return resolver(actor, record_id) if resolver and record_id is not None else None
