"""What casework can count: cases answered in time, suggestions adopted. Definitions: guide/scoring.md."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.casework import entered
from apps.casework.models import Case, CaseKind, Supervision, Task
from apps.casework.states import OPEN, CaseState, Step, TaskState
from apps.core.access import Actor, Permission
from apps.core.metrics import (
    SQL,
    Counted,
    Figures,
    MadeGood,
    Metric,
    Records,
    RecordsOf,
    begun,
    by_office,
    day,
    labelled,
    last_day,
    numbered,
    register_all,
)
from apps.core.periods import Period
from apps.offices.models import Office, OfficeKind

# Credited to the lead office. A case of a member who has left stays only if it was answered in time. Reopened after an
# answer that did not satisfy, it is late, and counts where it was first due.
_DUE = """(
    SELECT entry.lead_office_id AS office_id, coalesce(entry.first_due_on, entry.due_on) AS due_on,
        entry.reopened_on IS NULL AND entry.answered_on <= entry.due_on AS in_time,
        CASE WHEN member.status <> 'active' THEN member.status_since END AS left_on
    FROM casework_case entry
    JOIN offices_office lead_office ON lead_office.id = entry.lead_office_id
    LEFT JOIN members_member member ON member.id = entry.member_id
    WHERE entry.state NOT IN (%s, %s) AND lead_office.kind <> %s
        AND coalesce(entry.first_due_on, entry.due_on) BETWEEN %s AND %s
) AS due_case"""


_OUT = (CaseState.WITHDRAWN, CaseState.MERGED)


def closed_on_time(periods: Sequence[Period], as_of: dt.date) -> SQL:
    """Cases answered by their due date / cases due in the period and by today."""
    known = begun(periods, as_of)

    def due(period: Period) -> str:
        return f"due_on BETWEEN {day(period.start)} AND {day(last_day(period, as_of))}"

    def stays(period: Period) -> str:
        return f"(in_time OR left_on IS NULL OR left_on > {day(last_day(period, as_of))})"

    first = min((period.start for period in known), default=as_of)
    return by_office(
        _DUE,
        known,
        lambda period: f"count(*) FILTER (WHERE in_time AND {due(period)})",
        lambda period: f"count(*) FILTER (WHERE {due(period)} AND {stays(period)})",
        params=(*_OUT, OfficeKind.DEPARTMENT, first, as_of),
    )


def suggestions_adopted(periods: Sequence[Period], as_of: dt.date) -> SQL:
    """Suggestions adopted with a document, by the date of adoption, of the office that entered them."""
    return by_office(
        "(SELECT office_id, adopted_on FROM casework_case WHERE adopted_on IS NOT NULL) AS adopted",
        begun(periods, as_of),
        lambda period: (
            f"count(*) FILTER (WHERE adopted_on BETWEEN {day(period.start)} AND {day(last_day(period, as_of))})"
        ),
    )


def _records(cases: Any, *steps: Step) -> Records:
    return Records(
        (_("事项编号"), _("登记机构"), _("主办机构"), _("类型"), _("办理期限"), _("答复日期")),
        cases.order_by("due_on", "pk").values_list(
            numbered("S", "pk", 7),
            "office__name",
            "lead_office__name",
            labelled("kind", CaseKind.choices),
            "due_on",
            "answered_on",
            "public_id",
        ),
        entered.cases_with(*steps),
        "casework:case",
        Permission.CASE_VIEW,
    )


def due_records(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
    """The cases due in the period that the office or one below it leads."""
    led = Q(lead_office__path__gte=office.range.low, lead_office__path__lt=office.range.high)
    cases = (
        Case.objects.visible_to(actor, Permission.DASHBOARD_VIEW)
        .alias(counted_on=Coalesce("first_due_on", "due_on"))
        .filter(led, counted_on__gte=period.start, counted_on__lte=last_day(period, as_of))
        .exclude(state__in=_OUT)
        .exclude(lead_office__kind=OfficeKind.DEPARTMENT)
    )
    return _records(cases, Step.ANSWER)


def adopted_records(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
    """The suggestions adopted in the period."""
    cases = Case.objects.visible_to(actor, Permission.DASHBOARD_VIEW).of_office(office)
    return _records(
        cases.filter(adopted_on__gte=period.start, adopted_on__lte=last_day(period, as_of)), Step.ADOPT
    )


# Twin of `red_records` for cases.
_RED = """(
    SELECT entry.lead_office_id AS office_id, entry.red_on FROM casework_case entry
    JOIN offices_office lead_office ON lead_office.id = entry.lead_office_id
    WHERE entry.red_on BETWEEN %s AND %s AND entry.state NOT IN (%s, %s) AND lead_office.kind <> %s
    UNION ALL
    SELECT task.lead_office_id, task.red_on FROM casework_task task
    JOIN offices_office lead_office ON lead_office.id = task.lead_office_id
    WHERE task.red_on BETWEEN %s AND %s AND task.state <> %s AND lead_office.kind <> %s
) AS red"""


def turned_red(periods: Sequence[Period], as_of: dt.date) -> SQL:
    """Cases and tasks that turned red in the period, once each, of the office that leads them."""
    known = begun(periods, as_of)
    first = min((period.start for period in known), default=as_of)
    department = OfficeKind.DEPARTMENT
    return by_office(
        _RED,
        known,
        lambda period: (
            f"count(*) FILTER (WHERE red_on BETWEEN {day(period.start)} AND {day(last_day(period, as_of))})"
        ),
        params=(first, as_of, *_OUT, department, first, as_of, Task.State.CANCELLED, department),
    )


def red_records(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
    """The cases and tasks that turned red in the period."""
    led = Q(lead_office__path__gte=office.range.low, lead_office__path__lt=office.range.high)
    cases = (
        Case.objects.visible_to(actor, Permission.DASHBOARD_VIEW)
        .filter(led, red_on__gte=period.start, red_on__lte=last_day(period, as_of))
        .exclude(state__in=_OUT)
        .exclude(lead_office__kind=OfficeKind.DEPARTMENT)
    )
    tasks = (
        Task.objects.visible_to(actor, Permission.DASHBOARD_VIEW)
        .filter(led, red_on__gte=period.start, red_on__lte=last_day(period, as_of))
        .exclude(state=Task.State.CANCELLED)
        .exclude(lead_office__kind=OfficeKind.DEPARTMENT)
    )
    return _matters(cases, tasks)


def _matters(cases: Any, tasks: Any) -> Records:
    """Cases and tasks in one list, by the day they turned red, the others behind them."""
    rows = [
        found.order_by().values_list(
            numbered(letter, "pk", digits),
            "office__name",
            "lead_office__name",
            "due_on",
            "red_on",
            "public_id",
        )
        for letter, digits, found in (("S", 7, cases), ("R", 6, tasks))
    ]
    return Records(
        (_("编号"), _("登记或交办机构"), _("主办机构"), _("办理期限"), _("转红日期")),
        rows[0].union(rows[1], all=True).order_by("red_on", "due_on"),
        entered.matters,
        "casework:matter",
        Permission.CASE_VIEW,
    )


# Lights ---------------------------------------------------------------------------------------------------------------

# What is owed an answer and from when to when, of the office that leads it, departments included: not for scores but
# for those who look after it. A reopened case counts as never answered. Twin of `owed_records`.
_OWED = """(
    SELECT entry.lead_office_id AS office_id, entry.opened_on AS since,
        CASE WHEN entry.state = ANY(%s) THEN DATE 'infinity' ELSE entry.answered_on END AS until,
        entry.yellow_on, entry.red_on
    FROM casework_case entry LEFT JOIN members_member member ON member.id = entry.member_id
    WHERE entry.state <> ALL(%s) AND (member.id IS NULL OR member.status <> 'withdrawn')
    UNION ALL
    SELECT task.lead_office_id, task.assigned_on,
        CASE WHEN task.state = %s THEN DATE 'infinity' ELSE task.answered_on END,
        task.yellow_on, task.red_on
    FROM casework_task task WHERE task.state <> %s
) AS owed"""
_RUNNING_LETTERS = """(
    SELECT office_id, issued_on AS since, coalesce(signed_off_on, DATE 'infinity') AS until FROM casework_supervision
) AS letter"""


def _standing(source: str, light: str, params: tuple[Any, ...]) -> Figures:
    """How many stood so on the period's last day (today, in a period under way). `light` says of {day} what it is."""

    def figures(periods: Sequence[Period], as_of: dt.date) -> SQL:
        def shines(period: Period) -> str:
            last = day(last_day(period, as_of))
            return f"count(*) FILTER (WHERE since <= {last} AND until > {last}{light.format(day=last)})"

        return by_office(source, begun(periods, as_of), shines, params=params)

    return figures


