"""The one way to write an audit row."""

from typing import Any

import structlog
from django.db import models

from apps.audit.models import AuditEvent
from apps.core.access import Actor, Permission

# Longer texts are values, not ids, field names or purposes.
LONGEST_DETAIL = 120


class NotForAudit(TypeError):
    """A programme tried to write a value into the audit trail; only ids, counts, field names and purposes go there."""


def record(
    action: AuditEvent.Action,
    *,
    target: models.Model | None = None,
    by: Actor | None,
    **detail: Any,
) -> AuditEvent:
    """Write down that `by` did `action` to `target`.

    `detail` takes ids, counts, field names and purposes, never values: what is erased elsewhere must not live on
    here. The row belongs to the office of the target, or else to the office of the actor. Raises NotForAudit.
    """
    return AuditEvent.objects.create(
        actor_id=by.pk if by else None,
        action=action,
        target_label=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        office_path=_office_of(target, by),
        detail={name: _checked(name, value) for name, value in detail.items()},
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
    )


def _office_of(target: models.Model | None, by: Actor | None) -> str:
    path = str(getattr(target, "office_path", "") or "")
    if path or by is None or by.pk is None:
        return path
    return next((held.low for held in by.office_ranges(Permission.OWN_ACCOUNT)), "")


def _checked(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str) and len(value) <= LONGEST_DETAIL:
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_checked(name, item) for item in value]
    if isinstance(value, dict):
        return {str(key): _checked(name, item) for key, item in value.items()}
    raise NotForAudit(f"audit detail {name!r} is no id, count, field name or purpose")
