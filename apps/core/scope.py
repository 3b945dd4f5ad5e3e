"""For whom the database shows rows about persons: the second net behind `visible_to` (docs/decisions/0031-row-policies.md).

A request has the scope of its user or member, long work and commands open the whole registry and say why. The scope
goes along with the first statement that is sent in it (`apps.core.scoped_postgresql`). Without one, reading a row about
a person is an error, never an empty answer.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from apps.core.access import Actor, OfficeRange, Permission

NOBODY = ""
EVERYTHING = "all"
# Twin of the functions scope_… in apps.core.row_policies: kind;actor;members;people;cases
_current: ContextVar[str] = ContextVar("scope", default=NOBODY)


def current() -> str:
    """The scope in words of the database."""
    return _current.get()


@contextmanager
def entered(scope: str) -> Iterator[None]:
    """Let what is sent inside have this scope."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def everything(why: str) -> Iterator[None]:
    """The whole registry, for what no page of a user's may read; `why` is for the reader. A guard lists every place."""
    with entered(EVERYTHING):
        yield


def of_actor(actor: Actor) -> str:
    """People and cases of the offices of the actor's grants; what else they reach follows from their id."""
    people = _paths(actor.office_ranges(Permission.MEMBER_VIEW))
    cases = _paths(actor.office_ranges(Permission.CASE_VIEW))
    return f"user;{actor.pk};;{people};{cases}"


def of_member(ids: Collection[int]) -> str:
    """The member's own registration, and those that were merged into it."""
    members = ",".join(str(pk) for pk in sorted(ids))
    return f"member;;{members};;"


def _paths(ranges: Collection[OfficeRange]) -> str:
    """Where the subtrees begin, without those that lie within another: the paths in them begin so too."""
    kept: list[OfficeRange] = []
    for one in sorted(set(ranges)):
        if not kept or not kept[-1].holds(one.low):
            kept.append(one)
    return ",".join(one.low for one in kept)
