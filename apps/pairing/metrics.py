"""What pairing can count: pairs, duties met, contacts. Definitions: guide/scoring.md.

A member who leaves (withdraws, asks for less contact or for another cadre, dies, moves) takes with them only what is
unmet: what was done stays on both sides of the fraction, so no office loses by it.
"""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from apps.core.metrics import (
    SQL,
    Counted,
    Figures,
    MadeGood,
    Metric,
    begun,
    by_office,
    day,
    last_day,
    register_all,
)
from apps.core.periods import Period, PeriodKind
from apps.pairing import behind
from apps.pairing.behind import FIRST_CONTACT_DAYS
from apps.pairing.models import DutyKind
from apps.pairing.progress import MEMBER_LEFT

# A consent for pairing must be this old before it counts: December's registrations drop out of the year.
SETTLING_DAYS = 30
FROM_QUARTERS = frozenset({PeriodKind.YEAR, PeriodKind.HALF, PeriodKind.QUARTER})


# Coverage -----------------------------------------------------------------------------------------------------------

# One row per member who ever agreed to be paired; `left_on`: the day from which they are gone or want less contact.
_AGREED = """
    SELECT member.id, member.office_id, consent.given_on,
        least(
            CASE WHEN member.status <> 'active' THEN member.status_since END,
            CASE WHEN member.contact_preference <> 'normal'
                THEN coalesce(member.contact_preference_since, DATE '-infinity') END,
            consent.withdrawn_on
        ) AS left_on
    FROM members_member member
    JOIN (
        SELECT member_id, min(given_on) AS given_on,
            CASE WHEN bool_and(withdrawn_on IS NOT NULL) THEN max(withdrawn_on) END AS withdrawn_on
        FROM members_consent
        WHERE 'pairing' = ANY(purposes)
        GROUP BY member_id
    ) consent ON consent.member_id = member.id
    WHERE member.status <> 'pending'
"""

# Rows of (office, kind of row): every member who could be paired, and every pair. See `coverage`.
_COVERAGE = f"""(
    SELECT agreed.office_id, true AS is_member, agreed.given_on, agreed.left_on,
        NULL::date AS started_on, NULL::date AS until, false AS gone, NULL::date AS next_on
    FROM ({_AGREED}) agreed
    UNION ALL
    SELECT agreed.office_id, false, agreed.given_on, agreed.left_on,
        pair.started_on, coalesce(pair.ended_on, DATE 'infinity'), pair.end_reason = ANY(%s),
        CASE WHEN pair.end_reason = ANY(%s) THEN (
            SELECT min(later.started_on) FROM pairing_pairing later
            WHERE later.member_id = pair.member_id AND later.started_on > pair.started_on
        ) END
    FROM pairing_pairing pair
    JOIN ({_AGREED}) agreed ON agreed.id = pair.member_id
) AS coverage"""  # noqa: S608 - no outside text


def coverage(periods: Sequence[Period], as_of: dt.date) -> SQL:
    """Members with a pair on the last day / members who agreed to be paired at least 30 days before."""
    reasons = sorted(MEMBER_LEFT)

    def settled(period: Period) -> str:
        return f"given_on <= {day(last_day(period, as_of) - dt.timedelta(days=SETTLING_DAYS))}"

    def could(period: Period) -> str:
        """A member who on the last day is there and wants contact, paired or not."""
        return f"(left_on IS NULL OR left_on > {day(last_day(period, as_of))})"

    def paired(period: Period) -> str:
        """A pair that lives on the last day, or that its member left during the year (and has no new one)."""
        # The year and not the period: scores are yearly, and what leaves in March must not lower September either.
        first, last = day(dt.date(period.year, 1, 1)), day(last_day(period, as_of))
        return (
            f"NOT is_member AND {settled(period)} AND started_on <= {last}"
            f" AND (left_on IS NULL OR left_on >= {first})"
            f" AND (until >= {last} OR (gone AND until >= {first} AND (next_on IS NULL OR next_on > {last})))"
        )

    def counted(period: Period) -> str:
        """Who could be paired, and beside them who left while paired: these stay on both sides."""
        could_be = f"is_member AND {settled(period)} AND {could(period)}"
        return f"count(*) FILTER (WHERE ({could_be}) OR ({paired(period)} AND NOT {could(period)}))"

    return by_office(
        _COVERAGE,
        begun(periods, as_of),
        lambda period: f"count(*) FILTER (WHERE {paired(period)})",
        counted,
        params=(reasons, reasons),
    )