def _owed(light: str) -> Figures:
    states = [str(state) for state in sorted(OPEN)], [str(state) for state in _OUT]
    return _standing(_OWED, light, (*states, TaskState.ASSIGNED, TaskState.CANCELLED))


def _owed_on(rows: Any, since: str, still_open: Any, led: Q, last: dt.date) -> Any:
    answered_later = Q(answered_on__gt=last) & ~Q(state__in=[*_OUT, TaskState.CANCELLED])
    return rows.filter(led, Q(state__in=still_open) | answered_later, **{f"{since}__lte": last})


def owed_records(light: Callable[[dt.date], Q]) -> RecordsOf:
    """The cases and tasks that stood so on the period's last day."""

    def records(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
        last = last_day(period, as_of)
        led = Q(lead_office__path__gte=office.range.low, lead_office__path__lt=office.range.high) & light(
            last
        )
        cases = Case.objects.visible_to(actor, Permission.DASHBOARD_VIEW).exclude(member__status="withdrawn")
        tasks = Task.objects.visible_to(actor, Permission.DASHBOARD_VIEW)
        return _matters(
            _owed_on(cases, "opened_on", OPEN, led, last),
            _owed_on(tasks, "assigned_on", [TaskState.ASSIGNED], led, last),
        )

    return records


def letter_records(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
    """The letters that were running on the period's last day."""
    last = last_day(period, as_of)
    letters = (
        Supervision.objects.visible_to(actor, Permission.DASHBOARD_VIEW)
        .of_office(office)
        .filter(Q(signed_off_on=None) | Q(signed_off_on__gt=last), issued_on__lte=last)
        .order_by("due_on", "pk")
    )
    return Records(
        (_("督办单"), _("机构"), _("督办日期"), _("反馈期限"), _("反馈日期")),
        letters.values_list(
            numbered("D", "pk", 5),
            "office__name",
            "issued_on",
            "due_on",
            "answered_on",
            Coalesce("case__public_id", "task__public_id"),
        ),
        entered.matters,
        "casework:matter",
        Permission.CASE_VIEW,
    )


def _light(code: str, name: Any, definition: Any, figures: Figures, records: RecordsOf) -> Metric:
    return Metric(
        code=code,
        name=name,
        definition=definition,
        counts=Counted.CASES,
        has_denominator=False,
        unit=_("件"),
        figures=figures,
        records=records,
        scorable=False,
    )


LIGHTS = (
    _light(
        "cases.open",
        _("未答复事项和任务"),
        _(
            "期末日（本期未结束的为今日）尚未答复的诉求建议和交办任务，归主办机构，含部门主办的；撤回、并案、取消的不计。只作背景，不计分。"
        ),
        _owed(""),
        owed_records(lambda last: Q()),
    ),
    _light(
        "cases.yellow",
        _("黄灯（即将到期）"),
        _("期末日尚未答复、已亮黄灯（期限前三个工作日起）而未转红的事项和任务。只作背景，不计分。"),
        _owed(" AND yellow_on <= {day} AND (red_on IS NULL OR red_on > {day})"),
        owed_records(lambda last: Q(yellow_on__lte=last) & (Q(red_on=None) | Q(red_on__gt=last))),
    ),
    _light(
        "cases.red",
        _("红灯（已逾期）"),
        _("期末日尚未答复、已亮红灯的事项和任务。与“督办红灯”不同：答复后即不再计入。只作背景，不计分。"),
        _owed(" AND red_on <= {day}"),
        owed_records(lambda last: Q(red_on__lte=last)),
    ),
    _light(
        "supervision.running",
        _("督办中"),
        _("期末日尚未销号的督办单，归被督办的机构。只作背景，不计分。"),
        _standing(_RUNNING_LETTERS, "", ()),
        letter_records,
    ),
)


METRICS = (
    Metric(
        code="cases.closed_on_time",
        name=_("诉求建议按期办结率"),
        definition=_(
            "办理期限内已答复的事项数 ÷ 期限落在本期（且已到期）的事项数，归主办机构；由部门主办的不计入县乡；撤回的不计；成员已退出的，未按期答复的不计。"
        ),
        counts=Counted.CASES,
        figures=closed_on_time,
        records=due_records,
        made_good=MadeGood.NEVER,
    ),
    Metric(
        code="cases.suggestions_adopted",
        name=_("建言献策采纳"),
        definition=_("本期内被采纳且有采纳依据的建议数，按采纳日期，归登记机构。"),
        counts=Counted.CASES,
        has_denominator=False,
        unit=_("件"),
        figures=suggestions_adopted,
        records=adopted_records,
    ),
    Metric(
        code="supervision.red",
        name=_("督办红灯"),
        definition=_(
            "本期内转为红灯（期限后第一个工作日仍未答复）的事项和任务数，各计一次，归主办机构；到期前已批准延期的按延长后的期限；等待提出人的时间不计；由部门主办的、撤回和并案的不计。"
        ),
        counts=Counted.CASES,
        has_denominator=False,
        unit=_("件"),
        figures=turned_red,
        records=red_records,
    ),
    *LIGHTS,
)

register_all(METRICS)
