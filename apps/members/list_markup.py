"""The rows of the list as HTML. In Python and not in a template: fifty rows of chosen columns were a third of the page.

Everything that comes from a row passes `escape`.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from apps.members.list_rows import Column, ListedMember, badge_of, remembered

_NOBODY = UUID(int=0)


def rows_html(lines: Sequence[ListedMember], columns: Sequence[Column], *, with_ticks: bool) -> SafeString:
    """The `<tr>`s of a list: a tick where the reader may act on many, the name, the chosen columns."""
    before, after = reverse("members:detail", args=[_NOBODY]).split(str(_NOBODY))
    tick, never = escape(gettext("选择")), escape(gettext("未联系"))
    cells = [_cells(column, never) for column in columns[1:]]
    rows = []
    for line in lines:
        name = escape(line.name or line.number)
        box = (
            f'<td class="tick row-actions"><input type="checkbox" form="bulk" name="member" value="{line.public_id}" '
            f'aria-label="{tick} {name}"></td>'
            if with_ticks
            else ""
        )
        link = f'<a href="{before}{line.public_id}{after}">{name}</a>'
        rows.append(
            f'<tr>{box}<th scope="row" class="card-title">{link}</th>{"".join([cell(line) for cell in cells])}</tr>'
        )
    return mark_safe("\n".join(rows))  # noqa: S308 # nosemgrep: markup-from-text - every value is escaped above


def _cells(column: Column, never: str) -> Callable[[ListedMember], str]:
    """What makes this column's cell of a line."""
    label = escape(str(column.label))

    def cell(line: ListedMember) -> str:
        return f'<td data-label="{label}">{_inside(line, column, never)}</td>'

    return remembered(column, cell)


def _inside(line: ListedMember, column: Column, never: str) -> str:
    text = escape(column.shown(line))
    if column.key == "status":
        return f'<span class="badge {badge_of(line.values["status"])}">{text}</span>'
    if column.key == "last_contact_on" and not text:
        return f'<span class="muted">{never}</span>'
    return text or "—"
