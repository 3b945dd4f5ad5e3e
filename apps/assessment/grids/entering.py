"""A filled grid tried out, and entered whole: the same forms and actions as the pages, cell by cell."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.core import signing
from django.db import transaction
from django.forms import Form
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.declaring import count_at_once, declare_figure, give_manual_score
from apps.assessment.evidence import Outcome
from apps.assessment.forms import DeclareForm, VerdictForm
from apps.assessment.grids.standing import Grid
from apps.assessment.grids.texts import lines_of, typed_in
from apps.assessment.grids.workbook import LONGEST_CELL, Filled
from apps.assessment.models import Indicator, Scheme
from apps.assessment.round_views.forms import MarkForm
from apps.assessment.rounds.judging import give_mark
from apps.assessment.rules import Judged, Manual
from apps.core.access import Permission
from apps.core.refusals import Conflict, Refusal
from apps.offices.models import Office

# Each is one entry with its line in the audit trail.
MOST_CHANGES = 2_000
_SALT = "assessment.grid"
_TRIED_FOR = 3600  # seconds


class Fate(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Tried:
    """One cell of the file: what stands, what was typed, and what becomes of it."""

    filled: Filled
    fate: Fate
    office: str
    item: str
    before: str = ""
    why: str = ""


def try_out(scheme: Scheme, filled: list[Filled], *, by: User) -> list[Tried]:
    """What would become of each cell; nothing stays. Raises Refusal where there are too many."""
    with transaction.atomic():
        tried = _entered(scheme, filled, by)
        transaction.set_rollback(True)
    return tried


def ticket(scheme: Scheme, tried: Iterable[Tried], *, by: User) -> str:
    """What was tried, signed, for the same user to confirm: the cells that change, with what stood there."""
    cells = [
        [each.filled.office, each.filled.item, each.before, each.filled.text]
        for each in tried
        if each.fate in (Fate.NEW, Fate.CHANGED)
    ]
    return signing.dumps([scheme.pk, by.pk, cells], salt=_SALT, compress=True)


@transaction.atomic
def enter(scheme: Scheme, signed: str, *, by: User) -> int:
    """Enter what was tried out, all or nothing; the number of cells. Raises Refusal, Conflict."""
    cells = _cells_of(scheme, signed, by)
    tried = _entered(scheme, [Filled(office, item, text) for office, item, _before, text in cells], by)
    refused = next((each for each in tried if each.fate is Fate.REFUSED), None)
    if refused is not None:
        raise Refusal(f"{refused.office} · {refused.item}：{refused.why}")
    if any(each.before != before for each, (_o, _i, before, _t) in zip(tried, cells, strict=True)):
        raise Conflict(_("试算后有人改动了其中的内容，没有导入，请重新上传核对"))
    count_at_once(scheme)
    return len(tried)


def _cells_of(scheme: Scheme, signed: str, by: User) -> list[tuple[str, str, str, str]]:
    try:
        of, user, cells = signing.loads(signed, salt=_SALT, max_age=_TRIED_FOR)
    except signing.BadSignature as error:
        raise Refusal(_("核对已过期，请重新上传")) from error
    if (of, user) != (scheme.pk, by.pk):
        raise Refusal(_("核对已过期，请重新上传"))
    return [(office, item, before, text) for office, item, before, text in cells]


def _entered(scheme: Scheme, filled: list[Filled], by: User) -> list[Tried]:
    grid = Grid.load(scheme, by)
    offices = {each.office.code: each.office for each in grid.rows}
    items = {str(each.pk): each for each in grid.items}
    tried = []
    changes = 0
    for each in filled:
        office, item = offices.get(each.office), items.get(each.item)
        if office is None or item is None:
            why = _("没有这个单位，或您看不到它") if office is None else _("方案没有这项指标")
            tried.append(
                Tried(each, Fate.REFUSED, str(office or each.office), str(item or each.item), why=why)
            )
            continue
        found = _cell(grid, each, office, item, by)
        changes += found.fate is not Fate.UNCHANGED
        if changes > MOST_CHANGES:
            raise Refusal(_("一次改动不能超过 %(most)s 格，请分批导入") % {"most": MOST_CHANGES})
        tried.append(found)
    return tried


def _cell(grid: Grid, filled: Filled, office: Office, item: Indicator, by: User) -> Tried:
    before = grid.texts.get((item.pk, office.pk), "")
    stands = lines_of(before)
    new = [line for line in lines_of(filled.text) if line not in stands]

    def became(fate: Fate, why: str = "") -> Tried:
        return Tried(filled, fate, office.name, item.name, before, why)

    if not new:
        return became(Fate.UNCHANGED)
    try:
        with transaction.atomic():
            _enter_lines(item, office, new, filled.text, by)
    except Refusal as refusal:
        return became(Fate.REFUSED, str(refusal.message))
    return became(Fate.CHANGED if before else Fate.NEW)


def _enter_lines(item: Indicator, office: Office, lines: list[str], text: str, by: User) -> None:
    if len(text) > LONGEST_CELL:
        raise Refusal(_("单元格里的文字过长"))
    rule = item.rule
    enter_line: Callable[[Indicator, Office, str, User], None] = _declare
    if isinstance(rule, Judged | Manual):
        enter_line = _mark if isinstance(rule, Judged) else _verdict
        lines = [" ".join(lines_of(text))]
    for line in lines:
        enter_line(item, office, line, by)


def _mark(item: Indicator, office: Office, line: str, by: User) -> None:
    data = _valid(MarkForm(typed_in(item, line), known=None))
    give_mark(item, office, points=data["points"], reason=data["reason"], by=by, count=False)


def _verdict(item: Indicator, office: Office, line: str, by: User) -> None:
    data = _valid(VerdictForm(typed_in(item, line)))
    give_manual_score(
        item,
        office,
        outcome=Outcome(data["outcome"]),
        points=data["points"] or Decimal(0),
        reason=data["reason"],
        by=by,
        count=False,
    )


def _declare(item: Indicator, office: Office, line: str, by: User) -> None:
    if not by.may(Permission.FIGURE_DECLARE, office):
        raise Refusal(_("您不能替这个单位申报"))
    typed = typed_in(item, line)
    form = DeclareForm(typed, indicator=item)
    if typed.get("denominator") and "denominator" not in form.fields:
        raise Refusal(_("这项指标只填数量，不填应有数"))
    _valid(form)
    declare_figure(item, office, form.declared(), by=by)


def _valid(form: Form) -> dict[str, Any]:
    """What the page's form makes of it. Raises Refusal with what it would say."""
    if not form.is_valid():
        said = [
            _("%(field)s：%(error)s") % {"field": form.fields[name].label, "error": error}
            for name, errors in form.errors.items()
            for error in errors
        ]
        raise Refusal(" ".join(said))
    return form.cleaned_data
