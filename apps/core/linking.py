"""Which tables point to a model, and which of its rows something points to: for deeds that take rows away."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection, models


@dataclass(frozen=True)
class Link:
    """A foreign key of another table. `cascades`: its rows go with the row they point to."""

    app: str
    table: str
    column: str
    cascades: bool


def links_to(model: type[models.Model]) -> list[Link]:
    """Every foreign key to the model but those of history tables, which outlive their rows."""
    found = []
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or not relation.field.concrete:
            continue
        source = relation.related_model
        if not hasattr(source, "pgh_tracked_model"):
            cascades = relation.on_delete is models.CASCADE
            found.append(Link(source._meta.app_label, source._meta.db_table, relation.field.column, cascades))
    return found


def ids_linked(links: Iterable[Link], ids: Collection[int]) -> set[int]:
    """The ids of rows that a link points to: one query a link."""
    found: set[int] = set()
    with connection.cursor() as cursor:
        for link in links:
            cursor.execute(
                f'SELECT DISTINCT "{link.column}" FROM "{link.table}" WHERE "{link.column}" = ANY(%s)',  # noqa: S608
                [list(ids)],
            )
            found |= {row[0] for row in cursor.fetchall()}
    return found
