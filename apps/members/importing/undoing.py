# ruff: noqa: S608 - names of tables and columns come from the models, values are parameters
"""An import taken back: set-based, from the history tables, leaving alone what somebody worked on since.

Every history row of an import carries the moment of its transaction (`ImportBatch.applied_at`): the row before it is
what stood there, the row itself is what the import left. Whoever differs from it today was edited (decision 0011).
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.apps import apps
from django.db import connection, models

from apps.audit.many import record_many
from apps.audit.models import AuditEvent
from apps.core.access import Actor
from apps.core.linking import Link, ids_linked, links_to
from apps.files.storage import remove
from apps.members.importing.closing import Undone, Why, note_undone, one_import_at_a_time
from apps.members.importing.writing import check_as_we_go
from apps.members.models import Appointment, Consent, ImportBatch, Member, Organization

# What other deeds move by themselves (contacts, a move of the office) and what is made from the name.
_NOT_COMPARED = frozenset(
    {"office_path", "last_contact_on", "name_simplified", "pinyin", "pinyin_initials", "strokes"}
)
# What a member is, whatever an import said of them.
_NOT_RESTORED = frozenset(
    {"id", "public_id", "version", "created_at", "batch_id", "office_path", "last_contact_on"}
)


def undo(batch: ImportBatch, by: Actor, progress: Callable[[float], None]) -> Undone:
    """Take the batch back, in the caller's transaction. Rows edited or linked since stay, and are named."""
    one_import_at_a_time()
    check_as_we_go()
    new = _locked(Member.objects.filter(batch=batch))
    changed = _locked(Member.objects.filter(pk__in=batch.changed_ids))
    progress(0.1)
    left = _left(batch, new, changed)
    progress(0.3)
    gone = {pk: path for pk, path in new.items() if pk not in left}
    restored = {pk: path for pk, path in changed.items() if pk not in left}
    places = _organizations_of(batch)
    _remove(list(gone))
    progress(0.7)
    _restore(batch, list(restored))
    _remove_unused(places)
    progress(0.9)
    found = Undone(len(gone), len(restored), left)
    _write_down(batch, by, found, gone, restored)
    return found


def _locked(members: models.QuerySet[Member]) -> dict[int, str]:
    """Ids and office paths, locked against an edit at the same moment."""
    rows = members.order_by("pk").select_for_update(of=("self",)).values_list("pk", "office_path")
    return dict(rows)


# -- who stays -----------------------------------------------------------------------------------------------


def _left(batch: ImportBatch, new: Collection[int], changed: Collection[int]) -> dict[int, Why]:
    everybody = [*new, *changed]
    _carried, links = _links()
    left = dict.fromkeys(_without_past(batch, list(changed)), Why.UNKNOWN)
    linked = ids_linked(links, [*new, *_confirmed(batch, list(changed))])
    left |= dict.fromkeys(linked, Why.LINKED)
    return left | dict.fromkeys(_edited(batch, everybody), Why.EDITED)


def _links() -> tuple[list[Link], list[Link]]:
    """Tables that point to members: those of the registry that go with them, and what ties a member down."""
    found = links_to(Member)
    own = [link for link in found if link.app == "members" and link.cascades]
    return own, [link for link in found if link not in own]


def _edited(batch: ImportBatch, ids: list[int]) -> set[int]:
    """Members who are no longer as the import left them, or whose posts or consents changed since."""
    columns = [c for c in _columns(Member) if c not in _NOT_COMPARED]
    now, then = _row("m", columns), _row("e", columns)
    found = _ids(
        f"""SELECT m.id FROM members_member m LEFT JOIN ({_AS_LEFT}) e ON e.pgh_obj_id = m.id
            WHERE m.id = ANY(%(ids)s) AND (e.pgh_id IS NULL OR {now} IS DISTINCT FROM {then})""",
        batch,
        ids,
    )
    for table in ("members_appointmentevent", "members_consentevent"):
        later = f"SELECT DISTINCT member_id FROM {table} WHERE member_id = ANY(%(ids)s) AND pgh_created_at > %(at)s"
        found |= _ids(later, batch, ids)
    return found


def _without_past(batch: ImportBatch, ids: list[int]) -> set[int]:
    """Changed members of whom no earlier state is known."""
    known = _ids(f"SELECT pgh_obj_id FROM ({_BEFORE}) b", batch, ids)
    return set(ids) - known


def _confirmed(batch: ImportBatch, ids: list[int]) -> set[int]:
    """Members whom the import made active."""
    return _ids(
        f"SELECT b.pgh_obj_id FROM ({_BEFORE}) b JOIN ({_AS_LEFT}) e USING (pgh_obj_id) WHERE b.status <> e.status",
        batch,
        ids,
    )


