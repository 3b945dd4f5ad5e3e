"""Reads a scheme from its file: the whole of it or a list of findings, each with its place, in Chinese.

What makes a scheme sound stands here and nowhere else: points that add up, steps that can be reached, metrics and
offices that exist, figures that may enter a score at all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.assessment.numbers import plain
from apps.assessment.plan import Calendar, Group, Plan, PlannedItem, PlannedSection, Span
from apps.assessment.reading import Finding, Node
from apps.assessment.rulefile import MetricFacts, read_rule
from apps.assessment.rules import Deduct, Ladder, PerItem, Rank, Ratio
from apps.assessment.schemeyaml import SchemeRefused, parsed
from apps.assessment.totals import FULL, Grade, Part
from apps.core.listed import listed

# The kinds of offices that can be assessed; mixed: e.g. counties and departments in groups of their own.
MIXED = "mixed"
ASSESSED = ("county", "town", "subdistrict", "zone", "community", "department", MIXED)
LONGEST_CODE = 30
LONGEST_TITLE = 100
LONGEST_NAME = 40
LONGEST_ITEM = 60
LONGEST_GRADE = 20
MOST_WORKDAYS = 30
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


@dataclass(frozen=True)
class Surroundings:
    """What the file is checked against: metrics by code, and for each office code its parent's and its kind."""

    metrics: Mapping[str, MetricFacts]
    parents: Mapping[str, str]
    kinds: Mapping[str, str]


def read_scheme(content: bytes | str, surroundings: Surroundings) -> Plan:
    """The scheme of a YAML file. Raises SchemeRefused with every finding."""
    plan, findings = check(parsed(content), surroundings)
    if findings:
        raise SchemeRefused(findings)
    return plan


def check(document: Any, surroundings: Surroundings) -> tuple[Plan, list[Finding]]:
    """The scheme of a document (what a file holds, as mappings and lists), and everything that is wrong with it.

    With findings the plan has harmless values where something could not be read: good for showing, not for scoring.
    """
    findings: list[Finding] = []
    return _plan(Node.of(document, "", findings), surroundings), findings


def _plan(root: Node, around: Surroundings) -> Plan:
    groups = tuple(_group(node, around) for node in root.nodes("groups"))
    names = tuple(group.name for group in groups)
    plan = Plan(
        code=root.text("code", required=True, most=LONGEST_CODE),
        name=root.text("name", required=True, most=LONGEST_TITLE),
        basis=root.text("basis", most=LONGEST_TITLE),
        year=root.whole("year"),
        assessed=root.text("assessed", required=True, most=12),
        assessor=_assessor(root, groups, around),
        groups=groups,
        calendar=_calendar(Node.of(root.take("calendar"), "calendar", root.findings)),
        grades=_grades(root),
        sections=tuple(_section(node, names, around) for node in root.nodes("indicators")),
    )
    root.nothing_else()
    _check_head(root, plan)
    _check_base(root, plan)
    return plan


def _check_head(root: Node, plan: Plan) -> None:
    if plan.code and not _CODE.fullmatch(plan.code):
        root.complain(_("代码只用字母、数字和连字符，如 TZ-2026"), "code")
    if not 2000 <= plan.year <= 2100:
        root.complain(_("年度应在 2000 到 2100 之间"), "year")
    if plan.assessed and plan.assessed not in ASSESSED:
        words = {"word": plan.assessed, "words": listed(ASSESSED)}
        root.complain(_("没有“%(word)s”这类考核对象，可用：%(words)s") % words, "assessed")
    for name in _doubled([group.name for group in plan.groups]):
        root.complain(_("组名“%(name)s”出现了不止一次") % {"name": name}, "groups")


def _check_base(root: Node, plan: Plan) -> None:
    """For each group the base adds up to 100 and no name stands for two items."""
    said = set()
    for group in plan.groups or (Group("", ()),):
        base = [section for section in plan.sections if section.part == Part.BASE]
        points = sum((section.points_of(group.name) for section in base), Decimal(0))
        if points != FULL:
            said.add(_base_is(points, group if plan.differs else None))
        items = [item for section in plan.sections for item in section.items_of(group.name)]
        said |= {
            _("指标“%(name)s”出现了不止一次") % {"name": name}
            for name in _doubled([item.name for item in items])
        }
    for message in sorted(said):
        root.complain(message, "indicators")


