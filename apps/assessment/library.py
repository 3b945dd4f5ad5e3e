"""指标库: what each metric means, where it comes from, what it is now for the user's offices, and who scores by it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.assessment.declaring import takes_declarations
from apps.assessment.explaining import Shown, nothing_counted
from apps.assessment.models import Indicator, MetricFact, Scheme
from apps.assessment.small_numbers import offices_of_few
from apps.core.access import Actor, Permission
from apps.core.listed import listed
from apps.core.metrics import Counted, Metric, all_metrics
from apps.core.periods import Period, PeriodKind
from apps.offices.models import Office

# How many of the user's own offices stand side by side.
MOST_OFFICES = 3

# By the first word of a metric's code: which entries it is counted from.
SOURCES = {
    "accounts": _("用户授权"),
    "activities": _("活动和阵地登记"),
    "cases": _("诉求建议登记"),
    "duties": _("履行记录（走访、事项、活动自动形成）"),
    "meetings": _("会议登记（须有纪要）"),
    "offices": _("用户授权（在任统战干部）"),
    "organizations": _("团体和单位登记"),
    "pairing": _("结对和联系记录"),
    "supervision": _("事项和任务的期限"),
    "venues": _("阵地和活动登记"),
    "visits": _("联系记录"),
}
COUNTS = {
    Counted.PAIRS: _("结对"),
    Counted.CONTACTS: _("联系"),
    Counted.DUTIES: _("应履行事项"),
    Counted.CASES: _("诉求建议事项"),
    Counted.TASKS: _("任务"),
    Counted.STAFFING: _("乡镇、街道的月末在岗"),
    Counted.MEETINGS: _("会议"),
    Counted.ACTIVITIES: _("活动"),
    Counted.VENUES: _("阵地"),
    Counted.COMMUNITIES: _("村社区"),
    Counted.ORGANIZATIONS: _("有组织的乡镇、街道"),
    Counted.MATCHES: _("资源对接"),
    Counted.SERVICE_ANSWERS: _("服务评价答卷"),
}
KINDS = {
    PeriodKind.YEAR: _("年"),
    PeriodKind.HALF: _("半年"),
    PeriodKind.QUARTER: _("季"),
    PeriodKind.MONTH: _("月"),
}


@dataclass(frozen=True)
class Entry:
    """A metric with all that a reader may ask of it."""

    metric: Metric
    values: tuple[tuple[Office, Shown], ...]
    schemes: tuple[Scheme, ...]

    @property
    def is_counted(self) -> bool:
        return self.metric.figures is not None

    @property
    def source(self) -> Any:
        return SOURCES.get(self.metric.code.partition(".")[0], "")

    @property
    def counts(self) -> Any:
        return COUNTS.get(self.metric.counts, "")

    @property
    def periods(self) -> str:
        return listed(str(word) for kind, word in KINDS.items() if self.metric.supports(kind))

    def matches(self, words: str, use: str) -> bool:
        """Whether a search finds it: all words in its code, name or meaning; `use` narrows to one kind of use."""
        text = f"{self.metric.code} {self.metric.name} {self.metric.definition} {self.source}".casefold()
        wanted = {
            "scorable": self.metric.scorable,
            "context": not self.metric.scorable,
            "used": bool(self.schemes),
            "uncounted": not self.is_counted,
        }
        return all(word in text for word in words.casefold().split()) and wanted.get(use, True)


@dataclass(frozen=True)
class DeclaredEntry:
    """What no metric counts: the office declares it, somebody else reviews it, the same rule scores it."""

    name: str
    text: str
    schemes: tuple[Scheme, ...]


def library_of(actor: Actor, year: int) -> tuple[list[Entry], list[DeclaredEntry]]:
    """Every metric, and what the actor's schemes let offices declare instead. Five queries."""
    offices = own_offices(actor)
    values = _values(offices, Period(PeriodKind.YEAR, year), actor)
    indicators = _indicators(actor)
    used: dict[str, dict[int, Scheme]] = defaultdict(dict)
    for indicator in indicators:
        if indicator.metric:
            used[indicator.metric][indicator.section.scheme_id] = indicator.section.scheme
    entries = [
        Entry(metric, values[metric.code], tuple(used[metric.code].values())) for metric in all_metrics()
    ]
    return entries, _declared(indicators)


def own_offices(actor: Actor) -> list[Office]:
    """The offices at which the actor's grants stand, topmost first."""
    lows = {held.low for held in actor.office_ranges(Permission.DASHBOARD_VIEW)}
    return list(Office.objects.filter(path__in=lows)[:MOST_OFFICES])


def _values(
    offices: Sequence[Office], period: Period, actor: Actor
) -> dict[str, tuple[tuple[Office, Shown], ...]]:
    few = offices_of_few(offices, period, actor)
    rows = MetricFact.objects.filter(period=period.code, office__in=offices)
    known = {
        (metric, office): (above, below)
        for metric, office, above, below in rows.values_list(
            "metric", "office_id", "numerator", "denominator"
        )
    }
    return {
        metric.code: tuple(
            (
                office,
                Shown(
                    *known.get((metric.code, office.pk), nothing_counted(metric)),
                    metric.unit,
                    hidden=metric.about_members and office.pk in few,
                ),
            )
            for office in offices
            if metric.figures
        )
        for metric in all_metrics()
    }


def _indicators(actor: Actor) -> list[Indicator]:
    schemes = Scheme.objects.visible_to(actor, Permission.ASSESSMENT_VIEW)
    return list(
        Indicator.objects.filter(section__scheme__in=schemes)
        .select_related("section__scheme")
        .order_by("section__scheme__code", "section__position", "position")
    )


def _declared(indicators: Iterable[Indicator]) -> list[DeclaredEntry]:
    found: dict[tuple[str, str], list[Scheme]] = defaultdict(list)
    for indicator in indicators:
        if takes_declarations(indicator):
            found[indicator.name, indicator.rule.text()].append(indicator.section.scheme)
    return [DeclaredEntry(name, text, tuple(schemes)) for (name, text), schemes in found.items()]
