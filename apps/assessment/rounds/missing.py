"""缺项催报: what is still missing, office by office, and who is asked for it. Reads only; reminders: `reminding`."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.assessment.declaring import takes_declarations
from apps.assessment.models import (
    Assessed,
    DeclaredFigure,
    Indicator,
    ResultItem,
    Scheme,
    SelfStatement,
)
from apps.assessment.rounds.panels import Panel
from apps.assessment.rules import Judged, Manual, State, Survey
from apps.offices.models import Office


class Wanted(StrEnum):
    """What is missing, and by that whose turn it is."""

    STATEMENT = "statement"
    DECLARATION = "declaration"
    REVIEW = "review"
    VERDICT = "verdict"
    MARKS = "marks"
    JUDGES = "judges"
    SURVEY = "survey"
    FIGURES = "figures"


LABELS: dict[Wanted, str | Promise] = {
    Wanted.STATEMENT: _("自评未提交"),
    Wanted.DECLARATION: _("待申报"),
    Wanted.REVIEW: _("申报待审核"),
    Wanted.VERDICT: _("待评定"),
    Wanted.MARKS: _("评委未评完"),
    Wanted.JUDGES: _("评委不足"),
    Wanted.SURVEY: _("测评未结束"),
    Wanted.FIGURES: _("缺数据"),
}
# Whose turn: the assessed office's own people.
BY_THE_OFFICE = frozenset({Wanted.STATEMENT, Wanted.DECLARATION})


@dataclass(frozen=True)
class Missing:
    """One thing that is missing of one office; without an indicator it is the statement as a whole."""

    office: Office
    indicator: Indicator | None
    wanted: Wanted
    # Where it can be put right.
    url: str
    # 3/5 judges have marked, where that says more.
    progress: str = ""

    @property
    def label(self) -> str:
        return str(LABELS[self.wanted])


def missing_in(scheme: Scheme) -> list[Missing]:
    """Everything that is missing in a running round, by office. A fixed number of queries."""
    if not scheme.is_moving:
        return []
    assessed = list(Assessed.objects.filter(scheme=scheme).select_related("office"))
    return sorted(
        [*_statements(scheme, assessed), *_items(scheme, assessed)],
        key=lambda each: (each.office.path, each.indicator is not None),
    )


def undecided_in(scheme: Scheme) -> list[Missing]:
    """Items without points: with one of them the review cannot close."""
    return [each for each in missing_in(scheme) if each.indicator is not None]


def _statements(scheme: Scheme, assessed: list[Assessed]) -> list[Missing]:
    if scheme.state != Scheme.State.OPEN or timezone.localdate() < scheme.statement_from:
        return []
    handed_in = set(
        SelfStatement.objects.filter(scheme=scheme, state=SelfStatement.State.SUBMITTED).values_list(
            "office_id", flat=True
        )
    )
    return [
        Missing(each.office, None, Wanted.STATEMENT, _url("statement", scheme, each.office))
        for each in assessed
        if each.office_id not in handed_in
    ]


def _items(scheme: Scheme, assessed: list[Assessed]) -> list[Missing]:
    offices = {each.office_id: each.office for each in assessed}
    panel = Panel.load(scheme)
    waiting = _waiting(scheme)
    found = []
    for indicator, office_id in _open_items(scheme):
        office = offices[office_id]
        wanted, progress = _why(scheme, indicator, office_id, panel, waiting)
        found.append(Missing(office, indicator, wanted, _way(scheme, office, indicator, wanted), progress))
    return found


def _open_items(scheme: Scheme) -> list[tuple[Indicator, int]]:
    rows: QuerySet[ResultItem] = ResultItem.objects.filter(
        result__scheme=scheme, state=State.UNDECIDED
    ).select_related("indicator__section", "result")
    rows = rows.order_by("indicator__section__position", "indicator__position")
    return [(row.indicator, row.result.office_id) for row in rows]


def _waiting(scheme: Scheme) -> dict[tuple[int, int], int]:
    """Declarations that wait for a reviewer: the row's id, by indicator and office."""
    rows = DeclaredFigure.objects.filter(indicator__section__scheme=scheme, state="declared")
    return {(i, o): pk for i, o, pk in rows.values_list("indicator_id", "office_id", "pk")}


def _why(
    scheme: Scheme, indicator: Indicator, office: int, panel: Panel, waiting: dict[tuple[int, int], int]
) -> tuple[Wanted, str]:
    rule = indicator.rule
    if isinstance(rule, Judged):
        judges, given = len(panel.judges_of(office)), len(panel.given((indicator.pk, office)))
        if judges < rule.judges:
            return Wanted.JUDGES, f"{judges}/{rule.judges}"
        return Wanted.MARKS, f"{given}/{judges}"
    if isinstance(rule, Manual):
        return Wanted.VERDICT, ""
    if isinstance(rule, Survey):
        return Wanted.SURVEY, ""
    if takes_declarations(indicator):
        return (Wanted.REVIEW if (indicator.pk, office) in waiting else Wanted.DECLARATION), ""
    return Wanted.FIGURES, ""


def _way(scheme: Scheme, office: Office, indicator: Indicator, wanted: Wanted) -> str:
    if wanted is Wanted.JUDGES:
        return reverse("assessment:examiners", args=[scheme.code])
    if wanted is Wanted.DECLARATION:
        return _url("declare", scheme, office, indicator.pk)
    if wanted in (Wanted.REVIEW, Wanted.VERDICT, Wanted.MARKS):
        return f"{_url('examine', scheme, office)}#item-{indicator.pk}"
    return _url("result", scheme, office)


def _url(name: str, scheme: Scheme, office: Office, *more: Any) -> str:
    return reverse(f"assessment:{name}", args=[scheme.code, office.code, *more])


def by_office(missing: list[Missing]) -> dict[Office, list[Missing]]:
    found: dict[Office, list[Missing]] = defaultdict(list)
    for each in missing:
        found[each.office].append(each)
    return dict(found)
