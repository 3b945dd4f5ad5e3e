"""What activities can count: meetings, the year's plan, venues, communities reached. Definitions: guide/scoring.md."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from apps.activities import entered
from apps.activities.models import Activity, ActivityKind, Venue
from apps.core.access import Actor, Permission
from apps.core.metrics import (
    NOTHING,
    SQL,
    Counted,
    Figures,
    Metric,
    Records,
    RecordsOf,
    begun,
    by_office,
    day,
    labelled,
    last_day,
    register_all,
)
from apps.core.periods import Period, PeriodKind
from apps.offices.models import Office, OfficeKind

YEARLY = frozenset({PeriodKind.YEAR})
MEETINGS = (ActivityKind.PLENARY, ActivityKind.TOPICAL)
# What stands in the plan by this day (month, day) is the year's plan.
PLANNED_BY = (3, 31)
# An office that plans less still owes as many.
LEAST_PLANNED = 4
PLANNING_KINDS = (OfficeKind.COUNTY, OfficeKind.TOWN, OfficeKind.SUBDISTRICT, OfficeKind.ZONE)
ACTIVE_VENUE_ACTIVITIES = 4
OPEN_MONTHS = 6


def _held_in(period: Period, as_of: dt.date) -> str:
    return f"held_on BETWEEN {day(period.start)} AND {day(last_day(period, as_of))}"


def meetings_held(kind: ActivityKind) -> Figures:
    """Meetings of the kind held by the office itself, with minutes."""

    def figures(periods: Sequence[Period], as_of: dt.date) -> SQL:
        return by_office(
            "(SELECT office_id, held_on FROM activities_activity"
            " WHERE state = 'held' AND has_minutes AND kind = %s) AS meeting",
            begun(periods, as_of),
            lambda period: f"count(*) FILTER (WHERE {_held_in(period, as_of)})",
            params=(str(kind),),
        )

    return figures


def plan_done(periods: Sequence[Period], as_of: dt.date) -> SQL:
    """Planned by 31 March and held / max(planned, 4). A cancelled one stays in, and counts as held by what replaces it."""
    years = [period for period in begun(periods, as_of) if period.kind == PeriodKind.YEAR]
    if not years:
        return NOTHING
    year = years[0]
    today = day(last_day(year, as_of))
    source = f"""(
        SELECT office.id AS office_id, count(plan.id) AS planned,
            count(plan.id) FILTER (WHERE CASE plan.state
                WHEN 'held' THEN plan.held_on <= {today} ELSE instead.held_on <= {today} END) AS held,
            CASE WHEN office.kind = ANY(%s) AND office.takes_part_from <= {day(last_day(year, as_of))}
                    AND coalesce(office.takes_part_until, 'infinity') >= {day(last_day(year, as_of))}
                THEN {LEAST_PLANNED} ELSE 0 END AS least
        FROM offices_office office
        LEFT JOIN activities_activity plan ON plan.office_id = office.id AND plan.kind <> ALL(%s)
            AND plan.replaces_id IS NULL
            AND plan.planned_for BETWEEN {day(year.start)} AND {day(year.end)}
            AND plan.planned_on <= {day(dt.date(year.year, *PLANNED_BY))}
        LEFT JOIN activities_activity instead ON instead.replaces_id = plan.id AND instead.state = 'held'
            AND instead.held_on <= {day(year.end)}
        GROUP BY office.id
    ) AS plan"""  # noqa: S608 - days and numbers of our own
    return by_office(
        source,
        [year],
        lambda period: "sum(held)",
        lambda period: "sum(greatest(planned, least))",
        params=([str(kind) for kind in PLANNING_KINDS], [str(kind) for kind in MEETINGS]),
    )


def venues_active(periods: Sequence[Period], as_of: dt.date) -> SQL:
    """Venues with at least 4 activities held (pro rata of the months open) / venues open at least 6 months."""
    years = [period for period in begun(periods, as_of) if period.kind == PeriodKind.YEAR]
    if not years:
        return NOTHING
    year = years[0]
    source = f"""(
        SELECT venue.office_id, span.days,
            (
                SELECT count(*) FROM activities_activity activity
                WHERE activity.venue_id = venue.id AND activity.state = 'held' AND activity.{_held_in(year, as_of)}
            ) AS held
        FROM activities_venue venue
        CROSS JOIN LATERAL (
            SELECT least(coalesce(venue.closed_on, DATE 'infinity'), {day(year.end)})
                - greatest(venue.opened_on, {day(year.start)}) + 1 AS days
        ) AS span
    ) AS venue"""  # noqa: S608 - days of our own
    # Half a year in days, and the pro rata number rounded up.
    long_enough = f"days >= {year.days * OPEN_MONTHS // 12}"
    enough = f"held >= ceil({ACTIVE_VENUE_ACTIVITIES}.0 * days / {year.days})"
    return by_office(
        source,
        [year],
        lambda period: f"count(*) FILTER (WHERE {long_enough} AND {enough})",
        lambda period: f"count(*) FILTER (WHERE {long_enough})",
    )


def community_coverage(periods: Sequence[Period], as_of: dt.date) -> SQL:
    """Communities reached by publicity / communities that take part. Counted for the town above the community."""
    known = begun(periods, as_of)
    reached = ", ".join(
        f"bool_or({_held_in(period, as_of)}) AS reached_{number}" for number, period in enumerate(known)
    )
    if not known:
        return NOTHING
    source = f"""(
        SELECT parent.id AS office_id, community.takes_part_from,
            coalesce(community.takes_part_until, DATE 'infinity') AS takes_part_until, seen.*
        FROM offices_office community
        JOIN offices_office parent ON parent.path = left(community.path, -{Office.steplen})
        CROSS JOIN LATERAL (
            SELECT {reached}
            FROM activities_activity_communities link
            JOIN activities_activity activity ON activity.id = link.activity_id
            WHERE link.office_id = community.id AND activity.state = 'held' AND activity.kind = %s
        ) AS seen
        WHERE community.kind = %s AND community.takes_part_from IS NOT NULL
    ) AS community"""  # noqa: S608 - days of our own
    number = {period: index for index, period in enumerate(known)}

    def takes_part(period: Period) -> str:
        return f"{day(last_day(period, as_of))} BETWEEN takes_part_from AND takes_part_until"

    return by_office(
        source,
        known,
        lambda period: f"count(*) FILTER (WHERE reached_{number[period]} AND {takes_part(period)})",
        lambda period: f"count(*) FILTER (WHERE {takes_part(period)})",
        params=(str(ActivityKind.PUBLICITY), str(OfficeKind.COMMUNITY)),
    )


def held(periods: Sequence[Period], as_of: dt.date) -> SQL:
    """Activities held, meetings left out."""
    return by_office(
        "(SELECT office_id, held_on FROM activities_activity"
        " WHERE state = 'held' AND kind <> ALL(%s)) AS activity",
        begun(periods, as_of),
        lambda period: f"count(*) FILTER (WHERE {_held_in(period, as_of)})",
        params=([str(kind) for kind in MEETINGS],),
    )


def ahead(periods: Sequence[Period], as_of: dt.date) -> SQL:
    """Activities planned for a day of the period and not held yet; periods still to come have them too."""
    return by_office(
        "(SELECT office_id, planned_for FROM activities_activity"
        " WHERE state = 'planned' AND kind <> ALL(%s)) AS activity",
        periods,
        lambda period: (
            f"count(*) FILTER (WHERE planned_for BETWEEN {day(period.start)} AND {day(period.end)})"
        ),
        params=([str(kind) for kind in MEETINGS],),
    )


# Records ------------------------------------------------------------------------------------------------------------


def activity_records(condition: Q, *, own: bool = False, planned: bool = False) -> RecordsOf:
    """Activities of the office (or of its own alone) that the condition holds for, by the day held or planned."""
    field = "planned_for" if planned else "held_on"

    def records(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
        rows: Any = Activity.objects.visible_to(actor, Permission.DASHBOARD_VIEW).of_office(office)
        if own:
            rows = rows.filter(office=office)
        last = period.end if planned else last_day(period, as_of)
        rows = rows.filter(condition, **{f"{field}__range": (period.start, last)}).order_by(field, "pk")
        return Records(
            (_("机构"), _("名称"), _("类型"), _("计划日期"), _("状态"), _("举办日期")),
            rows.values_list(
                "office__name",
                "title",
                labelled("kind", ActivityKind.choices),
                "planned_for",
                labelled("state", Activity.State.choices),
                "held_on",
                "public_id",
            ),
            entered.activities,
            "activities:activity",
            Permission.ACTIVITY_VIEW,
        )

    return records


def plan_records(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
    """The year's plan: what stood in it by 31 March."""
    by = dt.date(period.year, *PLANNED_BY)
    condition = Q(planned_on__lte=by) & ~Q(kind__in=MEETINGS)
    return activity_records(condition, planned=True)(actor, office, period, as_of)


