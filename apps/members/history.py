"""What was changed in a file, when and by whom, old and new: read from the history that triggers keep.

Every way of writing is in it, bulk and import too. Contact data stays masked; columns that follow from others are
left out.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.contacts import mask_email, mask_phone
from apps.core.fields import EncryptedTextField, readable
from apps.core.listed import listed
from apps.members.models import Appointment, Consent, Member, Merge, PublicSeat, TakenBack
from apps.members.models.seats import seat_name
from apps.members.naming import record_number
from apps.members.versions import events_of

# What is told of each table; the rest follows from it or is kept for the programme.
_TOLD: dict[type[models.Model], tuple[str, ...]] = {
    Member: (
        "name",
        "office",
        "categories",
        "gender",
        "birth_month",
        "phone",
        "email",
        "status",
        "contact_preference",
    ),
    Consent: ("given_on", "how", "purposes", "withdrawn_on"),
    Appointment: ("organization", "title", "starts_on", "ends_on"),
    PublicSeat: ("kind", "level", "sector", "term", "starts_on", "ends_on"),
}
_LABELS = {
    "purposes": gettext_lazy("用途"),
    "withdrawn_on": gettext_lazy("撤回日期"),
    "organization": gettext_lazy("团体和单位"),
}


@dataclass(frozen=True)
class Change:
    """One column, as people read it."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Line:
    """One write: of what, by whom ("" for the system), and what it changed."""

    at: dt.datetime
    who: str
    what: str
    changes: tuple[Change, ...]
    # What was taken back and may be put back, by its id.
    taken: int | None = None


def history_of(member: Member) -> list[Line]:
    """Everything that was written to the file, the latest first. A handful of queries, however long it is."""
    written = [write for model in _TOLD for write in _writes(model, member)]
    users = _names(get_user_model(), {user for _at, user, _model, _changes in written})
    lines = [
        Line(at, users.get(user, ""), str(model._meta.verbose_name), changes)
        for at, user, model, changes in written
    ]
    return sorted([*lines, *_beside(member)], key=lambda line: line.at, reverse=True)


def _beside(member: Member) -> Iterator[Line]:
    """What no history row tells. Most files have nothing of it: one look says so."""
    merges = Merge.objects.filter(Q(kept=OuterRef("pk")) | Q(duplicate=OuterRef("pk")))
    taken = TakenBack.objects.filter(member=OuterRef("pk"))
    looked = Member.objects.filter(pk=member.pk).values_list(Exists(merges), Exists(taken))
    was_merged, was_taken_back = looked.get()
    if was_merged:
        yield from _merges(member)
    if was_taken_back:
        yield from _takings_back(member)


Write = tuple[dt.datetime, Any, type[models.Model], tuple[Change, ...]]


def _writes(model: type[models.Model], member: Member) -> Iterator[Write]:
    """Each history row that changed something told."""
    by_row: dict[int, list[Any]] = defaultdict(list)
    for event in _events(model, member):
        by_row[event.pgh_obj_id].append(event)
    linked = _linked(model, [event for events in by_row.values() for event in events])
    for events in by_row.values():
        before: Any = None
        for event in events:
            changes = tuple(_changes(model, before, event, linked))
            if changes:
                context = event.pgh_context.metadata if event.pgh_context else {}
                yield event.pgh_created_at, context.get("user"), model, changes
            before = event


def _events(model: type[models.Model], member: Member) -> Any:
    whose = {"pgh_obj_id": member.pk} if model is Member else {"member_id": member.pk}
    return events_of(model).filter(**whose).select_related("pgh_context").order_by("pgh_id")


def _changes(
    model: type[models.Model], before: Any, event: Any, linked: dict[str, dict[Any, str]]
) -> Iterator[Change]:
    for name in _TOLD[model]:
        field: Any = model._meta.get_field(name)
        old, new = _held(field, before), _held(field, event)
        if old != new:
            yield Change(
                str(_LABELS.get(name, field.verbose_name)),
                _told(field, old, linked) if before else "",
                _told(field, new, linked),
            )


def _held(field: Any, event: Any) -> Any:
    if event is None:
        return None
    # A number saved again is encrypted anew: what it opens to is compared.
    value = (
        readable(event, field.name)
        if isinstance(field, EncryptedTextField)
        else getattr(event, field.attname)
    )
    return value or None


def _told(field: Any, value: Any, linked: dict[str, dict[Any, str]]) -> str:
    if value is None:
        return _("未填")
    if isinstance(field, EncryptedTextField):
        return mask_phone(value) if field.name == "phone" else mask_email(value)
    if isinstance(field, ArrayField):
        words = dict(field.base_field.flatchoices)
        return listed(str(words.get(one, one)) for one in value)
    if field.name in linked:
        return linked[field.name].get(value, _("已删除"))
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, dt.date):
        return f"{value:%Y-%m}" if field.name == "birth_month" else value.isoformat()
    return str(value)


def _linked(model: type[models.Model], events: Sequence[Any]) -> dict[str, dict[Any, str]]:
    """By column: the names of the offices and organizations that the history points to."""
    found = {}
    for name in _TOLD[model]:
        field: Any = model._meta.get_field(name)
        if isinstance(field, models.ForeignKey):
            found[name] = _names(field.related_model, {getattr(event, field.attname) for event in events})
    return found


def _names(model: Any, keys: Iterable[Any]) -> dict[Any, str]:
    return dict(model._default_manager.filter(pk__in=[key for key in keys if key]).values_list("pk", "name"))


def _merges(member: Member) -> Iterator[Line]:
    """That a duplicate became part of this file, and that it was taken out again."""
    for merge in Merge.objects.filter(Q(kept=member) | Q(duplicate=member)).select_related("by", "undone_by"):
        number = record_number(merge.duplicate_id if merge.kept_id == member.pk else merge.kept_id)
        yield _merge_line(merge.at, merge.by, _("合并"), number)
        if merge.undone_at:
            yield _merge_line(merge.undone_at, merge.undone_by, _("撤销合并"), number)


def _takings_back(member: Member) -> Iterator[Line]:
    """Posts and seats that had been entered by mistake, and those put back."""
    taken = list(member.taken_back.select_related("by", "undone_by"))
    told = _told_of_gone(taken)
    for one in taken:
        what, said = str(one.get_what_display()), told.get((one.what, one.event), "")
        change = Change(_("撤回登记"), said, str(one.get_reason_display()))
        standing = None if one.undone_at else one.pk
        yield Line(one.at, one.by.name if one.by else "", what, (change,), standing)
        if one.undone_at:
            who = one.undone_by.name if one.undone_by else ""
            yield Line(one.undone_at, who, what, (Change(_("恢复"), "", said),))


def _told_of_gone(taken: Sequence[TakenBack]) -> dict[tuple[str, int], str]:
    """By kind and history row: the post or seat in one line."""
    events, what = [one.event for one in taken], TakenBack.What
    posts = events_of(Appointment).filter(pgh_id__in=events).select_related("organization")
    told = {(what.POST.value, e.pgh_id): f"{e.organization.name} {e.title}".strip() for e in posts}
    seats = events_of(PublicSeat).filter(pgh_id__in=events)
    return told | {(what.SEAT.value, e.pgh_id): seat_name(e) for e in seats}


def _merge_line(at: dt.datetime, by: Any, what: str, number: str) -> Line:
    return Line(at, by.name if by else "", what, (Change(_("另一份登记"), "", number),))
