"""Changes of the tree. Each is one transaction, and only one runs at a time."""

import datetime as dt
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core import scope
from apps.core.access import Actor, Permission, may_at
from apps.core.refusals import Refusal
from apps.offices.kinds import BELOW
from apps.offices.models import TOWN_KINDS, Office, OfficeKind, OfficeScoped

Action = AuditEvent.Action
# Any constant: everybody who changes the tree asks for the same lock.
_TREE_LOCK = 7_305_001


class OfficeRefused(Refusal):
    """The change breaks a rule of the tree."""


@transaction.atomic
def add_office(
    *,
    parent: Office,
    code: str,
    name: str,
    kind: OfficeKind,
    takes_part_from: dt.date | None = None,
    by: Actor,
) -> Office:
    """A new office below `parent`."""
    _lock_tree()
    parent = Office.objects.get(pk=parent.pk)
    _refuse_out_of_reach(parent, by)
    _refuse_kind(kind, parent)
    if Office.objects.filter(code=code).exists():
        raise OfficeRefused(_("这个代码已有机构使用"), code="code_taken", field="code")
    fields = {"code": code, "name": name, "kind": kind, "takes_part_from": takes_part_from}
    office: Office = Office.objects.add_child(parent, create_kwargs=fields)
    record(Action.CREATE, target=office, by=by)
    return office


@transaction.atomic
def rename_office(*, office: Office, name: str, by: Actor) -> None:
    """A new name; the history keeps the old one."""
    _refuse_out_of_reach(office, by)
    Office.objects.filter(pk=office.pk).update(name=name)
    record(Action.CHANGE, target=office, by=by, fields=["name"])


@transaction.atomic
def set_participation(*, office: Office, since: dt.date | None, until: dt.date | None, by: Actor) -> None:
    """From when until when coverage counts the office; without `since` it does not take part."""
    _refuse_out_of_reach(office, by)
    if until and not (since and since <= until):
        raise OfficeRefused(_("止不能早于起，也不能只有止没有起"), field="takes_part_until")
    Office.objects.filter(pk=office.pk).update(takes_part_from=since, takes_part_until=until)
    record(Action.CHANGE, target=office, by=by, fields=["takes_part_from", "takes_part_until"])


@transaction.atomic
def change_office(*, office: Office, changes: dict[str, Any], by: Actor) -> None:
    """What a form changed of name, kind, takes_part_from and takes_part_until; each by its own rule."""
    if "name" in changes:
        rename_office(office=office, name=changes["name"], by=by)
    if "kind" in changes:
        change_town_kind(office=office, kind=OfficeKind(changes["kind"]), by=by)
    if {"takes_part_from", "takes_part_until"} & changes.keys():
        since = changes.get("takes_part_from", office.takes_part_from)
        until = changes.get("takes_part_until", office.takes_part_until)
        set_participation(office=office, since=since, until=until, by=by)


@transaction.atomic
def change_town_kind(*, office: Office, kind: OfficeKind, by: Actor) -> None:
    """撤镇设街道 and the like: only among 乡镇, 街道 and 园区, so that what stands above and below stays right."""
    _refuse_out_of_reach(office, by)
    if not {office.kind, kind} <= set(TOWN_KINDS):
        raise OfficeRefused(_("只有乡镇、街道、园区之间可以改变类型"), field="kind")
    Office.objects.filter(pk=office.pk).update(kind=kind)
    record(Action.CHANGE, target=office, by=by, fields=["kind"])


@scope.everything("rows keep the path of their office, whoever moves it and sees no member")
@transaction.atomic
def move_office(*, office: Office, new_parent: Office, by: Actor) -> Office:
    """Put an office and everything below it under another parent, and every row that carries its path with it.

    Writers of such rows wait meanwhile: a row written with the old path during the move would be lost to its office.
    """
    _lock_tree()
    scoped = scoped_tables()
    _lock_writers(scoped)
    office, new_parent = Office.objects.get(pk=office.pk), Office.objects.get(pk=new_parent.pk)
    _refuse_move(office, new_parent, by)
    old_path, old_parent = office.path, Office.objects.get_parent(office)
    Office.objects.move(office, new_parent, pos="last-child")
    office = Office.objects.get(pk=office.pk)
    for table in scoped:
        _rewrite_paths(table, old_path, office.path)
    record(Action.MOVE, target=office, by=by, **{"from": old_parent.pk, "to": new_parent.pk})
    return office


def scoped_tables() -> list[str]:
    """The tables of all models that carry `office_path`, in one order for everybody (no deadlocks)."""
    models = [model for model in apps.get_models() if issubclass(model, OfficeScoped)]
    return sorted(model._meta.db_table for model in models)


def _lock_tree() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE_LOCK])


def _lock_writers(tables: list[str]) -> None:
    """Readers go on; writers of before are waited for, writers of after wait and then see the new paths."""
    names = ", ".join(connection.ops.quote_name(table) for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def _rewrite_paths(table: str, old: str, new: str) -> None:
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {name} SET office_path = %s || substr(office_path, %s)"  # noqa: S608 — our own table names
            " WHERE office_path >= %s AND office_path < %s",
            [new, len(old) + 1, old, old + "~"],
        )


def _refuse_out_of_reach(office: Office, by: Actor) -> None:
    if not may_at(by, Permission.OFFICE_MANAGE, office.path):
        raise OfficeRefused(_("只能管理自己负责的机构及下级"), code="out_of_reach")


def _refuse_kind(kind: str, parent: Office) -> None:
    if kind not in BELOW[parent.kind]:
        message = _("%(parent)s之下不能设%(kind)s") % {
            "parent": parent.get_kind_display(),
            "kind": OfficeKind(kind).label,
        }
        raise OfficeRefused(message, code="wrong_kind", field="kind")


def _refuse_move(office: Office, new_parent: Office, by: Actor) -> None:
    if office.depth == 1:
        raise OfficeRefused(_("最上级机构不能调整隶属"), code="root")
    _refuse_out_of_reach(office, by)
    _refuse_out_of_reach(new_parent, by)
    if office.range.holds(new_parent.path):
        raise OfficeRefused(_("不能移到自己或自己的下级之下"), code="below_itself", field="parent")
    if office.parent_path == new_parent.path:
        raise OfficeRefused(_("已经隶属于该机构"), code="same_parent", field="parent")
    _refuse_kind(office.kind, new_parent)
