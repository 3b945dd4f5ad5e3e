"""Two versions side by side, in words: what came, what went, what reads differently."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.assessment.editing.document import KEY, Document, without_keys
from apps.assessment.explaining import source_of_rule
from apps.assessment.numbers import percent, plain
from apps.assessment.plan import Plan, PlannedItem, PlannedSection
from apps.assessment.schemefile import Surroundings, check
from apps.assessment.totals import Part
from apps.core.listed import listed
from apps.core.metrics import metric as metric_of


@dataclass(frozen=True)
class Change:
    """One thing that reads differently. `old` or `new` is empty where it came or went."""

    place: str
    what: str
    old: str
    new: str

    @property
    def kind(self) -> str:
        return "added" if not self.old else "removed" if not self.new else "changed"


def compare(old: Document, new: Document, around: Surroundings) -> list[Change]:
    """What changed between two documents with keys, in the order of the new one."""
    before, after = _words(old, around), _words(new, around)
    changes = []
    for key in [*after, *(key for key in before if key not in after)]:
        was, now = before.get(key, {}), after.get(key, {})
        place = (now or was)["place"]
        names = [name for name in {**now, **was} if name != "place"]
        if not was or not now:
            changes.append(Change(place, "", _whole(was), _whole(now)))
            continue
        changes += [
            Change(place, name, was.get(name, ""), now.get(name, ""))
            for name in names
            if was.get(name, "") != now.get(name, "")
        ]
    return changes


Words = dict[str, str]


def _whole(words: Words) -> str:
    return "；".join(text for name, text in words.items() if name != "place" and text)


def _words(document: Document, around: Surroundings) -> dict[str, Words]:
    """Each part of the document by its key, with what is to be said of it."""
    plan, _findings = check(without_keys(document), around)
    found = {"head": _head(plan), "calendar": _calendar(plan), "grades": _grades(plan)}
    for group, node in zip(plan.groups, document.get("groups", []), strict=False):
        found[f"group {_key(node, group.name)}"] = {
            "place": _("分组"),
            _("名称"): group.name,
            _("单位"): listed(group.offices),
        }
    for section, node in zip(plan.sections, document.get("indicators", []), strict=False):
        found[f"section {_key(node, section.name)}"] = _section(section)
        for item, each in zip(section.items, node.get("items", []), strict=False):
            found[f"item {_key(each, item.name)}"] = _item(section, item)
    return found


def _key(node: Document, name: str) -> str:
    return str(node.get(KEY) or name)


def _head(plan: Plan) -> Words:
    return {"place": _("方案"), _("名称"): plan.name, _("依据文号"): plan.basis}


def _calendar(plan: Plan) -> Words:
    calendar = plan.calendar
    return {
        "place": _("日程"),
        _("启动"): calendar.open.isoformat(),
        _("录入截止"): calendar.entry_deadline.isoformat(),
        _("自评"): " — ".join(day.isoformat() for day in calendar.self_statement),
        _("审核"): " — ".join(day.isoformat() for day in calendar.review),
        _("异议期"): _("%(days)s 个工作日") % {"days": calendar.objection_workdays},
        _("审定"): calendar.decision.isoformat(),
        _("公布"): calendar.publish.isoformat(),
    }


def _grades(plan: Plan) -> Words:
    return {
        "place": _("等次"),
        **{
            grade.name: _("%(bound)s 分及以上") % {"bound": plain(grade.at_least)}
            + (_("，不超过 %(quota)s") % {"quota": percent(grade.quota)} if grade.quota is not None else "")
            for grade in plan.grades
        },
    }


def _section(section: PlannedSection) -> Words:
    points = "，".join(_points(section))
    return {"place": section.name, _("名称"): section.name, _("分值"): points}


def _points(section: PlannedSection) -> Iterator[str]:
    if section.part != Part.BASE:
        yield _("最高 %(cap)s 分") % {"cap": plain(section.cap or 0)}
    elif section.group_points:
        yield from (f"{group} {plain(points)} {_('分')}" for group, points in section.group_points)
    else:
        yield _("%(points)s 分") % {"points": plain(section.points)}


def _item(section: PlannedSection, item: PlannedItem) -> Words:
    metric: Any = metric_of(item.metric) if item.metric else None
    return {
        "place": f"{section.name} › {item.name}",
        _("名称"): item.name,
        _("所在部分"): section.name,
        _("分值"): "" if section.part != Part.BASE else plain(item.points),
        _("计分规则"): item.rule.text(),
        _("数据来源"): str(metric.name) if metric else source_of_rule(item.rule, counted=False),
        _("适用分组"): listed(item.groups) or _("全部"),
        _("佐证"): _("必须") if item.evidence_required else "",
        _("补充说明"): item.note,
    }
