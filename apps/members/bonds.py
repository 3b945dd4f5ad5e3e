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


# Who is paired with a member, the present one first.
_cadres: list[Callable[[int], list[int]]] = []


def cadres_come_from(source: Callable[[int], list[int]]) -> None:
    """Register a function that gives the ids of the users paired with a member (id), today's first, then earlier ones."""
    if source not in _cadres:
        _cadres.append(source)


def cadres_of(member_id: int) -> list[int]:
    """Ids of the users who are or were paired with the member, the present one first."""
    return [user for source in _cadres for user in source(member_id)]


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
