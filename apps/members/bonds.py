"""Who is paired with whom, as far as the registry must know it: asked of an upper app, never imported.

`apps.pairing` registers its answer in `ready()`. Without it nobody is paired with anybody.
"""

from collections.abc import Callable, Collection

from apps.core.access import Actor

# Where an actor keeps the answer.
_KNOWN = "_members_paired_with"

_sources: list[Callable[[Actor], Collection[int]]] = []


def pairs_come_from(source: Callable[[Actor], Collection[int]]) -> None:
    """Register a function that gives the ids of the members the actor is paired with today."""
    if source not in _sources:
        _sources.append(source)


def members_paired_with(actor: Actor) -> frozenset[int]:
    """Ids of the members the actor is paired with today: a handful (the capacity of a cadre is about 8).

    Asked once for each actor read from the database, like their grants: a request and a job read theirs anew.
    """
    if actor.pk is None:
        return frozenset()
    known: frozenset[int] | None = getattr(actor, _KNOWN, None)
    if known is None:
        known = frozenset(member for source in _sources for member in source(actor))
        setattr(actor, _KNOWN, known)
    return known
