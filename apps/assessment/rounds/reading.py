"""One office's items as the pages of a round show them: computed beside claimed, with files, declarations and marks."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import QuerySet

from apps.assessment.declaring import takes_declarations
from apps.assessment.explaining import Line, Parts, explain, parts_of
from apps.assessment.models import (
    DeclaredFigure,
    Indicator,
    ManualScore,
    Objection,
    Result,
    ResultItem,
    Scheme,
    Section,
    SelfStatement,
    StatementFile,
    StatementItem,
)
from apps.assessment.rounds.judging import Standing, standing_of
from apps.assessment.rounds.panels import Panel
from apps.assessment.rules import Judged, Manual
from apps.offices.models import Office

# Nobody objects before the results are there; a round that goes back keeps no page of its objections.
BEFORE_OBJECTIONS = (Scheme.State.DRAFT, Scheme.State.OPEN)
FieldsOf = Callable[[Indicator], Mapping[str, Any]]


@dataclass(frozen=True)
class ItemRow:
    """One indicator of one office, with everything that was said about it."""

    indicator: Indicator
    said: StatementItem | None
    files: list[StatementFile]
    declared: list[DeclaredFigure]
    takes_declarations: bool
    is_manual: bool
    # What the software computes; None before the first rollup.
    line: Line | None = None
    verdict: ManualScore | None = None
    marks: Standing | None = None
    objection: Objection | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def gap(self) -> Any:
        """How much more the office claims than is computed; None where they agree or one is missing."""
        if self.said is None or self.said.claimed is None or self.line is None or self.line.points is None:
            return None
        return self.said.claimed - self.line.points or None


@dataclass(frozen=True)
class SectionRows:
    section: Section
    rows: list[ItemRow]


def statement_sections(
    words: "Words", parts: Parts, scored: "Scored", fields_of: FieldsOf
) -> list[SectionRows]:
    """For the office's own page: with the fields to write in."""
    lines = scored.lines(parts)
    return [
        SectionRows(
            section, [words.row(each, line=lines.get(each.pk), fields=fields_of(each)) for each in mine]
        )
        for section, mine in words.own(parts)
    ]


def review_sections(
    scheme: Scheme, office: Office, scored: "Scored", panel: Panel, reader: int
) -> list[SectionRows]:
    """For those who examine: what was submitted, verdicts, and of the marks what this reader may know."""
    parts = parts_of(scheme)
    words = submitted(scheme, office, panel)
    lines = scored.lines(parts)
    verdicts = _verdicts(scheme, office)

    def row(indicator: Indicator) -> ItemRow:
        is_judged = isinstance(indicator.rule, Judged)
        return words.row(
            indicator,
            line=lines.get(indicator.pk),
            verdict=verdicts.get(indicator.pk),
            objection=words.objections.get(indicator.pk),
            marks=standing_of(panel, scheme, indicator, office.pk, reader) if is_judged else None,
        )

    return [SectionRows(section, [row(each) for each in mine]) for section, mine in words.own(parts)]


def submitted(scheme: Scheme, office: Office, panel: Panel) -> "Words":
    """What the office handed in: nothing of a draft."""
    handed_in = SelfStatement.objects.filter(
        scheme=scheme, office=office, state=SelfStatement.State.SUBMITTED
    )
    return Words(scheme, office, panel.group_names[office.pk], handed_in)


@dataclass(frozen=True)
class Scored:
    """What the software computed for an office; no result before the first rollup."""

    result: Result | None
    items: list[ResultItem]

    @classmethod
    def load(cls, scheme: Scheme, office: Office) -> "Scored":
        """One query."""
        found = ResultItem.objects.filter(result__scheme=scheme, result__office=office)
        items = list(found.select_related("result__group"))
        result = items[0].result if items else None
        if result is not None:
            result.scheme, result.office = scheme, office
        return cls(result, items)

    def lines(self, parts: Parts) -> dict[int, Line]:
        explained = explain(self.result, parts=parts, items=self.items) if self.result else []
        return {line.indicator.pk: line for part in explained for line in part.lines}


def _verdicts(scheme: Scheme, office: Office) -> dict[int, ManualScore]:
    rows = ManualScore.objects.filter(indicator__section__scheme=scheme, office=office)
    return {row.indicator_id: row for row in rows.select_related("given_by")}


class Words:
    """What was said about an office in a round: each kind is read once for all items, and only where it is asked for."""

    def __init__(
        self, scheme: Scheme, office: Office, group: str, statements: QuerySet[SelfStatement]
    ) -> None:
        self.scheme = scheme
        self.place = {"indicator__section__scheme": scheme, "office": office}
        self.group = group
        self.statements = statements

    @cached_property
    def items(self) -> dict[int, StatementItem]:
        said = StatementItem.objects.filter(statement__in=self.statements)
        return {item.indicator_id: item for item in said}

    @cached_property
    def files(self) -> dict[int, list[StatementFile]]:
        kept = StatementFile.objects.filter(statement__in=self.statements)
        return _by_indicator(kept.select_related("file"))

    @cached_property
    def declared(self) -> dict[int, list[DeclaredFigure]]:
        figures = DeclaredFigure.objects.filter(**self.place)
        return _by_indicator(figures.select_related("declared_by", "reviewed_by", "evidence_file"))

    @cached_property
    def objections(self) -> dict[int, Objection]:
        if self.scheme.state in BEFORE_OBJECTIONS:
            return {}
        rows = Objection.objects.filter(**self.place).select_related("answered_by")
        return {row.indicator_id: row for row in rows}

    def own(self, parts: Parts) -> Iterator[tuple[Section, list[Indicator]]]:
        """The sections with the indicators by which the office is assessed, those without any left out."""
        for section, indicators in parts:
            if mine := [each for each in indicators if each.is_for(self.group)]:
                yield section, mine

    def row(self, indicator: Indicator, **more: Any) -> ItemRow:
        takes = takes_declarations(indicator)
        return ItemRow(
            indicator=indicator,
            said=self.items.get(indicator.pk),
            files=self.files.get(indicator.pk, []),
            declared=self.declared.get(indicator.pk, []) if takes else [],
            takes_declarations=takes,
            is_manual=isinstance(indicator.rule, Manual),
            **more,
        )


Of = TypeVar("Of", StatementFile, DeclaredFigure)


def _by_indicator(rows: Iterable[Of]) -> dict[int, list[Of]]:
    found: dict[int, list[Of]] = defaultdict(list)
    for row in rows:
        found[row.indicator_id].append(row)
    return found
