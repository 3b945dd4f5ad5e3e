"""The live check: what `schemefile.check` says of a document, part by part, in words for the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.assessment.editing.document import KEY, Document, without_keys
from apps.assessment.editing.surroundings import surroundings
from apps.assessment.editing.words import PLACE_WORDS
from apps.assessment.explaining import source_of_rule
from apps.assessment.numbers import plain
from apps.assessment.plan import Plan, PlannedItem, PlannedSection
from apps.assessment.reading import Finding, step
from apps.assessment.schemefile import check
from apps.assessment.totals import FULL, Part
from apps.core.metrics import Metric
from apps.core.metrics import metric as metric_of


@dataclass(frozen=True)
class Said:
    """A finding for people: where, in words, and what."""

    place: str
    message: str


@dataclass(frozen=True)
class ItemLine:
    """An item as the editor lists it."""

    key: str
    item: PlannedItem
    findings: tuple[Said, ...]
    metric: Metric | None
    source: str

    @property
    def text(self) -> str:
        """The rule in words; nothing while something in it cannot be read."""
        return "" if self.findings else self.item.rule.text()


@dataclass(frozen=True)
class SectionPart:
    key: str
    section: PlannedSection
    findings: tuple[Said, ...]
    lines: tuple[ItemLine, ...]

    @property
    def points(self) -> str:
        if self.section.part != Part.BASE:
            return _("最高 %(cap)s 分") % {"cap": plain(self.section.cap or 0)}
        if not self.section.group_points:
            return _("%(points)s 分") % {"points": plain(self.section.points)}
        return "，".join(f"{group} {plain(points)} {_('分')}" for group, points in self.section.group_points)


@dataclass(frozen=True)
class GroupSum:
    """What the base adds up to for one group."""

    name: str
    points: Decimal

    @property
    def is_full(self) -> bool:
        return self.points == FULL


@dataclass(frozen=True)
class Checked:
    plan: Plan
    findings: tuple[Said, ...]
    sections: tuple[SectionPart, ...]
    sums: tuple[GroupSum, ...]

    @property
    def is_sound(self) -> bool:
        return not self.findings

    def line(self, key: str) -> ItemLine:
        """The item with the key. Raises StopIteration where there is none: the caller has just put it there."""
        return next(line for section in self.sections for line in section.lines if line.key == key)


def checked(document: Document) -> Checked:
    """The document's plan and what is wrong with it. One query."""
    plan, findings = check(without_keys(document), surroundings())
    written = list(document.get("indicators") or [])
    return Checked(
        plan,
        tuple(said(finding) for finding in findings),
        tuple(
            _section(number, section, node, findings)
            for number, (section, node) in enumerate(zip(plan.sections, written, strict=False), start=1)
        ),
        sums_of(plan),
    )


def sums_of(plan: Plan) -> tuple[GroupSum, ...]:
    base = [section for section in plan.sections if section.part == Part.BASE]
    names = [group.name for group in plan.groups] or [""]
    return tuple(
        GroupSum(name, sum((item.points for section in base for item in section.items_of(name)), Decimal(0)))
        for name in names
    )


def _section(
    number: int, section: PlannedSection, node: Document, findings: Sequence[Finding]
) -> SectionPart:
    place = step("indicators", number, node)
    items = node.get("items") or []
    return SectionPart(
        node.get(KEY, ""),
        section,
        tuple(said(finding) for finding in findings if _is_own(finding, place)),
        tuple(
            _line(f"{place} › {step('items', index, each)}", item, each, findings)
            for index, (item, each) in enumerate(zip(section.items, items, strict=False), start=1)
        ),
    )


def _is_own(finding: Finding, place: str) -> bool:
    """Of the section itself and not of one of its items: at most one step below it, and that step is a field's."""
    rest = finding.place.removeprefix(place)
    own = {"", *(f" › {name}" for name in ("name", "points", "cap", "items"))}
    return finding.place.startswith(place) and rest in own


def _line(place: str, item: PlannedItem, node: Document, findings: Sequence[Finding]) -> ItemLine:
    metric = metric_of(item.metric) if item.metric else None
    return ItemLine(
        node.get(KEY, ""),
        item,
        tuple(
            said(finding)
            for finding in findings
            if finding.place == place or finding.place.startswith(f"{place} › ")
        ),
        metric,
        source_of_rule(item.rule, counted=bool(item.metric)),
    )


def said(finding: Finding) -> Said:
    """The finding with the file's keys in words."""
    steps: list[Any] = [PLACE_WORDS.get(each, each) for each in finding.place.split(" › ") if each]
    return Said(" › ".join(str(each) for each in steps), finding.message)
