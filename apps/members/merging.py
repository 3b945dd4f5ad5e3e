"""Merging follows every link to what is merged, or does not happen: each app declares its own in `AppConfig.ready()`.

A step says which links it looks after, moves them, and returns what it moved as ids; its other half takes that and
moves it back. A foreign key that no step declares stops every merge (and a test, long before). Members and organizations
are merged so: `of_members`, `of_organizations`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from apps.members.models import Member, Organization

# What a step changed: ids of rows and of their history, never values. It is stored as JSON.
Changed = dict[str, Any]
# Called with (duplicate, kept), and with what `move` returned.
Move = Callable[[Any, Any], Changed]
Restore = Callable[[Any, Any, Changed], None]


@dataclass(frozen=True)
class Step:
    """How some links come from the duplicate to the kept row, and back. Both rows are locked and saved."""

    name: str
    links: frozenset[str]
    move: Move
    restore: Restore


class Steps:
    """What merging two rows of one model does to everything that points to them."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self._steps: dict[str, Step] = {}
        self._staying: dict[str, str] = {}

    def when_merging(self, name: str, links: Iterable[str], *, move: Move, restore: Restore) -> None:
        """Register a step. `links` as "pairing.Pairing.member". Steps run in the order of registration, undo in reverse."""
        self._steps[name] = Step(name, frozenset(links), move, restore)

    def stays_with_duplicate(self, link: str, why: str) -> None:
        """Declare a link that a merge leaves where it is, and why that is right."""
        self._staying[link] = why

    def all(self) -> tuple[Step, ...]:
        return tuple(self._steps.values())

    def links(self) -> set[str]:
        """Every foreign key to the model in the programme; history tables copy rows and are no links of their own."""
        return {
            f"{model._meta.label}.{field.name}"
            for model in apps.get_models(include_auto_created=True)
            if not hasattr(model, "pgh_tracked_model")
            for field in model._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and field.related_model is self.model
        }

    def links_without_a_step(self) -> set[str]:
        """Links that nobody declared. While there is one, nothing can be merged."""
        declared = {link for step in self._steps.values() for link in step.links} | set(self._staying)
        return self.links() - declared

    def move(self, duplicate: models.Model, kept: models.Model) -> dict[str, Changed]:
        """Run every step; gives what each changed, by its name."""
        return {step.name: step.move(duplicate, kept) for step in self.all()}

    def restore(self, duplicate: models.Model, kept: models.Model, changed: dict[str, Changed]) -> None:
        """The reverse of `move`, last step first."""
        for step in reversed(self.all()):
            if step.name in changed:
                step.restore(duplicate, kept, changed[step.name])


of_members = Steps(Member)
of_organizations = Steps(Organization)
# What most apps have: links to members.
when_merging = of_members.when_merging
stays_with_duplicate = of_members.stays_with_duplicate


@dataclass(frozen=True)
class Rehang:
    """The step for a link without any rule: every row of the duplicate goes to the kept one, and back."""

    model: type[models.Model]
    field: str = "member"

    def move(self, duplicate: models.Model, kept: models.Model) -> Changed:
        rows = self.model._default_manager.filter(**{self.field: duplicate})
        moved = sorted(rows.values_list("pk", flat=True))
        rows.filter(pk__in=moved).update(**{self.field: kept})
        return {"moved": moved}

    def restore(self, duplicate: models.Model, kept: models.Model, changed: Changed) -> None:
        # Whatever went from the kept row in between is no longer ours to move.
        rows = self.model._default_manager.filter(pk__in=changed["moved"], **{self.field: kept})
        rows.update(**{self.field: duplicate})
