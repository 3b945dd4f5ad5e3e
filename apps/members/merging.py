"""Merging follows every link to a member, or does not happen: each app declares its own in `AppConfig.ready()`.

A step says which links it looks after, moves them, and returns what it moved as ids; its other half takes that and
moves it back. A foreign key to `Member` that no step declares stops every merge (and a test, long before).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from apps.members.models import Member

# What a step changed: ids of rows and of their history, never values. It is stored as JSON.
Changed = dict[str, Any]
Move = Callable[[Member, Member], Changed]
Restore = Callable[[Member, Member, Changed], None]


@dataclass(frozen=True)
class Step:
    """How some links come from the duplicate to the kept member, and back. Both members are locked and saved."""

    name: str
    links: frozenset[str]
    # Called with (duplicate, kept), and with what `move` returned.
    move: Move
    restore: Restore


_steps: dict[str, Step] = {}
_staying: dict[str, str] = {}


def when_merging(name: str, links: Iterable[str], *, move: Move, restore: Restore) -> None:
    """Register a step. `links` as "pairing.Pairing.member". Steps run in the order of registration, undo in reverse."""
    _steps[name] = Step(name, frozenset(links), move, restore)


def stays_with_duplicate(link: str, why: str) -> None:
    """Declare a link that a merge leaves where it is, and why that is right."""
    _staying[link] = why


def steps() -> tuple[Step, ...]:
    return tuple(_steps.values())


def links_to_members() -> set[str]:
    """Every foreign key to a member in the programme; history tables copy rows and are no links of their own."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if not hasattr(model, "pgh_tracked_model")
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Member
    }


def links_without_a_step() -> set[str]:
    """Links that nobody declared. While there is one, nothing can be merged."""
    declared = {link for step in _steps.values() for link in step.links} | set(_staying)
    return links_to_members() - declared


@dataclass(frozen=True)
class Rehang:
    """The step for a link without any rule: every row of the duplicate goes to the kept member, and back."""

    model: type[models.Model]
    field: str = "member"

    def move(self, duplicate: Member, kept: Member) -> Changed:
        rows = self.model._default_manager.filter(**{self.field: duplicate})
        moved = sorted(rows.values_list("pk", flat=True))
        rows.filter(pk__in=moved).update(**{self.field: kept})
        return {"moved": moved}

    def restore(self, duplicate: Member, kept: Member, changed: Changed) -> None:
        # Whatever went from the kept member in between is no longer ours to move.
        rows = self.model._default_manager.filter(pk__in=changed["moved"], **{self.field: kept})
        rows.update(**{self.field: duplicate})
