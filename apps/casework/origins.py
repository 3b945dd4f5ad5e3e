"""Where a case or task came from. A case stores (kind, id), a task (kind, reference); the app that owns that kind says
what to show. A task may come from whatever registered `register_source`: a case, a figure, a meeting.
"""

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
# As a reference stands in a URL: "0f3c…" of a case, "cases.closed_on_time/9900/2026" of a figure.
SourceResolver = Callable[[Actor, str], Origin | None]

_resolvers: dict[str, Resolver] = {}
_sources: dict[str, SourceResolver] = {}


def register(kind: str, resolver: Resolver) -> None:
    """Called from `AppConfig.ready()` of the app whose records open cases."""
    _resolvers[kind] = resolver


def origin_of(actor: Actor, kind: str, record_id: int | None) -> Origin | None:
    """What a case came from, as this actor may see it; None where it was entered by itself or its app is gone."""
    resolver = _resolvers.get(kind)
    return resolver(actor, record_id) if resolver and record_id is not None else None


def register_source(kind: str, resolver: SourceResolver) -> None:
    """Called from `AppConfig.ready()` of an app from whose pages tasks are handed out (`/tasks/new/?from=kind:ref`).

    The resolver gives None for what does not exist; for what the actor may not see, an origin without address.
    """
    _sources[kind] = resolver


def source_of(actor: Actor, kind: str, reference: str) -> Origin | None:
    """What a task came from, as this actor may see it."""
    resolver = _sources.get(kind)
    return resolver(actor, reference) if resolver and reference else None
