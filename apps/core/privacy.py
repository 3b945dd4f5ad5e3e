"""What every column says about itself, in its database comment: how personal it is, and how it ends.

`pd:<none|basic|sensitive|secret>; end=<keep|erase|blank|a time>`, e.g. `pd:sensitive; end=2y`.

- none: nothing about a member; basic: who and when; sensitive: what kind, what was said; secret: keys and hashes.
- keep: stays with the row; erase: goes with the person; blank: emptied, the row stays; 30d, 6m, 2y: erased or
  emptied that long after the matter ended.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db import models

PD_COMMENT = re.compile(r"pd:(none|basic|sensitive|secret); end=(keep|erase|blank|[1-9][0-9]*[dmy])")
# Columns that libraries add; they carry nothing typed.
_LIBRARY_COLUMNS = re.compile(r"pgh_\w+")


class Sensitivity(StrEnum):
    NONE = "none"
    BASIC = "basic"
    SENSITIVE = "sensitive"
    SECRET = "secret"  # noqa: S105 - a class of data, no password


@dataclass(frozen=True)
class Privacy:
    """What one column says. `end` is keep, erase, blank or a time such as 2y."""

    sensitivity: Sensitivity
    end: str


def parse(comment: str | None) -> Privacy | None:
    """What a comment says; None where it does not follow the grammar."""
    match = PD_COMMENT.fullmatch(comment or "")
    return Privacy(Sensitivity(match[1]), match[2]) if match else None


def our_models() -> list[type[models.Model]]:
    """Every model defined under apps/, history and link tables included."""
    return [m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith("apps.")]


def speaking_fields(model: type[models.Model]) -> list["models.Field[Any, Any]"]:
    """The columns that must say how they end: all but the automatic key and what a library adds."""
    if model._meta.auto_created:
        return []
    return [
        field
        for field in model._meta.concrete_fields
        if not (isinstance(field, models.AutoField | models.BigAutoField) or _is_of_library(model, field))
    ]


def _is_of_library(model: type[models.Model], field: "models.Field[Any, Any]") -> bool:
    # The history table copies the tracked key as a plain number.
    return bool(_LIBRARY_COLUMNS.fullmatch(field.name)) or (
        hasattr(model, "pgh_tracked_model") and field.name == "id"
    )


def silent_fields(model: type[models.Model]) -> list[str]:
    """The columns whose comment is missing or does not follow the grammar."""
    return [field.name for field in speaking_fields(model) if parse(field.db_comment) is None]


def never_ending_fields(model: type[models.Model]) -> list[str]:
    """Sensitive columns that stay for ever: they must name another end."""
    found = ((field, parse(field.db_comment)) for field in speaking_fields(model))
    return [
        field.name
        for field, says in found
        if says and says.sensitivity is Sensitivity.SENSITIVE and says.end == "keep"
    ]