def venue_records(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
    """The venues of the office with how many activities each held in the period."""
    held = Count(
        "activity",
        filter=Q(
            activity__state=Activity.State.HELD,
            activity__held_on__range=(period.start, last_day(period, as_of)),
        ),
    )
    rows = Venue.objects.visible_to(actor, Permission.DASHBOARD_VIEW).of_office(office)
    rows = rows.filter(opened_on__lte=period.end).exclude(closed_on__lt=period.start)
    return Records(
        (_("机构"), _("阵地"), _("启用日期"), _("停用日期"), _("本期活动次数")),
        rows.annotate(held=held)
        .order_by("office_path", "pk")
        .values_list("office__name", "name", "opened_on", "closed_on", "held", "public_id"),
        entered.venues,
    )


HELD = Q(state=Activity.State.HELD)

METRICS = (
    Metric(
        code="meetings.plenary",
        name=_("统战工作领导小组全体会议"),
        definition=_("本级召开且有纪要的领导小组全体会议次数，不含下级召开的。"),
        counts=Counted.MEETINGS,
        has_denominator=False,
        unit=_("次"),
        figures=meetings_held(ActivityKind.PLENARY),
        records=activity_records(HELD & Q(kind=ActivityKind.PLENARY, has_minutes=True), own=True),
        owed=True,
        adds_up=False,
    ),
    Metric(
        code="meetings.topical",
        name=_("专题会议"),
        definition=_("本级召开且有纪要的专题会议次数，不含下级召开的。"),
        counts=Counted.MEETINGS,
        has_denominator=False,
        unit=_("次"),
        figures=meetings_held(ActivityKind.TOPICAL),
        records=activity_records(HELD & Q(kind=ActivityKind.TOPICAL, has_minutes=True), own=True),
        owed=True,
        adds_up=False,
    ),
    Metric(
        code="activities.plan_done",
        name=_("年度活动计划完成率"),
        definition=_(
            "3月31日前列入年度计划且已举办的活动数 ÷ 列入计划的活动数（每个单位不足4个的按4个计）。取消的仍计入计划，由替代活动补办的算完成；会议不计。"
        ),
        counts=Counted.ACTIVITIES,
        period_kinds=YEARLY,
        figures=plan_done,
        records=plan_records,
        owed=True,
    ),
    Metric(
        code="venues.active",
        name=_("阵地年活动4次以上比例"),
        definition=_(
            "全年举办活动4次以上（启用不足一年的按天数折算，向上取整）的阵地数 ÷ 本年启用满6个月的阵地数。"
        ),
        counts=Counted.VENUES,
        period_kinds=YEARLY,
        figures=venues_active,
        records=venue_records,
        owed=True,
    ),
    Metric(
        code="activities.community_coverage",
        name=_("宣讲覆盖城乡社区比例"),
        definition=_("本期内开展过宣讲的村社区数 ÷ 参加统计的村社区数。没有村社区名单的为缺数据。"),
        counts=Counted.ACTIVITIES,
        figures=community_coverage,
        records=activity_records(HELD & Q(kind=ActivityKind.PUBLICITY)),
        needs_list=True,
    ),
    Metric(
        code="activities.held",
        name=_("已举办活动"),
        definition=_("本期内举办的活动次数，按举办日期；会议不计。只作背景，不计分。"),
        counts=Counted.ACTIVITIES,
        has_denominator=False,
        unit=_("次"),
        figures=held,
        records=activity_records(HELD & ~Q(kind__in=MEETINGS)),
        scorable=False,
    ),
    Metric(
        code="activities.ahead",
        name=_("待举办活动"),
        definition=_(
            "计划日期在本期内、尚未举办也未取消的活动；计划日期已过仍未登记的也在内。会议不计。只作背景，不计分。"
        ),
        counts=Counted.ACTIVITIES,
        has_denominator=False,
        unit=_("次"),
        figures=ahead,
        records=activity_records(Q(state=Activity.State.PLANNED) & ~Q(kind__in=MEETINGS), planned=True),
        scorable=False,
    ),
)

register_all(METRICS)
