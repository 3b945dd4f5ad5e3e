"""A new data key: every value that an old one sealed is sealed anew, in batches, history included.

Each batch is a transaction of its own and takes what is left, so that whoever was killed in the middle just goes on; a
value that somebody wrote in between is left to the next batch. Old keys stay readable until nothing is sealed with them.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import models, transaction

from apps.core import crypto
from apps.core.fields import Ciphertext, EncryptedTextField

BATCH = 500

# Values sealed elsewhere than in an EncryptedTextField: gives how many it sealed anew, 0 when none is left.
Elsewhere = Callable[[], int]
_elsewhere: list[Elsewhere] = []


def also_sealed(step: Elsewhere) -> None:
    """Called from `AppConfig.ready()`."""
    if step not in _elsewhere:
        _elsewhere.append(step)


def sealed_columns() -> Iterator[tuple[type[models.Model], EncryptedTextField]]:
    """Every encrypted column of every table; history tables hold copies of the values."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field


def left_of(model: type[models.Model], field: EncryptedTextField) -> "models.QuerySet[Any]":
    """Rows whose value is not sealed with the current key."""
    rows = model._default_manager.exclude(**{f"{field.attname}__isnull": True})
    # No lookup of the field itself: those are refused, rightly.
    column = f'"{model._meta.db_table}"."{field.column}"'
    return rows.extra(  # noqa: S610 - names of our own columns
        where=[f"{column} <> '' AND NOT starts_with({column}, %s)"], params=[f"{crypto.keys().current}:"]
    )


def how_many_left() -> int:
    return sum(left_of(model, field).count() for model, field in sealed_columns())


def seal_batch(model: type[models.Model], field: EncryptedTextField) -> int:
    """Seal the next values anew. Gives how many rows were looked at; 0 when none is left.

    Without triggers: the value is the same, so that no history row and no new search words come of it.
    """
    with transaction.atomic(), pgtrigger.ignore():
        rows = list(
            left_of(model, field).order_by("pk").values_list("pk", "public_id", field.attname)[:BATCH]
        )
        for pk, row_id, stored in rows:
            fresh = field.sealed(row_id, field.opened(row_id, stored))
            _swap(model, field, pk, stored, fresh)
    return len(rows)


def _swap(
    model: type[models.Model], field: EncryptedTextField, pk: Any, stored: Ciphertext, fresh: Ciphertext
) -> None:
    """Only where nobody wrote another value since it was read."""
    column = f'"{model._meta.db_table}"."{field.column}"'
    same = model._default_manager.filter(pk=pk).extra(where=[f"{column} = %s"], params=[str(stored)])  # noqa: S610
    same.update(**{field.attname: fresh})


def seal_everything(told: Callable[[int], None] = lambda number: None) -> int:
    """Batch after batch until nothing is left; `told` hears of each. Raises crypto.CryptoError for a value that cannot be opened."""
    total = 0
    for model, field in sealed_columns():
        while number := seal_batch(model, field):
            total += number
            told(total)
    for step in _elsewhere:
        total += step()
        told(total)
    return total
