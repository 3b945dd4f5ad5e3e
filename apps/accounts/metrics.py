"""What accounts can count: whether the towns have a serving cadre."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import Grant
from apps.accounts.roles import RoleName
from apps.core.access import Actor, Permission, within
from apps.core.metrics import NOTHING, SQL, Counted, MadeGood, Metric, Records, day, register_all
from apps.core.periods import Period
from apps.offices.entered import Entries, after_closing, entries
from apps.offices.models import Office, OfficeKind

# A vacancy of at most so many days is not counted against the office.
SHORT_VACANCY_DAYS = 60
STAFFED_KINDS = (OfficeKind.TOWN, OfficeKind.SUBDISTRICT)
# A town's 统战委员 holds the leader's role there.
SERVING = (RoleName.CADRE, RoleName.LEADER)


def _month_ends(periods: Sequence[Period], as_of: dt.date) -> list[tuple[str, dt.date]]:
    """The month-ends of each period that have come, with the period's code."""
    return [(period.code, month.end) for period in periods for month in period.months() if month.end <= as_of]


def staffed(periods: Sequence[Period], as_of: dt.date) -> SQL:
    """Month-ends with somebody serving, or within a short vacancy / month-ends, of towns that take part."""
    ends = _month_ends(periods, as_of)
    if not ends:
        return NOTHING
    wanted = ", ".join(f"('{code}', {day(end)})" for code, end in ends)
    text = f"""
        SELECT wanted.period, town.id, count(*) FILTER (WHERE
            serving.now OR coalesce(serving.next_from, {day(as_of)} + 1)
                - coalesce(serving.last_until, town.takes_part_from - 1) - 1 <= {SHORT_VACANCY_DAYS}
        ), count(*)
        FROM offices_office town
        JOIN (VALUES {wanted}) AS wanted(period, month_end)
            ON town.takes_part_from <= wanted.month_end
            AND (town.takes_part_until IS NULL OR town.takes_part_until >= wanted.month_end)
        CROSS JOIN LATERAL (
            SELECT bool_or(starts_on <= month_end AND (ends_on IS NULL OR ends_on >= month_end)) AS now,
                max(ends_on) FILTER (WHERE ends_on < month_end) AS last_until,
                min(starts_on) FILTER (WHERE starts_on > month_end) AS next_from
            FROM accounts_grant
            WHERE office_id = town.id AND role = ANY(%s)
        ) AS serving
        WHERE town.kind = ANY(%s)
        GROUP BY wanted.period, town.id
    """  # noqa: S608 - codes and days are made from dates
    return SQL(text, (list(SERVING), list(STAFFED_KINDS)))


def staffed_records(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
    """Who served where and from when to when, during the period."""
    grants = (
        Grant.objects.filter(
            within(actor.office_ranges(Permission.OFFICE_VIEW), "office__path"),
            within([office.range], "office__path"),
            office__kind__in=STAFFED_KINDS,
            role__in=SERVING,
            starts_on__lte=period.end,
        )
        .exclude(ends_on__lt=period.start)
        .order_by("office__path", "starts_on")
        .values_list("office__name", "user__name", "starts_on", "ends_on", "pk")
    )
    return Records((_("机构"), _("干部"), _("起"), _("止")), grants, _granted)


def _granted(keys: Collection[int]) -> Entries:
    return entries(
        Grant.objects.filter(pk__in=keys),
        pgettext_lazy("deed", "授权"),
        key="pk",
        by="granted_by__name",
        at="granted_at",
        late=after_closing("starts_on", "granted_at", "office__path"),
    )


STAFFED = Metric(
    code="offices.staffed",
    name=_("乡镇（街道）统战干部配备率"),
    definition=_(
        "各月末有在任统战委员或统战干部（含代管）的乡镇、街道数之和 ÷ 各月末参加统计的乡镇、街道数之和。空缺不超过60天的，该月末仍算配备。"
    ),
    counts=Counted.STAFFING,
    figures=staffed,
    records=staffed_records,
    made_good=MadeGood.NEVER,
)


METRICS = (STAFFED,)

register_all(METRICS)