def _base_is(points: Decimal, group: Group | None) -> str:
    if group is None:
        return _("各部分分值合计 %(sum)s 分，应为 100 分") % {"sum": plain(points)}
    words = {"group": group.name, "sum": plain(points)}
    return _("“%(group)s”各部分分值合计 %(sum)s 分，应为 100 分") % words


def _doubled(names: list[str]) -> list[str]:
    return sorted({name for name in names if name and names.count(name) > 1})


# Offices, dates, grades ---------------------------------------------------------------------------------------------


def _group(node: Node, around: Surroundings) -> Group:
    group = Group(node.text("name", required=True, most=LONGEST_NAME), node.strings("offices"))
    for code in group.offices:
        if code and code not in around.kinds:
            node.complain(_("没有编码为“%(code)s”的机构") % {"code": code[:40]}, "offices")
    node.nothing_else()
    return group


def _assessor(root: Node, groups: tuple[Group, ...], around: Surroundings) -> str:
    """The office that assesses: named, or the one right above all that are assessed; each office stands once."""
    codes = [code for group in groups for code in group.offices]
    for code in _doubled(codes):
        root.complain(_("机构“%(code)s”出现在不止一个组里") % {"code": code}, "groups")
    named = root.text("assessor", most=20)
    if named:
        if named not in around.kinds:
            root.complain(_("没有编码为“%(code)s”的机构") % {"code": named}, "assessor")
        elif any(named not in above(code, around) for code in codes if code in around.parents):
            root.complain(_("考核对象应是考核机构的下级"), "groups")
        return named
    parents = {around.parents[code] for code in codes if code in around.parents}
    if len(parents) > 1:
        root.complain(_("考核对象应属于同一个上级机构，否则请写明考核机构（assessor）"), "groups")
    found = min(parents, default="")
    if parents and not found:
        root.complain(_("考核对象没有上级机构"), "groups")
    return found


def above(code: str, around: Surroundings) -> list[str]:
    """The codes of all offices above an office, the nearest first."""
    found: list[str] = []
    while code := around.parents.get(code, ""):
        found.append(code)
    return found


def _calendar(node: Node) -> Calendar:
    calendar = Calendar(
        open=node.date("open"),
        entry_deadline=node.date("entry_deadline"),
        self_statement=Span(*node.span("self_statement")),
        review=Span(*node.span("review")),
        objection_workdays=node.whole("objection_workdays", most=MOST_WORKDAYS),
        decision=node.date("decision"),
        publish=node.date("publish"),
    )
    node.nothing_else()
    in_order = [
        calendar.open,
        calendar.self_statement.last,
        calendar.review.last,
        calendar.decision,
        calendar.publish,
    ]
    if in_order != sorted(in_order):
        node.complain(_("日期应依次为：启动、自评、审核、审定、公布"))
    return calendar


def _grades(root: Node) -> tuple[Grade, ...]:
    grades = tuple(_grade(node) for node in root.nodes("grades"))
    bounds = [grade.at_least for grade in grades]
    if bounds != sorted(set(bounds), reverse=True):
        root.complain(_("等次应从高到低排列，分数线不能相同"), "grades")
    if bounds and bounds[-1] != 0:
        root.complain(_("最低等次的分数线应为 0，否则有的单位没有等次"), "grades")
    if bounds and bounds[0] > FULL:
        root.complain(_("分数线高于 100 分，基本分达不到"), "grades")
    for name in _doubled([grade.name for grade in grades]):
        root.complain(_("等次“%(name)s”出现了不止一次") % {"name": name}, "grades")
    return grades


def _grade(node: Node) -> Grade:
    quota = node.number("quota") if node.has("quota") else None
    node.used.add("quota")
    if quota is not None and quota > 1:
        node.complain(_("比例应在 0 到 1 之间，如 0.30"), "quota")
    grade = Grade(
        node.text("name", required=True, most=LONGEST_GRADE), node.number("at_least", above=-1), quota
    )
    if grade.at_least < 0:
        node.complain(_("分数线不能是负数"), "at_least")
    node.nothing_else()
    return grade


# Sections and items -------------------------------------------------------------------------------------------------


