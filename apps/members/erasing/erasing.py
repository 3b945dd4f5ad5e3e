"""Erasing a person: what is left are rows without a name, so that counts of past years stand (design §1, PIPL art. 47)."""

from collections.abc import Collection
from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.db import models, transaction
from django.utils import timezone

from apps.audit.many import record_many
from apps.audit.models import AuditEvent
from apps.core.access import Actor
from apps.core.privacy import our_models
from apps.files.models import StoredFile
from apps.files.storage import remove
from apps.members.erasing.ledger import write_down
from apps.members.erasing.places import Place, ending_fields, files_of, history_of, places
from apps.members.importing.forgetting import forget_in_imports
from apps.members.models import Consent, Member, registrations_of


@transaction.atomic
def erase_members(members: Collection[int], *, why: str, by: Actor | None = None) -> int:
    """Erase these people, and the duplicates that were merged into them, from every declared place. How many rows of members.

    The ledger is written first: a person stands there before they are gone, and replaying it twice does no harm.
    """
    people = list(Member.objects.select_for_update().filter(pk__in=registrations_of(members)).order_by("pk"))
    ids = [person.pk for person in people]
    write_down(people)
    forget_in_imports(people)
    # What a merge left with a duplicate ends with the person.
    consents = Consent.objects.filter(member__in=ids, withdrawn_on__isnull=True)
    consents.update(withdrawn_on=timezone.localdate())
    files = [file for place in places() for file in _erase_place(place, ids)]
    Member.objects.filter(pk__in=ids).update(erased_at=timezone.now())
    _empty_history(Member, ids)
    _remove_unused(files)
    targets = [(person.pk, person.office_path) for person in people]
    record_many(AuditEvent.Action.VOID, label=Member._meta.label_lower, targets=targets, by=by, why=why)
    return len(ids)


def _erase_place(place: Place, members: Collection[int]) -> list[int]:
    """Empty or remove the rows about these members, and their history; the files they led to."""
    model = place.model
    if not (place.whole_rows or ending_fields(model)):
        return []
    ids = list(place.rows_about(members).values_list("pk", flat=True))
    if not place.whole_rows:
        return _empty(model, ending_fields(model), ids)
    chosen = model._base_manager.filter(pk__in=ids)
    files = _files_of(chosen, files_of(model))
    chosen.delete()
    _empty_history(model, ids)
    _empty_history_of_gone(place, members)
    return files


def empty_columns(
    model: type[models.Model], columns: "Collection[models.Field[Any, Any]]", ids: Collection[int]
) -> None:
    """Empty these columns of these rows, with their history, and remove the files they alone led to."""
    _remove_unused(_empty(model, columns, ids))


def _empty(
    model: type[models.Model], columns: "Collection[models.Field[Any, Any]]", ids: Collection[int]
) -> list[int]:
    """The files that the columns led to."""
    chosen = model._base_manager.filter(pk__in=ids)
    files = _files_of(chosen, [field.attname for field in columns if field.related_model is StoredFile])
    chosen.update(**{field.name: _nothing(field) for field in columns})
    _empty_history(model, ids)
    return files


def _files_of(rows: "models.QuerySet[Any]", columns: Collection[str]) -> list[int]:
    return [file for row in rows.values_list(*columns) for file in row if file] if columns else []


def _empty_history(model: type[models.Model], ids: Collection[Any]) -> None:
    """Earlier states go: what the last one says stands in the row itself, and the deed in the audit."""
    if history := history_of(model):
        history._base_manager.filter(pgh_obj_id__in=ids).delete()


def _empty_history_of_gone(place: Place, members: Collection[int]) -> None:
    """Rows that went before their person (taken back, made one in a merge) left their history behind."""
    history = history_of(place.model)
    if history and place.member == "member":
        history._base_manager.filter(member__in=members).delete()


def _nothing(field: "models.Field[Any, Any]") -> Any:
    if field.null:
        return None
    if isinstance(field, models.UUIDField):
        return RandomUUID()
    if field.has_default():
        return field.get_default()
    return ""


def _remove_unused(files: Collection[int]) -> None:
    """Files that nothing leads to any more; a sheet that others signed too stays for them."""
    used: set[int] = set()
    for model in our_models():
        for field in model._meta.concrete_fields:
            if field.related_model is StoredFile and not hasattr(model, "pgh_tracked_model"):
                rows = model._base_manager.filter(**{f"{field.attname}__in": files})
                used |= set(rows.values_list(field.attname, flat=True))
    for stored in StoredFile.objects.filter(pk__in=set(files) - used):
        remove(stored)
