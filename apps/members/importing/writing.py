"""A plan into the tables: a handful of statements, whatever the size. Runs inside the import's transaction."""

import datetime as dt
import os
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.audit.many import record_many
from apps.audit.models import AuditEvent
from apps.core.access import Actor
from apps.core.arrays import AnyOf
from apps.core.copying import fill_temporary, insert_columns, insert_rows, reserve_ids
from apps.core.strokes import stroke_key
from apps.files.models import StoredFile
from apps.members.consent_text import CURRENT_VERSION
from apps.members.importing.comparing import Change, Plan, posts_of
from apps.members.importing.rows import RosterRow
from apps.members.models import (
    Appointment,
    Consent,
    ImportBatch,
    Member,
    Organization,
    name_columns,
)
from apps.members.organization_words import association_kind, employer_kind
from apps.members.organizations import association_office, floors_of
from apps.members.words import words_later
from apps.offices.models import Office

Record = dict[str, Any]
_PHONE = Member._meta.get_field("phone")
_EMAIL = Member._meta.get_field("email")


def write(plan: Plan, batch: ImportBatch, by: Actor, progress: Callable[[float], None]) -> None:
    """Apply the plan: new members, changed ones, consents, appointments, and an audit row for each.

    `progress` is told the share of the whole import that is done.
    """
    check_as_we_go()
    evidence, now = batch.evidence, timezone.now()
    ids = reserve_ids(Member, len(plan.new)) if plan.new else []
    new = list(zip(plan.new, ids, strict=True))
    agreed = [
        *((row, pk) for row, pk in new if evidence and row.consented),
        *((c.row, c.member.pk) for c in plan.changes if c.confirms),
    ]
    today = timezone.localdate(now)
    entered = {"batch_id": batch.pk, "entered_at_id": batch.office_id, "created_at": now}
    with words_later() as touched:
        insert_columns(Member, _members(plan.new, ids, evidence, today), entered)
        progress(0.8)
        _update(plan.changes)
        insert_rows(Consent, [_consent(row, pk) for row, pk in agreed], _sheet(evidence, by, now))
        progress(0.84)
        _appoint([*new, *((c.row, c.member.pk) for c in plan.changes)], plan, batch.office)
        progress(0.9)
        touched.update(ids, (change.member.pk for change in plan.changes))
    progress(0.97)
    _audit(new, plan.changes, batch, by)


def check_as_we_go() -> None:
    """Foreign keys are checked after each statement: a row trigger's query walks all checks still pending.

    Measured at 10,000 rows: 45 s with the checks at commit, 3 s so. Consents come after their members, so that one
    check stays at the end.
    """
    needs_consent = next(t for t in Member._meta.triggers if t.name == "needs_consent")  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'SET CONSTRAINTS "{needs_consent.get_pgid(Member)}" DEFERRED')


def _fresh_ids(count: int) -> list[uuid.UUID]:
    """Random UUIDs (version 4), the chance for all of them fetched at once."""
    chance = os.urandom(16 * count)
    return [uuid.UUID(bytes=chance[at : at + 16], version=4) for at in range(0, 16 * count, 16)]


def _members(
    rows: Sequence[RosterRow], ids: Sequence[int], evidence: StoredFile | None, today: dt.date
) -> dict[str, Sequence[Any]]:
    public_ids = _fresh_ids(len(rows))
    active = [bool(evidence and row.consented) for row in rows]
    status = Member.Status
    return {
        "id": ids,
        "public_id": public_ids,
        "office_id": [row.office.id for row in rows],
        # The trigger writes the same where this is missing, one row at a time.
        "office_path": [row.office.path for row in rows],
        "name": [row.name for row in rows],
        "name_simplified": [row.keys.simplified for row in rows],
        "pinyin": [row.keys.pinyin for row in rows],
        "pinyin_initials": [row.keys.initials for row in rows],
        "strokes": [stroke_key(row.keys.simplified) for row in rows],
        "phone": _PHONE.sealed_many([(pk, row.phone) for pk, row in zip(public_ids, rows, strict=True)]),
        "phone_index": [row.phone_index for row in rows],
        "email": _EMAIL.sealed_many([(pk, row.email) for pk, row in zip(public_ids, rows, strict=True)]),
        "gender": [row.gender for row in rows],
        "birth_month": [row.birth_month for row in rows],
        "categories": [row.categories for row in rows],
        "status": [status.ACTIVE.value if yes else status.PENDING.value for yes in active],
        "status_since": [row.consented_on if yes else today for row, yes in zip(rows, active, strict=True)],
    }


def _consent(row: RosterRow, member: int) -> Record:
    return {"member_id": member, "given_on": row.consented_on}


def _sheet(evidence: StoredFile | None, by: Actor, now: dt.datetime) -> Record:
    """What is the same of every consent that one signed sheet proves."""
    return {
        "text_version": CURRENT_VERSION,
        "purposes": list(Consent.Purpose.values),
        "how": Consent.How.SIGNED_SHEET.value,
        "evidence_id": evidence.pk if evidence else None,
        "recorded_by_id": by.pk,
        "recorded_at": now,
    }


# -- changes ------------------------------------------------------------------------------------------------