def _section(node: Node, groups: tuple[str, ...], around: Surroundings) -> PlannedSection:
    bonus, deduction = node.flag("bonus"), node.flag("deduction")
    if bonus and deduction:
        node.complain(_("不能既是加分项又是扣分项"))
    part = Part.BONUS if bonus else Part.DEDUCTION if deduction else Part.BASE
    points, group_points = _section_points(node, groups) if part == Part.BASE else (Decimal(0), ())
    section = PlannedSection(
        name=node.text("name", required=True, most=LONGEST_NAME),
        part=part,
        points=points,
        cap=None if part == Part.BASE else node.points("cap"),
        items=tuple(_item(each, part, groups, around) for each in node.nodes("items")),
        group_points=group_points,
    )
    node.nothing_else()
    if part == Part.BASE:
        _check_section(node, section, groups)
    return section


def _section_points(node: Node, groups: tuple[str, ...]) -> tuple[Decimal, tuple[tuple[str, Decimal], ...]]:
    """One number for all groups, or a number for each of them. A group without a number has none of the section."""
    raw = node.raw.get("points")
    if not isinstance(raw, dict):
        return node.points("points"), ()
    node.used.add("points")
    each = Node.of(raw, node.at("points"), node.findings)
    given = tuple((group, each.points(group) if each.has(group) else Decimal(0)) for group in groups)
    each.used.update(groups)
    each.nothing_else()
    return max((points for _group, points in given), default=Decimal(0)), given


def _check_section(node: Node, section: PlannedSection, groups: tuple[str, ...]) -> None:
    """The items of each group add up to the section's points."""
    wrong = {}
    for group in groups or ("",):
        points = sum((item.points for item in section.items_of(group)), Decimal(0))
        if points != section.points_of(group):
            wrong[group] = {"group": group, "sum": plain(points), "points": plain(section.points_of(group))}
    same = len({(words["sum"], words["points"]) for words in wrong.values()}) == 1
    if same and len(wrong) == max(len(groups), 1):
        words = next(iter(wrong.values()))
        node.complain(_("各指标合计 %(sum)s 分，与本部分的 %(points)s 分不符") % words)
        return
    for words in wrong.values():
        node.complain(_("“%(group)s”的指标合计 %(sum)s 分，与本部分的 %(points)s 分不符") % words)


def _item(node: Node, part: Part, groups: tuple[str, ...], around: Surroundings) -> PlannedItem:
    metric = node.text("metric", most=60)
    facts = around.metrics.get(metric)
    if metric and facts is None:
        node.complain(_("没有名为“%(code)s”的指标数据") % {"code": metric}, "metric")
    points = node.points("points") if part == Part.BASE else Decimal(0)
    rule = read_rule(node, points, facts, part)
    item = PlannedItem(
        name=node.text("name", required=True, most=LONGEST_ITEM),
        rule=rule,
        points=points,
        metric=metric if facts else "",
        declared=node.flag("declared"),
        evidence_required=_evidence(node),
        note=node.text("text"),
        groups=_groups_of(node, groups),
    )
    _check_source(node, item, facts, part)
    node.nothing_else()
    return item


def _groups_of(node: Node, groups: tuple[str, ...]) -> tuple[str, ...]:
    """The groups that an item is for, in the scheme's order; none where it is for all."""
    if not node.has("groups"):
        node.used.add("groups")
        return ()
    named = node.strings("groups")
    for name in named:
        if name and name not in groups:
            node.complain(_("没有名为“%(name)s”的组") % {"name": name}, "groups")
    wanted = tuple(group for group in groups if group in named)
    return () if wanted == groups else wanted


def _evidence(node: Node) -> bool:
    word = node.text("evidence")
    if word not in {"", "required"}:
        node.complain(_("只能写 required"), "evidence")
    return word == "required"


def _check_source(node: Node, item: PlannedItem, facts: MetricFacts | None, part: Part) -> None:
    if item.metric and item.declared:
        node.complain(_("指标数据和申报数只能选一种"), "declared")
    if isinstance(item.rule, Ratio | Ladder | PerItem | Deduct | Rank) and not (
        node.has("metric") or item.declared
    ):
        node.complain(_("应写明 metric（指标数据），或 declared: true（申报数）"))
    if facts and not facts.scorable:
        node.complain(_("这项指标数据只作背景，不得计分"), "metric")
    if item.declared and isinstance(item.rule, Rank):
        node.complain(_("组内名次只能用系统统计的数据，不能用申报数"), "declared")
    if facts and facts.about_members and isinstance(item.rule, Rank):
        node.complain(_("与成员有关的数据不得按名次计分：一人退出会影响别的单位"), "metric")
    if isinstance(item.rule, Deduct) != (part == Part.DEDUCTION):
        node.complain(_("deduct 规则只用于扣分项，扣分项也只用 deduct 规则"), "rule")