# Duties and quarters, from the rows kept for every pair and year -------------------------------------------------


def _year(periods: Sequence[Period]) -> int:
    return periods[0].year if periods else 0


def _kept(year: int, *columns: tuple[str, int]) -> str:
    """The kept years' arrays added up per office, element by element: `done` of 12 gives done_1 … done_12.

    Added up before the periods are made of them: each row's arrays are read once and not once per period.
    """
    sums = ", ".join(
        f"sum({column}[{index}]) AS {column}_{index}"
        for column, length in columns
        for index in range(1, length + 1)
    )
    return f"(SELECT office_id, {sums} FROM pairing_pairingyear WHERE year = {int(year)} GROUP BY office_id) AS kept"  # noqa: S608


def _added(column: str, parts: Sequence[Period]) -> str:
    return "sum(" + " + ".join(f"{column}_{part.index}" for part in parts) + ")"


def duties(periods: Sequence[Period], as_of: dt.date) -> SQL:
    """Σ min(done, due) / Σ due over pair × duty × period, where the duty's own period ends."""
    return by_office(
        _kept(_year(periods), ("done", 12), ("due", 12)),
        begun(periods, as_of),
        lambda period: _added("done", period.months()),
        lambda period: _added("due", period.months()),
    )


def _duties_of(kind: DutyKind) -> Figures:
    """The same of one kind of duty."""
    first = 4 * DutyKind.values.index(kind)

    def figures(periods: Sequence[Period], as_of: dt.date) -> SQL:
        def added(column: str, period: Period) -> str:
            quarters = period.parts(PeriodKind.QUARTER)
            return "sum(" + " + ".join(f"{column}[{first + quarter.index}]" for quarter in quarters) + ")"

        return by_office(
            f"(SELECT office_id, kinds_done, kinds_due FROM pairing_pairingyear WHERE year = {_year(periods)}) AS kept",  # noqa: S608
            begun(periods, as_of),
            lambda period: added("kinds_done", period),
            lambda period: added("kinds_due", period),
        )

    return figures


def contacted(periods: Sequence[Period], as_of: dt.date) -> SQL:
    """Pair-quarters with a two-way contact / pair-quarters of at least 45 days."""
    return by_office(
        _kept(_year(periods), ("quarters_met", 4), ("quarters_due", 4)),
        begun(periods, as_of),
        lambda period: _added("quarters_met", period.parts(PeriodKind.QUARTER)),
        lambda period: _added("quarters_due", period.parts(PeriodKind.QUARTER)),
    )


# First contact ------------------------------------------------------------------------------------------------------

# One row per member whose first consent was recorded in time to be acted on; imports of past pairs start no clock.
_CONFIRMED = f"""(
    SELECT agreed.office_id, agreed.given_on + {FIRST_CONTACT_DAYS} AS due_on, agreed.left_on, count(visit.id) > 0 AS met
    FROM ({_AGREED}) agreed
    -- One join and not EXISTS for each member: right after a bulk load the planner would read all visits for each.
    LEFT JOIN (pairing_met met JOIN pairing_visit visit ON visit.id = met.visit_id AND visit.voided_at IS NULL)
        ON met.member_id = agreed.id
        AND visit.happened_on BETWEEN agreed.given_on AND agreed.given_on + {FIRST_CONTACT_DAYS}
    WHERE agreed.given_on + {FIRST_CONTACT_DAYS} BETWEEN %s AND %s
        AND NOT EXISTS (
            SELECT FROM pairing_pairing pair
            WHERE pair.member_id = agreed.id AND pair.started_on < agreed.given_on
        )
    GROUP BY agreed.id, agreed.office_id, agreed.given_on, agreed.left_on
) AS confirmed"""  # noqa: S608 - no outside text


def first_contact(periods: Sequence[Period], as_of: dt.date) -> SQL:
    """Members first contacted within 30 days of confirmation / confirmations whose 30th day has come."""
    known = begun(periods, as_of)

    def due(period: Period) -> str:
        return f"due_on BETWEEN {day(period.start)} AND {day(last_day(period, as_of))}"

    def stays(period: Period) -> str:
        return f"(met OR left_on IS NULL OR left_on > {day(last_day(period, as_of))})"

    first = min((period.start for period in known), default=as_of)
    last = max((last_day(period, as_of) for period in known), default=as_of)
    return by_office(
        _CONFIRMED,
        known,
        lambda period: f"count(*) FILTER (WHERE met AND {due(period)})",
        lambda period: f"count(*) FILTER (WHERE {due(period)} AND {stays(period)})",
        params=(first, last),
    )


