"""Every table in which something about a member stands, declared by its app in `AppConfig.ready()`.

What is erased there follows from the columns themselves: whatever does not say `end=keep` is emptied, or the whole row
goes. A model that can be reached from a member, or has columns that end, and is declared nowhere fails a test
(`unknown_models`), long before somebody asks to be forgotten.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from apps.core.privacy import our_models, parse, speaking_fields
from apps.files.models import StoredFile

# Which rows of the model are about these members (ids, or a query of ids).
Members = Collection[int] | models.QuerySet[Any, Any]
Rows = Callable[[Any], "models.QuerySet[Any]"]


@dataclass(frozen=True)
class Place:
    """A model with rows about members. `whole_rows`: they go; else only the columns that end are emptied."""

    label: str
    # The lookup from a row to its member, or a function where no key leads there.
    member: str | Rows
    whole_rows: bool = False

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    def rows_about(self, members: Members) -> "models.QuerySet[Any]":
        if callable(self.member):
            return self.member(members)
        return self.model._base_manager.filter(**{f"{self.member}__in": members})


_places: dict[str, Place] = {}
_without: dict[str, str] = {}


def when_erasing(*places: Place) -> None:
    """Declare where an app holds something about members. The order is that of erasing."""
    _places.update({place.label: place for place in places})


def holds_nothing_of_members(label: str, why: str) -> None:
    """Declare a model whose ending columns are no member's: those of users, of lists, of imports that end by themselves."""
    _without[label] = why


def places() -> tuple[Place, ...]:
    return tuple(_places.values())


def place_of(label: str) -> Place:
    """Raises KeyError where no app has declared the table."""
    return _places[label]


def ending_fields(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """The columns that go with the person, at once or after a time."""
    return [field for field in speaking_fields(model) if _ends(field)]


def _ends(field: "models.Field[Any, Any]") -> bool:
    says = parse(field.db_comment)
    return says is not None and says.end != "keep"


def history_of(model: type[models.Model]) -> type[models.Model] | None:
    """The table that keeps the model's earlier states, if it has one."""
    return next((each for each in our_models() if getattr(each, "pgh_tracked_model", None) is model), None)


def files_of(model: type[models.Model]) -> list[str]:
    """The ending columns that lead to a stored file."""
    return [field.attname for field in ending_fields(model) if field.related_model is StoredFile]


def unknown_models() -> list[str]:
    """Models that hold, or may hold, something about a member and that nobody declared."""
    member = apps.get_model("members", "Member")
    linked = {
        model._meta.label
        for model in our_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is member
    }
    ending = {model._meta.label for model in our_models() if ending_fields(model)}
    history = {model._meta.label for model in our_models() if hasattr(model, "pgh_tracked_model")}
    return sorted((linked | ending) - history - _places.keys() - _without.keys())
