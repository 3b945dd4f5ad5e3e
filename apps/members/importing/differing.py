"""What a row changes of a member, before and after, as people read it; contact data masked."""

from django.utils.translation import gettext as _

from apps.core.crypto import CryptoError
from apps.core.fields import Ciphertext, EncryptedTextField
from apps.members.differences import column_label, told
from apps.members.importing.comparing import Change
from apps.members.models import Member

Difference = tuple[str, str, str]
_PLAIN = ("name", "gender", "birth_month", "categories")


def differences(change: Change) -> tuple[Difference, ...]:
    """(what, before, after) for every column and post that the row changes."""
    said, member, row = change.columns, change.member, change.row
    found = [
        (column_label(column), told(column, getattr(member, column)), told(column, said[column]))
        for column in _PLAIN
        if column in said
    ]
    if "office_id" in said:
        found.append((column_label("office"), member.office_name, row.office.name))
    if "phone_index" in said:
        found.append((column_label("phone"), _opened(change, "phone"), told("phone", row.phone)))
    if "email" in said:
        found.append((column_label("email"), _opened(change, "email"), told("email", row.email)))
    found += [(str(_("任职")), _("未填"), f"{place} {title}".strip()) for place, title in change.posts]
    if change.confirms:
        status = Member.Status
        found.append((column_label("status"), str(status.PENDING.label), str(status.ACTIVE.label)))
    return tuple(found)


def _opened(change: Change, column: str) -> str:
    """What the registry holds, masked; a sentence where it cannot be opened."""
    field: EncryptedTextField = Member._meta.get_field(column)  # type: ignore[assignment]
    stored: Ciphertext = getattr(change.member, column)
    try:
        return told(column, field.opened(change.member.public_id, stored))
    except CryptoError as error:
        return str(error)
