"""What casework can count: cases answered in time, suggestions adopted. Definitions: guide/scoring.md."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.casework.models import Case, CaseKind, Task
from apps.core.access import Actor, Permission
from apps.core.metrics import (
    SQL,
    Counted,
    Metric,
    Records,
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


_OUT = (Case.State.WITHDRAWN, Case.State.MERGED)


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


def _records(cases: Any) -> Records:
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
    return _records(cases)


def adopted_records(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
    """The suggestions adopted in the period."""
    cases = Case.objects.visible_to(actor, Permission.DASHBOARD_VIEW).of_office(office)
    return _records(cases.filter(adopted_on__gte=period.start, adopted_on__lte=last_day(period, as_of)))


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
        # By the day it turned.
        rows[0].union(rows[1], all=True).order_by("red_on"),
        "casework:matter",
        Permission.CASE_VIEW,
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
)

register_all(METRICS)