_UPDATED = ("id", "name", "office_id", "gender", "birth_month", "categories", "status", "status_since")
_KEYS = ("name_simplified", "pinyin", "pinyin_initials", "strokes", "phone", "phone_index", "email")


def _update(changes: Sequence[Change]) -> None:
    """One UPDATE from a temporary table; a column that a row leaves as it is comes back unchanged (NULL)."""
    if not changes:
        return
    names = (*_UPDATED, *_KEYS)
    fields = [f for f in Member._meta.concrete_fields if f.attname in names]
    changed = [_changed(change, names) for change in changes]
    said = {name: [row[name] for row in changed] for name in names}
    fill_temporary("import_changes", Member, fields, said)
    settings = ", ".join(
        f'"{f.column}" = COALESCE(n."{f.column}", m."{f.column}")' for f in fields if not f.primary_key
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE members_member m SET {settings}, version = m.version + 1 FROM import_changes n WHERE n.id = m.id"  # noqa: S608
        )


def _changed(change: Change, names: Iterable[str]) -> Record:
    row, member, said = change.row, change.member, change.columns
    found: Record = dict.fromkeys(names)
    found |= {"id": member.pk, **{column: value for column, value in said.items() if column != "email"}}
    if "name" in said:
        found |= name_columns(row.name, row.keys)
    if "phone_index" in said:
        found["phone"] = _PHONE.sealed(member.public_id, row.phone)
    if "email" in said:
        found["email"] = _EMAIL.sealed(member.public_id, row.email)
    if change.confirms:
        found |= {"status": Member.Status.ACTIVE, "status_since": row.consented_on}
    return found


# -- appointments -------------------------------------------------------------------------------------------


def _appoint(people: Sequence[tuple[RosterRow, int]], plan: Plan, office: Office) -> None:
    wanted = {change.member.pk: change.posts for change in plan.changes}
    posts = [
        (row, member, name, title)
        for row, member in people
        for name, title in wanted.get(member, tuple(posts_of(row)))
    ]
    places = _organizations(posts, office)
    # A roster may name a post twice.
    named = dict.fromkeys((member, places[row.office.id, name], title) for row, member, name, title in posts)
    rows = _not_yet_held(list(named)) if plan.changes else list(named)
    columns = zip(*rows, strict=True)
    insert_columns(Appointment, dict(zip(("member_id", "organization_id", "title"), columns, strict=False)))


Held = tuple[int, int, str]


def _not_yet_held(posts: list[Held]) -> list[Held]:
    """A post that ended stays in the record: who comes back to it gets another."""
    held = Appointment.objects.filter(
        AnyOf("member_id", sorted({member for member, _o, _t in posts})), ends_on__isnull=True
    )
    known = set(held.values_list("member_id", "organization_id", "title"))
    return [post for post in posts if post not in known]


def _organizations(
    posts: Sequence[tuple[RosterRow, int, str, str]], office: Office
) -> Mapping[tuple[int, str], int]:
    """The organization that (office of the member, name) means: the nearest known one at or above, else a new one."""
    towns = {row.office.id: row.office for row, _member, _name, _title in posts}
    wanted = {(row.office.id, name): name == row.employer for row, _member, name, _title in posts}
    floors = {pk: floors_of(town.path) for pk, town in towns.items()}
    known = _known_organizations({name for _town, name in wanted})
    missing: dict[tuple[int, str], str] = {}
    for (pk, name), is_employer in wanted.items():
        if not any((path, name) in known for path in floors[pk]):
            town = towns[pk]
            place = town if is_employer else _association_place(town, office)
            missing[place.pk, name] = employer_kind(name) if is_employer else association_kind(name)
    insert_rows(
        Organization,
        [
            {"public_id": uuid.uuid4(), "office_id": place, "name": name, "kind": kind}
            for (place, name), kind in missing.items()
        ],
    )
    known |= _known_organizations({name for _place, name in missing})
    return {
        (pk, name): next(known[path, name] for path in reversed(floors[pk]) if (path, name) in known)
        for pk, name in wanted
    }


def _known_organizations(names: set[str]) -> dict[tuple[str, str], int]:
    """Where several entries were merged, each of their names leads to the one that stands."""
    rows = Organization.objects.filter(AnyOf("name", sorted(names), of=str))
    found = rows.values_list("office_path", "name", Coalesce("merged_into", "pk"))
    return {(path, name): pk for path, name, pk in found}


def _association_place(town: Office, office: Office) -> Office:
    """The importing office, unless that is the town itself (see `association_office`)."""
    return association_office(town) if town.pk == office.pk else office


# -- audit --------------------------------------------------------------------------------------------------


def _audit(
    new: Sequence[tuple[RosterRow, int]], changes: Sequence[Change], batch: ImportBatch, by: Actor
) -> None:
    label = Member._meta.label_lower
    created = [(pk, row.office.path) for row, pk in new]
    changed = [(change.member.pk, change.row.office.path) for change in changes]
    record_many(AuditEvent.Action.CREATE, label=label, targets=created, by=by, batch=batch.pk)
    record_many(AuditEvent.Action.CHANGE, label=label, targets=changed, by=by, batch=batch.pk)
