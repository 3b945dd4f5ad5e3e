"""A list on paper: the same rows, mask and watermark as an export, and the same counter. Never by a second person's
word: what needs one is exported, and the workbook carries its watermark on every page."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.members.delivering import LIMIT, NeedsSecondPerson, hand_out
from apps.members.exports import NothingToExport, exportable
from apps.members.listing import ListState
from apps.members.models import Delivery
from apps.members.naming import Naming
from apps.members.purposes import ExportPurpose
from apps.members.roster_files import RosterRows, conditions, watermark


def printed(state: ListState, *, purpose: ExportPurpose, by: User) -> dict[str, Any]:
    """What the print shows, counted and written down. Raises NothingToExport and NeedsSecondPerson."""
    if state.uses_category:
        raise NeedsSecondPerson(_("按成员类别筛选的名单不能直接打印，请导出并经第二人同意"))
    # One more than the limit is enough to be refused.
    rows = RosterRows(exportable(state, by)[: LIMIT + 1], state.chosen, Naming.of(by))
    lines = list(rows.shown())
    if not lines:
        raise NothingToExport(_("名单中没有您可以导出的成员"))
    number = _account_for(list(rows.persons), purpose, by)
    return {
        "columns": [column.label for column in state.chosen],
        "rows": lines,
        "conditions": conditions(state, by),
        "watermark": watermark(by, number),
        "made_at": timezone.localtime(),
    }


@transaction.atomic
def _account_for(persons: list[int], purpose: ExportPurpose, by: User) -> str:
    """The number of this print, under which the audit rows of its persons are found."""
    event = record(
        AuditEvent.Action.PRINT, by=by, what="members.list", rows=len(persons), purpose=purpose.value
    )
    number = f"P{event.pk:07d}"
    hand_out(persons, to=by, way=Delivery.Way.PRINT, purpose=purpose.value, number=number)
    return number
