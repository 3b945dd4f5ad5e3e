"""An account fell into wrong hands: exactly whose records it dealt with in a time window, from the audit rows (PIPL art. 57)."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent, AuditEventQuerySet
from apps.audit.recording import record
from apps.core import scope
from apps.core.access import Permission
from apps.core.refusals import Refusal
from apps.files.models import StoredFile
from apps.members.erasing.places import places
from apps.members.models import Member
from apps.members.naming import record_number

# (action, when) of each deed, by member.
Deeds = dict[int, list[tuple[str, dt.datetime]]]
_MEMBER, _FILE = Member._meta.label_lower, StoredFile._meta.label_lower


class NotAnAuditor(Refusal):
    """Who asks may not read the audit trail."""


@dataclass(frozen=True)
class Touched:
    """One person whose record the account dealt with. By record number: an auditor reads no names."""

    member: int
    first: dt.datetime
    last: dt.datetime
    deeds: Counter[str] = field(default_factory=Counter)

    @property
    def number(self) -> str:
        return record_number(self.member)


@scope.everything("an account may have dealt with people of any office; an auditor sees record numbers")
@transaction.atomic
def people_touched(account: User, since: dt.datetime, until: dt.datetime, *, by: User) -> list[Touched]:
    """Everybody whom the account read, revealed, changed, exported, printed or downloaded, as far as `by` may audit.

    Asking is written down too. Raises NotAnAuditor.
    """
    if Permission.AUDIT_VIEW not in by.permissions:
        raise NotAnAuditor(_("只有审计员可以查询涉及的人"))
    seen = AuditEvent.objects.visible_to(by, Permission.AUDIT_VIEW)
    events = seen.filter(actor=account, at__gte=since, at__lt=until)
    deeds: Deeds = defaultdict(list)
    _add(deeds, events.filter(target_label=_MEMBER))
    _add_through_records(deeds, events)
    _add_downloaded(deeds, events, seen)
    found = [_touched(member, done) for member, done in sorted(deeds.items())]
    asked = {"since": since.isoformat(), "until": until.isoformat()}
    record(AuditEvent.Action.READ, target=account, by=by, what="people_touched", number=len(found), **asked)
    return found


def _touched(member: int, deeds: list[tuple[str, dt.datetime]]) -> Touched:
    moments = [at for _action, at in deeds]
    return Touched(member, min(moments), max(moments), Counter(action for action, _at in deeds))


def _add(deeds: Deeds, events: AuditEventQuerySet) -> None:
    for target, action, at in events.values_list("target_id", "action", "at"):
        deeds[int(target)].append((action, at))


def _add_through_records(deeds: Deeds, events: AuditEventQuerySet) -> None:
    """Deeds on a visit, a case, a pair …: they are about the members these belong to. One query for each table dealt with."""
    dealt_with = set(events.order_by().values_list("target_label", flat=True).distinct())
    for place in places():
        label = place.label.lower()
        if label == _MEMBER or label not in dealt_with or callable(place.member):
            continue
        on_it = list(events.filter(target_label=label).values_list("target_id", "action", "at"))
        people = _people_of(
            place.model._base_manager.filter(pk__in={t for t, _a, _at in on_it}), place.member
        )
        for target, action, at in on_it:
            for member in people[target]:
                deeds[member].append((action, at))


def _people_of(rows: "QuerySet[Any]", lookup: str) -> dict[str, set[int]]:
    people: dict[str, set[int]] = defaultdict(set)
    for pk, member in rows.values_list("pk", lookup):
        if member is not None:
            people[str(pk)].add(member)
    return people


def _add_downloaded(deeds: Deeds, events: AuditEventQuerySet, seen: AuditEventQuerySet) -> None:
    """A list that was fetched within the window, though it was made before: everybody who stands in it."""
    downloads = events.filter(action=AuditEvent.Action.DOWNLOAD, target_label=_FILE)
    fetched = dict(downloads.values_list("target_id", "at"))
    made = seen.filter(action=AuditEvent.Action.EXPORT, target_label=_FILE, target_id__in=fetched)
    exports = {what: fetched[file] for what, file in made.values_list("detail__what", "target_id") if what}
    inside = seen.filter(
        action=AuditEvent.Action.EXPORT, target_label=_MEMBER, detail__export__in=list(exports)
    )
    for target, export in inside.values_list("target_id", "detail__export"):
        deeds[int(target)].append((AuditEvent.Action.DOWNLOAD, exports[export]))