_AS_LEFT = """
SELECT DISTINCT ON (pgh_obj_id) * FROM members_memberevent
WHERE pgh_obj_id = ANY(%(ids)s) AND pgh_created_at = %(at)s ORDER BY pgh_obj_id, pgh_id DESC
"""
_BEFORE = """
SELECT DISTINCT ON (past.pgh_obj_id) past.* FROM members_memberevent past
JOIN (SELECT pgh_obj_id, min(pgh_id) AS first FROM members_memberevent
      WHERE pgh_obj_id = ANY(%(ids)s) AND pgh_created_at = %(at)s GROUP BY pgh_obj_id) entry
  ON entry.pgh_obj_id = past.pgh_obj_id AND past.pgh_id < entry.first
WHERE past.pgh_obj_id = ANY(%(ids)s) ORDER BY past.pgh_obj_id, past.pgh_id DESC
"""


# -- taking back ---------------------------------------------------------------------------------------------


def _remove(ids: list[int]) -> None:
    """New members with all that the registry holds of them, their history too: as if they had not come.

    One statement: a consent and its member go together, so that no trigger sees one without the other.
    """
    if not ids:
        return
    carried, _others = _links()
    steps = ", ".join(
        f'd{n} AS (DELETE FROM "{link.table}" WHERE "{link.column}" = ANY(%(ids)s))'
        for n, link in enumerate(carried)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {steps} DELETE FROM members_member WHERE id = ANY(%(ids)s)", {"ids": ids})
    _forget(Member, "pgh_obj_id", ids)
    for model in (Appointment, Consent):
        _forget(model, "member_id", ids)


def _restore(batch: ImportBatch, ids: list[int]) -> None:
    """Changed members as they stood before, their posts and consents too. The version goes on counting."""
    if not ids:
        return
    settings = ", ".join(f'"{c}" = b."{c}"' for c in _columns(Member) if c not in _NOT_RESTORED)
    _run(
        f"""UPDATE members_member m SET {settings}, version = m.version + 1 FROM ({_BEFORE}) b
            WHERE b.pgh_obj_id = m.id AND m.id = ANY(%(ids)s)""",
        batch,
        ids,
    )
    for model in (Consent, Appointment):
        entered = _entered(batch, model).filter(member_id__in=ids).values_list("pgh_obj_id", flat=True)
        rows = list(entered)
        model._default_manager.filter(pk__in=rows).delete()
        _forget(model, "pgh_obj_id", rows)


def _organizations_of(batch: ImportBatch) -> list[int]:
    return list(_entered(batch, Organization).values_list("pgh_obj_id", flat=True))


def _remove_unused(ids: list[int]) -> None:
    """Organizations that came with the import, unless something else names them by now."""
    ties = [link for link in links_to(Organization) if not link.cascades]
    unused = sorted(set(ids) - ids_linked(ties, ids))
    Organization.objects.filter(pk__in=unused).delete()
    _forget(Organization, "pgh_obj_id", unused)


def _forget(model: type[models.Model], column: str, ids: list[int]) -> None:
    """The history of rows that are gone. One array: a list of 25,000 places takes the planner longer than the deed."""
    table = _history(f"{model.__name__}Event").model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{table}" WHERE "{column}" = ANY(%s)', [ids])


def _entered(batch: ImportBatch, model: type[models.Model]) -> Any:
    """The history rows of what the import inserted."""
    return _history(f"{model.__name__}Event").filter(pgh_created_at=batch.applied_at, pgh_label="insert")


# -- writing down --------------------------------------------------------------------------------------------


def _write_down(
    batch: ImportBatch, by: Actor, found: Undone, gone: dict[int, str], restored: dict[int, str]
) -> None:
    label = Member._meta.label_lower
    record_many(
        AuditEvent.Action.VOID, label=label, targets=gone.items(), by=by, batch=batch.pk, why="import undone"
    )
    record_many(
        AuditEvent.Action.CHANGE,
        label=label,
        targets=restored.items(),
        by=by,
        batch=batch.pk,
        why="import undone",
    )
    note_undone(batch, found, by)
    _let_go_of_evidence(batch)


def _let_go_of_evidence(batch: ImportBatch) -> None:
    """A scan that proves nobody's consent any more is not kept."""
    scan = batch.evidence
    if scan is None or Consent.objects.filter(evidence=scan).exists():
        return
    batch.evidence = None
    batch.save(update_fields=["evidence"])
    remove(scan)


# -- small parts ---------------------------------------------------------------------------------------------


def _columns(model: type[models.Model]) -> list[str]:
    return [str(f.column) for f in model._meta.concrete_fields]


def _row(alias: str, columns: Iterable[str]) -> str:
    return "(" + ", ".join(f'{alias}."{column}"' for column in columns) + ")"


def _history(name: str) -> Any:
    return apps.get_model("members", name).objects


def _run(statement: str, batch: ImportBatch, ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ids": ids, "at": batch.applied_at})


def _ids(statement: str, batch: ImportBatch, ids: list[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ids": ids, "at": batch.applied_at})
        return {row[0] for row in cursor.fetchall()}
