"""Reads a scheme from its YAML file: the whole of it or a list of findings, each with its place, in Chinese.

What makes a scheme sound stands here and nowhere else: points that add up, steps that can be reached, metrics and
offices that exist, figures that may enter a score at all.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import yaml
from django.utils.translation import gettext as _

from apps.assessment.numbers import plain
from apps.assessment.plan import Calendar, Group, Plan, PlannedItem, PlannedSection, Span
from apps.assessment.reading import Finding, Node
from apps.assessment.rulefile import MetricFacts, read_rule
from apps.assessment.rules import Deduct, Ladder, PerItem, Rank, Ratio
from apps.assessment.totals import FULL, Grade, Part

# A scheme is a page or two of text; anything bigger is not a scheme.
MOST_BYTES = 200_000


class SchemeRefused(Exception):
    """The file is no sound scheme; `findings` say why, fit to show to the user."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


@dataclass(frozen=True)
class Surroundings:
    """What the file is checked against: metrics by code, and for each office code its parent's and its kind."""

    metrics: Mapping[str, MetricFacts]
    parents: Mapping[str, str]
    kinds: Mapping[str, str]


def read_scheme(content: bytes | str, surroundings: Surroundings) -> Plan:
    """The scheme of a YAML file. Raises SchemeRefused with every finding."""
    findings: list[Finding] = []
    root = Node.of(_parsed(content), "", findings)
    if findings:
        raise SchemeRefused([Finding("", _("这不是一份考核方案：应是 YAML 格式的方案文件"))])
    plan = _plan(root, surroundings)
    if findings:
        raise SchemeRefused(findings)
    return plan