# Visits -------------------------------------------------------------------------------------------------------------


def visits_made(periods: Sequence[Period], as_of: dt.date) -> SQL:
    """Contacts by date, of the cadre's office that day. Context only."""
    known = begun(periods, as_of)
    months = sorted({month.start: month for period in known for month in period.months()}.items())
    wanted = ", ".join(
        f"({day(month.start)}, {day(last_day(month, as_of))})"
        for _start, month in months
        if month.start <= as_of
    )
    # A range of days per month, each from the index alone (visit_counted_day): no visit's row is read.
    source = f"""(
        SELECT counted.office_id, wanted.month, counted.made
        FROM (VALUES {wanted}) AS wanted(month, until)
        CROSS JOIN LATERAL (
            SELECT office_id, count(*) AS made FROM pairing_visit
            WHERE voided_at IS NULL AND happened_on BETWEEN wanted.month AND wanted.until
            GROUP BY office_id
        ) AS counted
    ) AS monthly"""  # noqa: S608 - days of our own
    return by_office(
        source,
        known,
        lambda period: (
            f"coalesce(sum(made) FILTER (WHERE month BETWEEN {day(period.start)} AND {day(period.end)}), 0)"
        ),
    )


_BY_KIND = tuple(
    Metric(
        code=f"duties.{kind.value}",
        name=name,
        definition=_("“五个一”完成率中这一类职责的部分：已完成数 ÷ 应完成数，口径相同。只作背景，不计分。"),
        counts=Counted.DUTIES,
        period_kinds=FROM_QUARTERS,
        figures=_duties_of(kind),
        records=behind.progress_of(kind),
        deeds=behind.duty_deeds(kind),
        scorable=False,
    )
    for kind, name in (
        (DutyKind.TALK, _("谈心完成率")),
        (DutyKind.VISIT, _("走访完成率")),
        (DutyKind.ACTIVITY, _("邀请参加活动完成率")),
        (DutyKind.DEED, _("办实事完成率")),
        (DutyKind.SUGGESTION, _("听取建议完成率")),
    )
)

METRICS = (
    Metric(
        code="pairing.coverage",
        name=_("结对覆盖率"),
        definition=_(
            "期末日有结对干部的成员数 ÷ 期末日已同意结对满30天的成员数。待本人确认的不计；本年内退出、迁出、去世或要求减少联系的成员，已结对的当年仍计入两边，未结对的不计。"
        ),
        counts=Counted.PAIRS,
        figures=coverage,
        records=behind.pairs,
    ),
    Metric(
        code="duties.fulfilled",
        name=_("“五个一”完成率"),
        definition=_(
            "各结对、各职责、各周期的已完成数（不超过应完成数）之和 ÷ 应完成数之和。结对时间不足周期一半的不计应完成；超额完成不结转；成员退出或要求减少联系的，只扣除尚未完成的部分。"
        ),
        counts=Counted.DUTIES,
        period_kinds=FROM_QUARTERS,
        figures=duties,
        records=behind.progress,
        deeds=behind.duty_deeds(*DutyKind),
        made_good=MadeGood.IN_ITS_QUARTER,
    ),
    Metric(
        code="pairing.contacted_in_quarter",
        name=_("季度联系率"),
        definition=_(
            "有一次以上双向联系的结对季度数 ÷ 结对满45天的结对季度数。电话和线上联系计入，群发消息和活动签到不计。"
        ),
        counts=Counted.CONTACTS,
        period_kinds=FROM_QUARTERS,
        figures=contacted,
        records=behind.progress,
        deeds=behind.contacts,
        made_good=MadeGood.IN_ITS_QUARTER,
    ),
    Metric(
        code="pairing.first_contact_30d",
        name=_("新成员30日内首次联系率"),
        definition=_(
            "确认同意后30日内得到首次联系的成员数 ÷ 第30日落在本期内的成员数。12月确认的计入下一年；确认前已结对（补录）的不计。"
        ),
        counts=Counted.CONTACTS,
        figures=first_contact,
        records=behind.first_contacts,
        made_good=MadeGood.NEVER,
    ),
    Metric(
        code="visits.made",
        name=_("走访联系次数"),
        definition=_("按日期计的联系记录数，归干部当日所在机构。只作背景，不计分。"),
        counts=Counted.CONTACTS,
        has_denominator=False,
        unit=_("次"),
        figures=visits_made,
        records=behind.visits,
        scorable=False,
    ),
    *_BY_KIND,
)

register_all(METRICS)
