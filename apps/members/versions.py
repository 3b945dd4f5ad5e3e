"""Rows as they stood before: read from the history that triggers write (pghistory), so that no value is copied elsewhere."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils import timezone


class HistoryGone(Exception):
    """The history that holds the earlier state was erased."""


def events_of(model: type[models.Model]) -> Any:
    """The history of a tracked model, as a queryset."""
    return model.pgh_event_model.objects  # type: ignore[attr-defined]


def seen_version(row: models.Model) -> int:
    """The id of the history row that holds the row as it stands; 0 where it has no history."""
    newest = events_of(type(row)).filter(pgh_obj_id=row.pk).order_by("-pgh_id")
    return int(newest.values_list("pgh_id", flat=True).first() or 0)


def latest_version(row: models.Model) -> int:
    """The same for who writes: a row that came without history (the demo's) begins it with what stands."""
    return seen_version(row) or _begun(row)


def _begun(row: models.Model) -> int:
    model, events = type(row), events_of(type(row))
    kept = {field.attname for field in events.model._meta.concrete_fields}
    columns = [field.attname for field in model._meta.concrete_fields if field.attname in kept]
    stands = model._base_manager.filter(pk=row.pk).values(*columns)[0]
    begun = events.create(pgh_label="insert", pgh_created_at=timezone.now(), pgh_obj_id=row.pk, **stands)
    return int(begun.pgh_id)


def version(model: type[models.Model], event: int) -> Any:
    """That history row. Raises HistoryGone."""
    found = events_of(model).filter(pgh_id=event).first()
    if found is None:
        raise HistoryGone
    return found


def columns_of(model: type[models.Model], event: int) -> dict[str, Any]:
    """What the history row holds, by column attribute; encrypted values stay as they are stored."""
    held = version(model, event)
    columns = (field.attname for field in model._meta.concrete_fields)
    return {column: held.__dict__[column] for column in columns if column in held.__dict__}


def revive(model: type[models.Model], event: int) -> None:
    """Write a deleted row again as the history row has it, under its old id."""
    row = model(**columns_of(model, event))
    model._default_manager.bulk_create([row])
    # Columns with auto_now_add were given the moment of now.
    put_back(row, event)


def put_back(row: models.Model, event: int, *, but: Iterable[str] = ()) -> None:
    """Every column as the history row has it, except `but`."""
    held = columns_of(type(row), event)
    wanted = {name: value for name, value in held.items() if name not in {*but, "id"}}
    type(row)._default_manager.filter(pk=row.pk).update(**wanted)
