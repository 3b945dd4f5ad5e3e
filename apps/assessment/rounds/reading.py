"""One office's items as the pages of a round show them: computed beside claimed, with files, declarations and marks."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from apps.assessment.declaring import takes_declarations
from apps.assessment.explaining import Line, explain, sections_of
from apps.assessment.models import (
    DeclaredFigure,
    Indicator,
    ManualScore,
    Objection,
    Result,
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
    said: "Said", sections: list[Section], result: Result | None, fields_of: FieldsOf
) -> list[SectionRows]:
    """For the office's own page: with the fields to write in."""
    lines = _lines(result, sections)
    return [
        SectionRows(
            section, [said.row(each, line=lines.get(each.pk), fields=fields_of(each)) for each in mine]
        )
        for section, mine in said.parts(sections)
    ]


def review_sections(
    scheme: Scheme, office: Office, result: Result | None, panel: Panel, reader: int
) -> list[SectionRows]:
    """For those who examine: what was submitted, verdicts, and of the marks what this reader may know."""
    sections = sections_of(scheme)
    said = submitted(scheme, office, panel)
    lines = _lines(result, sections)
    verdicts = _verdicts(scheme, office)

    def row(indicator: Indicator) -> ItemRow:
        return said.row(
            indicator,
            line=lines.get(indicator.pk),
            verdict=verdicts.get(indicator.pk),
            objection=said.objections.get(indicator.pk),
            marks=standing_of(panel, scheme, indicator, office.pk, reader)
            if isinstance(indicator.rule, Judged)
            else None,
        )

    return [SectionRows(section, [row(each) for each in mine]) for section, mine in said.parts(sections)]


def submitted(scheme: Scheme, office: Office, panel: Panel) -> "Said":
    """What the office handed in: nothing of a draft."""
    statement = SelfStatement.objects.filter(
        scheme=scheme, office=office, state=SelfStatement.State.SUBMITTED
    ).first()
    return Said(scheme, office, panel.group_names[office.pk], statement)


def _lines(result: Result | None, sections: list[Section]) -> dict[int, Line]:
    parts = explain(result, sections=sections) if result else []
    return {line.indicator.pk: line for part in parts for line in part.lines}


def _verdicts(scheme: Scheme, office: Office) -> dict[int, ManualScore]:
    rows = ManualScore.objects.filter(indicator__section__scheme=scheme, office=office)
    return {row.indicator_id: row for row in rows.select_related("given_by")}


class Said:
    """What was said about an office in a round, each kind read once for all items, and only where somebody asks."""

    def __init__(self, scheme: Scheme, office: Office, group: str, statement: SelfStatement | None) -> None:
        self.place = {"indicator__section__scheme": scheme, "office": office}
        self.group = group
        self.statement = statement

    @cached_property
    def items(self) -> dict[int, StatementItem]:
        return {item.indicator_id: item for item in self.statement.items.all()} if self.statement else {}

    @cached_property
    def files(self) -> dict[int, list[StatementFile]]:
        kept = self.statement.files.select_related("file") if self.statement else ()
        return _by_indicator(kept)

    @cached_property
    def declared(self) -> dict[int, list[DeclaredFigure]]:
        figures = DeclaredFigure.objects.filter(**self.place)
        return _by_indicator(figures.select_related("declared_by", "reviewed_by", "evidence_file"))

    @cached_property
    def objections(self) -> dict[int, Objection]:
        rows = Objection.objects.filter(**self.place).select_related("answered_by")
        return {row.indicator_id: row for row in rows}

    def parts(self, sections: Iterable[Section]) -> Iterator[tuple[Section, list[Indicator]]]:
        """The sections with the indicators by which the office is assessed, those without any left out."""
        for section in sections:
            if mine := [each for each in section.indicators.all() if each.is_for(self.group)]:
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
