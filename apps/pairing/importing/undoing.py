"""An imported list taken back: what nobody touched since is removed, history and all; the rest stays and is named.

What stands in a period that was closed since was reported with it: it stays, and is corrected entry by entry with a reason.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce

from apps.audit.many import record_many
from apps.audit.models import AuditEvent
from apps.core.access import Actor
from apps.core.linking import ids_linked, links_to
from apps.members.importing.closing import Progress, Undone, Why, note_undone, one_import_at_a_time
from apps.members.importing.writing import check_as_we_go
from apps.members.models import ImportBatch
from apps.offices.closing import ClosedSpans
from apps.pairing.actions.visits import SOURCE
from apps.pairing.importing.pairs import count_anew
from apps.pairing.models import DutyEntry, Met, Pairing, PairingYear, Visit, VisitSource
from apps.pairing.years import lock_members


def visits_of(batch: ImportBatch) -> QuerySet[Visit]:
    """What a ledger brought."""
    return Visit.objects.filter(pk__in=entered(batch, Visit), source=VisitSource.LEDGER)


def closed_since(batch: ImportBatch) -> list[int]:
    """Visits of a ledger in periods that were closed after it was entered."""
    spans = ClosedSpans(batch.office, since=batch.applied_at)
    rows = visits_of(batch).order_by("pk").values_list("pk", "office_path", "happened_on")
    return [pk for pk, path, day in rows if spans.close(path, day)]


def undo_visits(batch: ImportBatch, by: Actor, progress: Progress) -> Undone:
    """Take back a ledger. Visits that were corrected or voided since, or whose period was closed since, stay."""
    begin_undo()
    came = visits_of(batch)
    people = Met.objects.filter(visit__in=came, member__isnull=False)
    lock_members(list(people.values_list("member_id", flat=True).distinct()))
    rows = dict(came.order_by("pk").values_list("pk", "office_path"))
    left = dict.fromkeys(closed_since(batch), Why.CLOSED) | dict.fromkeys(edited(Visit, rows), Why.EDITED)
    gone = {pk: path for pk, path in rows.items() if pk not in left}
    days = list(Visit.objects.filter(pk__in=gone).values_list("happened_on", flat=True).distinct())
    progress(0.3)
    DutyEntry.objects.filter(source_kind=SOURCE, source_id__in=gone).delete()
    remove(Visit, gone)
    progress(0.7)
    count_anew(batch, days)
    return end_undo(batch, by, Visit, gone, left)


def undo_pairs(batch: ImportBatch, by: Actor, progress: Progress) -> Undone:
    """Take back a pair list. Pairs that were ended since, or in which something was done, stay."""
    begin_undo()
    came = Pairing.objects.filter(pk__in=entered(batch, Pairing), imported_on__isnull=False)
    lock_members(list(came.values_list("member_id", flat=True).distinct()))
    rows = dict(came.order_by("pk").values_list("pk", "office_path"))
    left = dict.fromkeys(_with_deeds(rows), Why.LINKED) | dict.fromkeys(edited(Pairing, rows), Why.EDITED)
    gone = {pk: path for pk, path in rows.items() if pk not in left}
    days = list(Pairing.objects.filter(pk__in=gone).values_list("started_on", flat=True).distinct())
    progress(0.3)
    PairingYear.objects.filter(pairing__in=gone).delete()
    remove(Pairing, gone)
    progress(0.7)
    count_anew(batch, days)
    return end_undo(batch, by, Pairing, gone, left)


def begin_undo() -> None:
    """No import meanwhile."""
    one_import_at_a_time()
    check_as_we_go()


def entered(batch: ImportBatch, model: type[models.Model]) -> models.QuerySet[Any]:
    """What the import's transaction inserted (see decision 0011)."""
    rows = _history(model).filter(pgh_created_at=batch.applied_at, pgh_label="insert")
    return rows.values("pgh_obj_id")


def edited(model: type[models.Model], ids: Iterable[int]) -> set[int]:
    """Rows with a history beyond their entry."""
    later = _history(model).filter(pgh_obj_id__in=list(ids)).exclude(pgh_label="insert")
    return set(later.values_list("pgh_obj_id", flat=True))


def _with_deeds(ids: Iterable[int]) -> set[int]:
    """Pairs that met, or that something else points to."""
    pairs = list(ids)
    others = [link for link in links_to(Pairing) if link.table != PairingYear._meta.db_table]
    visited = Pairing.objects.filter(pk__in=pairs).filter(Exists(_meetings()))
    return ids_linked(others, pairs) | set(visited.values_list("pk", flat=True))


def _meetings() -> models.QuerySet[Met]:
    """Visits of the pair at hand, voided ones too."""
    return Met.objects.filter(
        member=OuterRef("member"),
        visit__cadre=OuterRef("cadre"),
        visit__happened_on__gte=OuterRef("started_on"),
        visit__happened_on__lte=Coalesce(OuterRef("ended_on"), Value(dt.date.max)),
    )


def remove(model: type[models.Model], ids: Collection[int]) -> None:
    """The rows and their history: as if they had not come."""
    model._default_manager.filter(pk__in=ids).delete()
    _history(model).filter(pgh_obj_id__in=list(ids)).delete()


def end_undo(
    batch: ImportBatch, by: Actor, model: type[models.Model], gone: dict[int, str], left: dict[int, Why]
) -> Undone:
    """The audit's word of each, and what the batch says of itself."""
    record_many(
        AuditEvent.Action.VOID,
        label=model._meta.label_lower,
        targets=gone.items(),
        by=by,
        batch=batch.pk,
        why="import undone",
    )
    found = Undone(removed=len(gone), left=left)
    note_undone(batch, found, by)
    return found


def _history(model: type[models.Model]) -> Any:
    return apps.get_model("pairing", f"{model.__name__}Event").objects
