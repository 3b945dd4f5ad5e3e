"""The grid as it stands: for each office and item what this reader may see, and whether they may fill it in. Reads only."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from apps.accounts.models import User
from apps.assessment.declaring import takes_declarations
from apps.assessment.grids.texts import figure_text, mark_text, verdict_text
from apps.assessment.models import Assessed, DeclaredFigure, Examiner, Indicator, ManualScore, Scheme
from apps.assessment.rounds.panels import Panel, Place, examiners_of
from apps.assessment.rounds.reviewing import may_review
from apps.assessment.rules import Judged, Manual
from apps.core.access import Permission


@dataclass(frozen=True)
class Grid:
    """Offices in tree order inside their group, items in the scheme's order. A fixed number of queries."""

    scheme: Scheme
    rows: list[Assessed]
    items: list[Indicator]
    texts: dict[Place, str]
    open: frozenset[Place]

    @classmethod
    def load(cls, scheme: Scheme, by: User) -> "Grid":
        items = [each for each in _indicators(scheme) if _is_entered(each)]
        reader = _Reader(scheme, by)
        return cls(
            scheme=scheme,
            rows=reader.rows,
            items=items,
            texts=reader.texts(items),
            open=frozenset(
                (item.pk, each.office_id)
                for item in items
                for each in reader.rows
                if item.is_for(each.group.name) and reader.may_fill(item, each)
            ),
        )


def _indicators(scheme: Scheme) -> list[Indicator]:
    found = Indicator.objects.filter(section__scheme=scheme).select_related("section__scheme__office")
    return list(found.order_by("section__position", "position"))


def _is_entered(indicator: Indicator) -> bool:
    """Whether people enter it: counted and surveyed items are not theirs to type."""
    return takes_declarations(indicator) or isinstance(indicator.rule, Judged | Manual)


class _Reader:
    """What one user may see and do in the round, read once for all cells."""

    def __init__(self, scheme: Scheme, by: User) -> None:
        self.scheme, self.by = scheme, by
        self.panel = Panel.load(scheme)
        assessed = Assessed.objects.filter(scheme=scheme).select_related("office", "group")
        every = list(assessed.order_by("group__position", "office__path"))
        self.seen = _offices(by, Permission.ASSESSMENT_VIEW, every)
        self.declares_for = _offices(by, Permission.FIGURE_DECLARE, every)
        self.reviews = may_review(scheme, by)
        self.reviewers = examiners_of(scheme, Examiner.Task.REVIEW)
        self.rows = [each for each in every if each.office_id in self.seen or self._judges(each.office_id)]

    def _judges(self, office: int) -> bool:
        return self.by.pk in self.panel.judges_of(office)

    def may_fill(self, indicator: Indicator, each: Assessed) -> bool:
        """As the pages let them; the actions have the last word."""
        rule, state = indicator.rule, self.scheme.state
        if isinstance(rule, Judged):
            is_done = self.panel.is_complete((indicator.pk, each.office_id), rule.judges)
            return state == Scheme.State.REVIEW and self._judges(each.office_id) and not is_done
        if isinstance(rule, Manual):
            named = self.reviewers.get(each.group_id)
            running = state in (Scheme.State.OPEN, Scheme.State.REVIEW)
            return running and self.reviews and (not named or self.by in named)
        in_time = state == Scheme.State.OPEN and timezone.localdate() <= self.scheme.entry_deadline
        return in_time and each.office_id in self.declares_for

    def texts(self, items: list[Indicator]) -> dict[Place, str]:
        """Of the marks only the own; verdicts for those who review."""
        known = {item.pk: item for item in items}
        lines: dict[Place, list[str]] = defaultdict(list)
        for place, marks in self.panel.marks.items():
            if self.by.pk in marks:
                lines[place].append(mark_text(marks[self.by.pk]))
        if self.reviews:
            for verdict in ManualScore.objects.filter(indicator__in=known):
                lines[verdict.indicator_id, verdict.office_id].append(verdict_text(verdict))
        for figure in DeclaredFigure.objects.filter(indicator__in=known, office__in=self.seen).order_by("pk"):
            figure.indicator = known[figure.indicator_id]
            lines[figure.indicator_id, figure.office_id].append(figure_text(figure))
        return {place: "\n".join(each) for place, each in lines.items()}


def _offices(by: User, permission: Permission, assessed: list[Assessed]) -> set[int]:
    """Those of the assessed offices in which the user holds the permission."""
    ranges = by.office_ranges(permission)
    return {each.office_id for each in assessed if any(held.holds(each.office.path) for held in ranges)}
