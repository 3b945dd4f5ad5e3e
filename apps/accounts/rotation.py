"""Secrets of the second factor, sealed anew with the current data key (`apps.core.rotation`)."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction

from apps.core.crypto import needs_rotation

# What allauth keeps sealed in the data of an authenticator.
_SEALED = ("secret", "seed")


@transaction.atomic
def seal_second_factors() -> int:
    """Gives how many were sealed anew; running twice does no harm."""
    rows = Authenticator.objects.select_for_update().order_by("pk")
    return sum(_seal(row) for row in rows)


def _seal(row: Authenticator) -> bool:
    fresh: dict[str, Any] = {name: _anew(row.data[name]) for name in _SEALED if _is_old(row.data.get(name))}
    codes = row.data.get("migrated_codes")
    if codes and any(_is_old(code) for code in codes):
        fresh["migrated_codes"] = [_anew(code) if _is_old(code) else code for code in codes]
    if fresh:
        row.data = {**row.data, **fresh}
        row.save(update_fields=["data"])
    return bool(fresh)


def _is_old(stored: Any) -> bool:
    return bool(stored) and isinstance(stored, str) and needs_rotation(stored)


def _anew(stored: str) -> str:
    adapter = get_adapter()
    sealed: str = adapter.encrypt(adapter.decrypt(stored))
    return sealed
