"""What the registry can count about *offices*: towns that have organizations. It counts no members."""

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

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
    register_all,
)
from apps.core.periods import Period
from apps.members.models import ASSOCIATION_KINDS, Organization, OrganizationKind
from apps.members.versions import events_of
from apps.offices.entered import ENTERED, Entries, first_written
from apps.offices.models import Office, OfficeKind

COVERED_KINDS = (OfficeKind.TOWN, OfficeKind.SUBDISTRICT)

_TOWNS = """(
    SELECT town.id AS office_id, town.takes_part_from, coalesce(town.takes_part_until, 'infinity') AS takes_part_until,
        (
            SELECT max(coalesce(organization.ended_on, 'infinity')) FROM members_organization organization
            WHERE organization.office_id = town.id AND organization.kind = ANY(%s)
        ) AS has_one_until
    FROM offices_office town
    WHERE town.kind = ANY(%s) AND town.takes_part_from IS NOT NULL
) AS town"""


def town_coverage(periods: Sequence[Period], as_of: dt.date) -> SQL:
    """Towns with a branch, chamber or association on the last day / towns that take part on that day."""

    def takes_part(period: Period) -> str:
        return f"{day(last_day(period, as_of))} BETWEEN takes_part_from AND takes_part_until"

    return by_office(
        _TOWNS,
        begun(periods, as_of),
        lambda period: (
            f"count(*) FILTER (WHERE {takes_part(period)} AND has_one_until > {day(last_day(period, as_of))})"
        ),
        lambda period: f"count(*) FILTER (WHERE {takes_part(period)})",
        params=([str(kind) for kind in ASSOCIATION_KINDS], [str(kind) for kind in COVERED_KINDS]),
    )


def organization_records(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
    """The organizations that are there on the last day."""
    rows = (
        Organization.objects.visible_to(actor, Permission.DASHBOARD_VIEW)
        .of_office(office)
        .filter(office__kind__in=COVERED_KINDS, kind__in=ASSOCIATION_KINDS)
        .exclude(ended_on__lte=last_day(period, as_of))
        .order_by("office_path", "pk")
    )
    kind = labelled("kind", OrganizationKind.choices)
    return Records(
        (_("机构"), _("团体"), _("类型")),
        rows.values_list("office__name", "name", kind, "public_id"),
        _entered,
    )


def _entered(keys: Collection[UUID]) -> Entries:
    events = events_of(Organization).filter(pgh_obj__public_id__in=keys, pgh_label="insert")
    return first_written(events, ENTERED)


TOWN_COVERAGE = Metric(
    code="organizations.town_coverage",
    name=_("统战组织乡镇覆盖率"),
    definition=_(
        "期末日有民主党派基层组织、商会、联谊会、专业协会或智库的乡镇、街道数 ÷ 参加统计的乡镇、街道数。企业不计。"
    ),
    counts=Counted.ORGANIZATIONS,
    figures=town_coverage,
    records=organization_records,
)


METRICS = (TOWN_COVERAGE,)

register_all(METRICS)