def _parsed(content: bytes | str) -> Any:
    if len(content) > MOST_BYTES:
        raise SchemeRefused([Finding("", _("文件过大，考核方案不应超过 200 KB"))])
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader that refuses doubled keys and aliases
    except UnicodeDecodeError:
        raise SchemeRefused([Finding("", _("文件不是 UTF-8 编码，请另存为 UTF-8 后再导入"))]) from None
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        place = (
            _("第 %(line)s 行第 %(column)s 列") % {"line": mark.line + 1, "column": mark.column + 1}
            if mark
            else ""
        )
        raise SchemeRefused(
            [Finding(place, _("YAML 格式有误，请检查缩进、冒号、括号和重复的名称"))]
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise SchemeRefused([Finding("", _("文件无法读取：不是有效的 YAML"))]) from None


class _Loader(yaml.SafeLoader):
    """Refuses a key written twice (YAML would silently keep the last) and aliases (they unfold without end)."""

    # Dates stay text: `reading` reads them, and a 30 February becomes a finding and not a crash.
    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {  # type: ignore[misc]
        first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.MarkedYAMLError(problem="alias", problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _value in node.value]
        for number, (key, (key_node, _value)) in enumerate(zip(keys, node.value, strict=True)):
            if not isinstance(key, Hashable) or key in keys[:number]:
                raise yaml.MarkedYAMLError(problem="key", problem_mark=key_node.start_mark)
        return super().construct_mapping(node, deep)


def _plan(root: Node, around: Surroundings) -> Plan:
    assessed = root.text("assessed", required=True)
    groups = tuple(_group(node, assessed, around) for node in root.nodes("groups"))
    plan = Plan(
        code=root.text("code", required=True),
        name=root.text("name", required=True),
        basis=root.text("basis"),
        year=root.whole("year"),
        assessed=assessed,
        assessor=_assessor(root, groups, around),
        groups=groups,
        calendar=_calendar(Node.of(root.take("calendar"), "calendar", root.findings)),
        grades=_grades(root),
        sections=tuple(_section(node, around) for node in root.nodes("indicators")),
    )
    root.nothing_else()
    if not 2000 <= plan.year <= 2100:
        root.complain(_("年度应在 2000 到 2100 之间"), "year")
    _check_base(root, plan)
    return plan


def _check_base(root: Node, plan: Plan) -> None:
    base = sum((section.points for section in plan.sections if section.part == Part.BASE), Decimal(0))
    if base != FULL:
        root.complain(_("各部分分值合计 %(sum)s 分，应为 100 分") % {"sum": plain(base)}, "indicators")
    names = [item.name for item in plan.items()]
    for name in sorted({name for name in names if names.count(name) > 1}):
        root.complain(_("指标“%(name)s”出现了不止一次") % {"name": name}, "indicators")


# Offices, dates, grades ---------------------------------------------------------------------------------------------


def _group(node: Node, assessed: str, around: Surroundings) -> Group:
    group = Group(node.text("name", required=True), node.strings("offices"))
    for code in group.offices:
        if code not in around.kinds:
            node.complain(_("没有编码为“%(code)s”的机构") % {"code": code[:40]}, "offices")
    node.nothing_else()
    return group


def _assessor(root: Node, groups: tuple[Group, ...], around: Surroundings) -> str:
    """The one office above all that are assessed; also checks that no office stands in two groups."""
    codes = [code for group in groups for code in group.offices]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        root.complain(_("机构“%(code)s”出现在不止一个组里") % {"code": code}, "groups")
    parents = {around.parents[code] for code in codes if code in around.parents}
    if len(parents) > 1:
        root.complain(_("考核对象应属于同一个上级机构"), "groups")
    return min(parents, default="")


def _calendar(node: Node) -> Calendar:
    calendar = Calendar(
        open=node.date("open"),
        entry_deadline=node.date("entry_deadline"),
        self_statement=Span(*node.span("self_statement")),
        review=Span(*node.span("review")),
        objection_workdays=node.whole("objection_workdays"),
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
    return grades


def _grade(node: Node) -> Grade:
    quota = node.number("quota") if node.has("quota") else None
    if quota is not None and quota > 1:
        node.complain(_("比例应在 0 到 1 之间，如 0.30"), "quota")
    grade = Grade(node.text("name", required=True), node.number("at_least", above=-1), quota)
    node.nothing_else()
    return grade


# Sections and items -------------------------------------------------------------------------------------------------


def _section(node: Node, around: Surroundings) -> PlannedSection:
    bonus, deduction = node.flag("bonus"), node.flag("deduction")
    if bonus and deduction:
        node.complain(_("不能既是加分项又是扣分项"))
    part = Part.BONUS if bonus else Part.DEDUCTION if deduction else Part.BASE
    section = PlannedSection(
        name=node.text("name", required=True),
        part=part,
        points=node.number("points") if part == Part.BASE else Decimal(0),
        cap=None if part == Part.BASE else node.number("cap"),
        items=tuple(_item(each, part, around) for each in node.nodes("items")),
    )
    node.nothing_else()
    points = sum((item.points for item in section.items), Decimal(0))
    if part == Part.BASE and points != section.points:
        words = {"sum": plain(points), "points": plain(section.points)}
        node.complain(_("各指标合计 %(sum)s 分，与本部分的 %(points)s 分不符") % words)
    return section


def _item(node: Node, part: Part, around: Surroundings) -> PlannedItem:
    metric = node.text("metric")
    facts = around.metrics.get(metric)
    if metric and facts is None:
        node.complain(_("没有名为“%(code)s”的指标数据") % {"code": metric[:60]}, "metric")
    points = node.number("points") if part == Part.BASE else Decimal(0)
    rule = read_rule(node, points, facts, part)
    item = PlannedItem(
        name=node.text("name", required=True),
        rule=rule,
        points=points,
        metric=metric if facts else "",
        declared=node.flag("declared"),
        evidence_required=_evidence(node),
        note=node.text("text"),
    )
    _check_source(node, item, facts, part)
    node.nothing_else()
    return item


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
    if facts and facts.about_members and isinstance(item.rule, Rank):
        node.complain(_("与成员有关的数据不得按名次计分：一人退出会影响别的单位"), "metric")
    if isinstance(item.rule, Deduct) != (part == Part.DEDUCTION):
        node.complain(_("deduct 规则只用于扣分项，扣分项也只用 deduct 规则"), "rule")
