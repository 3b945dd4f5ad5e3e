"""Who dealt with a member's file: one reading of the audit rows for the member and for the office, so that both see the same."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import Grant
from apps.accounts.roles import ROLES
from apps.audit.models import AuditEvent
from apps.members.models import Member, registrations_of
from apps.members.purposes import PURPOSES
from apps.members.searching import SEARCHED

PAGE = 40


@dataclass(frozen=True)
class Look:
    """Somebody read, changed or took something of the file. `who` is empty for the system and the member."""

    at: dt.datetime
    who: str
    office: str
    role: str
    what: str
    why: str


def looks_page(member: Member, page: int, *, size: int = PAGE) -> tuple[list[Look], bool]:
    """One page, the latest first, and whether there are more. Three queries."""
    events = list(_events(member)[(page - 1) * size : page * size + 1])
    return looks_of(events[:size]), len(events) > size


def all_looks(member: Member) -> list[Look]:
    return looks_of(_events(member))


def _events(member: Member) -> Any:
    """What was merged into the file counts too."""
    ids = list(map(str, registrations_of([member.pk])))
    rows = AuditEvent.objects.filter(target_label=Member._meta.label_lower, target_id__in=ids)
    return rows.select_related("actor").order_by("-id")


def looks_of(events: Iterable[AuditEvent]) -> list[Look]:
    """In words, each actor with the office and role they had that day."""
    events = list(events)
    grants = _grants({event.actor_id for event in events if event.actor_id})
    return [_look(event, grants) for event in events]


def _look(event: AuditEvent, grants: dict[int, list[Grant]]) -> Look:
    held = _held(grants.get(event.actor_id or 0, []), event)
    return Look(
        at=event.at,
        who=event.actor.name if event.actor else "",
        office=held.office.name if held else "",
        role=str(ROLES[held.role].name.label) if held and held.role in ROLES else "",
        what=str(_what(event)),
        why=str(PURPOSES.get(event.detail.get("purpose", ""), "")),
    )


def _what(event: AuditEvent) -> Any:
    return _("在搜索结果中看到") if event.detail.get("what") == SEARCHED else event.get_action_display()


def _grants(actors: set[int]) -> dict[int, list[Grant]]:
    found: dict[int, list[Grant]] = {}
    for grant in Grant.objects.filter(user__in=actors).select_related("office").order_by("starts_on", "pk"):
        found.setdefault(grant.user_id, []).append(grant)
    return found


def _held(grants: list[Grant], event: AuditEvent) -> Grant | None:
    """The grant by which the file lay in reach that day, the lowest office first; else any of that day."""
    day = event.at.date()
    then = [g for g in grants if g.starts_on <= day and (g.ends_on is None or g.ends_on >= day)]
    reaching = [g for g in then if event.office_path.startswith(g.office.path)]
    return max(reaching or then, key=lambda g: len(g.office.path), default=None)
