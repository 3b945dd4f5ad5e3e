"""One office's items as the pages of a round show them: computed beside claimed, with files, declarations and marks."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.assessment.declaring import takes_declarations
from apps.assessment.explaining import Line, explain
from apps.assessment.models import (
    Assessed,
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


@dataclass(frozen=True)
class ItemRow:
    """One indicator of one office, with everything that was said about it."""

    indicator: Indicator
    # What the software computes; None before the first rollup.
    line: Line | None
    said: StatementItem | None
    files: list[StatementFile]
    declared: list[DeclaredFigure]
    takes_declarations: bool
    is_manual: bool
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
    scheme: Scheme,
    office: Office,
    result: Result | None,
    statement: SelfStatement | None,
    fields_of: Callable[[Indicator], Mapping[str, Any]],
) -> list[SectionRows]:
    """For the office's own page: with the fields to write in."""
    rows = _Rows(scheme, office, result, statement)
    return [
        SectionRows(section, [rows.row(each, fields=fields_of(each)) for each in rows.of(section)])
        for section in scheme.sections.prefetch_related("indicators")
        if rows.of(section)
    ]


def review_sections(scheme: Scheme, office: Office, result: Result | None, reader: int) -> list[SectionRows]:
    """For those who examine: what was submitted, verdicts, and of the marks what this reader may know."""
    statement = SelfStatement.objects.filter(
        scheme=scheme, office=office, state=SelfStatement.State.SUBMITTED
    ).first()
    rows = _Rows(scheme, office, result, statement)
    verdicts = {
        row.indicator_id: row for row in ManualScore.objects.filter(office=office).select_related("given_by")
    }
    panel = Panel.load(scheme)
    return [
        SectionRows(
            section,
            [
                rows.row(
                    each,
                    verdict=verdicts.get(each.pk),
                    marks=standing_of(panel, scheme, each, office.pk, reader)
                    if isinstance(each.rule, Judged)
                    else None,
                )
                for each in rows.of(section)
            ],
        )
        for section in scheme.sections.prefetch_related("indicators")
        if rows.of(section)
    ]


class _Rows:
    """What was said about the office, read once for all items."""

    def __init__(
        self, scheme: Scheme, office: Office, result: Result | None, statement: SelfStatement | None
    ) -> None:
        self.group = Assessed.objects.select_related("group").get(scheme=scheme, office=office).group.name
        self.lines = (
            {line.indicator.pk: line for part in explain(result) for line in part.lines} if result else {}
        )
        self.said = {item.indicator_id: item for item in statement.items.all()} if statement else {}
        self.files: dict[int, list[StatementFile]] = defaultdict(list)
        if statement is not None:
            for kept in statement.files.select_related("file"):
                self.files[kept.indicator_id].append(kept)
        self.declared: dict[int, list[DeclaredFigure]] = defaultdict(list)
        for figure in DeclaredFigure.objects.filter(
            indicator__section__scheme=scheme, office=office
        ).select_related("declared_by", "reviewed_by", "evidence_file"):
            self.declared[figure.indicator_id].append(figure)
        objections = Objection.objects.filter(indicator__section__scheme=scheme, office=office)
        self.objections = {row.indicator_id: row for row in objections.select_related("answered_by")}

    def of(self, section: Section) -> list[Indicator]:
        """The section's indicators by which the office is assessed."""
        return [each for each in section.indicators.all() if each.is_for(self.group)]

    def row(self, indicator: Indicator, **more: Any) -> ItemRow:
        return ItemRow(
            indicator=indicator,
            line=self.lines.get(indicator.pk),
            said=self.said.get(indicator.pk),
            files=self.files.get(indicator.pk, []),
            declared=self.declared.get(indicator.pk, []),
            takes_declarations=takes_declarations(indicator),
            is_manual=isinstance(indicator.rule, Manual),
            objection=self.objections.get(indicator.pk),
            **more,
        )
