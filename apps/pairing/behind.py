"""What stands behind the figures of pairing: pairs, their years, duties fulfilled, contacts. By number, never by name."""

import datetime as dt
from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor, Permission
from apps.core.metrics import Records, RecordsOf, labelled, last_day, numbered
from apps.core.periods import Period, PeriodKind
from apps.members.models import Consent, Member
from apps.offices.entered import ENTERED, Entries, after_closing, entries
from apps.offices.models import Office
from apps.pairing.models import DutyEntry, DutyKind, Met, Pairing, PairingYear, Visit, VisitKind
from apps.pairing.sources import of_sources, of_visits

FIRST_CONTACT_DAYS = 30


def _of(office: Office, actor: Actor, rows: Any) -> Any:
    """Rows of the office and below that the actor may see; typed loosely, as each model has its own QuerySet."""
    return rows.visible_to(actor, Permission.DASHBOARD_VIEW).of_office(office)


def record_number(field: str = "member_id") -> Combinable:
    """编号 in SQL, the same as Member.record_number."""
    return numbered("C", field, 7)


# Pairs --------------------------------------------------------------------------------------------------------------


def pairs(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
    """The pairs that lived in the period."""
    rows = (
        _of(office, actor, Pairing.objects.all())
        .filter(started_on__lte=last_day(period, as_of))
        .exclude(ended_on__lt=period.start)
        .order_by("office_path", "member_id")
    )
    return Records(
        (_("成员编号"), _("机构"), _("干部"), _("起"), _("止")),
        rows.values_list(
            record_number(), "office__name", "cadre__name", "started_on", "ended_on", "public_id"
        ),
        _entered_pairs,
        "pairing:pair",
        Permission.PAIRING_VIEW,
    )


def _entered_pairs(keys: Collection[Any]) -> Entries:
    return entries(
        Pairing.objects.filter(public_id__in=keys),
        ENTERED,
        by="created_by__name",
        at="created_at",
        late=after_closing("started_on", "created_at"),
    )


def progress(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
    """Each pair's year: contacts, duties met and due. Sums: `duty_deeds` and `contacts` say what of."""
    rows = _years(actor, office, period)
    months = [month.index - 1 for month in period.months()]
    return _progress(rows, [f"due__{month}" for month in months], [f"done__{month}" for month in months])


def progress_of(kind: DutyKind) -> RecordsOf:
    """Each pair's year, of one kind of duty."""
    first = 4 * DutyKind.values.index(kind) - 1

    def records(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
        places = [first + quarter.index for quarter in period.parts(PeriodKind.QUARTER)]
        return _progress(
            _years(actor, office, period),
            [f"kinds_due__{place}" for place in places],
            [f"kinds_done__{place}" for place in places],
        )

    return records


def _years(actor: Actor, office: Office, period: Period) -> Any:
    rows = _of(office, actor, PairingYear.objects.filter(year=period.year))
    return rows.order_by("office_path", "pairing_id")


def _progress(rows: Any, due_in: Sequence[str], done_in: Sequence[str]) -> Records:
    """Pairs with what was due and done, added up over these places of the kept arrays."""
    due: Any = sum((F(place) for place in due_in), Value(0))
    done: Any = sum((F(place) for place in done_in), Value(0))
    return Records(
        (_("成员编号"), _("机构"), _("干部"), _("应完成"), _("已完成"), _("最近联系")),
        rows.values_list(
            record_number("pairing__member_id"),
            "office__name",
            "pairing__cadre__name",
            due,
            done,
            "last_contact_on",
            "pairing__public_id",
        ),
        None,
        "pairing:pair",
        Permission.PAIRING_VIEW,
    )


def duty_deeds(*kinds: DutyKind) -> RecordsOf:
    """What fulfilled duties of these kinds in the period, one by one."""

    def records(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
        rows = _of(office, actor, DutyEntry.objects.filter(kind__in=kinds)).filter(
            done_on__range=(period.start, last_day(period, as_of))
        )
        source = Concat("source_kind", Value(":"), Cast("source_id", CharField()), output_field=CharField())
        return Records(
            (_("成员编号"), _("机构"), _("干部"), _("职责"), _("日期"), _("来源")),
            rows.order_by("-done_on", "-pk").values_list(
                record_number("pairing__member_id"),
                "office__name",
                "pairing__cadre__name",
                labelled("kind", DutyKind.choices),
                "done_on",
                labelled("source_kind", DutyEntry.Source.choices),
                source,
            ),
            of_sources,
        )

    return records


# Contacts -----------------------------------------------------------------------------------------------------------


def contacts(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
    """The contacts of pairs in the period: the pair's own cadre met the member while the pair lived."""
    day = OuterRef("visit__happened_on")
    living = Pairing.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=day),
        member=OuterRef("member"),
        cadre=OuterRef("visit__cadre"),
        started_on__lte=day,
    )
    rows = _of(office, actor, Met.objects.filter(Exists(living), visit__voided_at=None)).filter(
        visit__happened_on__range=(period.start, last_day(period, as_of))
    )
    return Records(
        (_("成员编号"), _("机构"), _("干部"), _("方式"), _("日期")),
        rows.order_by("-visit__happened_on", "-pk").values_list(
            record_number(),
            "office__name",
            "visit__cadre__name",
            labelled("visit__kind", VisitKind.choices),
            "visit__happened_on",
            "visit__public_id",
        ),
        of_visits,
        "pairing:visit",
        Permission.PAIRING_VIEW,
    )


def first_contacts(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
    """The members whose 30th day lies in the period, by number, with the day.

    Asked of their first consent to pairing, not of the members: so its day is a column, and no query for each use of it.
    """
    given = Consent.objects.filter(purposes__contains=["pairing"])
    same_day = Q(given_on=OuterRef("given_on"), pk__lt=OuterRef("pk"))
    before = given.filter(Q(given_on__lt=OuterRef("given_on")) | same_day, member=OuterRef("member"))
    margin = dt.timedelta(days=FIRST_CONTACT_DAYS)
    members = _of(office, actor, Member.objects.exclude(status=Member.Status.PENDING))
    rows = given.filter(
        ~Exists(before),
        member__in=members,
        given_on__gte=period.start - margin,
        given_on__lte=last_day(period, as_of) - margin,
    ).order_by("member__office_path", "member")
    met = Met.objects.filter(
        member=OuterRef("member"), visit__voided_at=None, visit__happened_on__gte=OuterRef("given_on")
    ).order_by("visit__happened_on", "visit_id")
    return Records(
        (_("成员编号"), _("机构"), _("确认日期"), _("首次联系")),
        rows.values_list(
            record_number("member_id"),
            "member__office__name",
            "given_on",
            Subquery(met.values("visit__happened_on")[:1]),
            Subquery(met.values("visit")[:1]),
        ),
        # Of the contact alone: how somebody gave their consent is not for offices above.
        partial(of_visits, key="pk"),
    )


def visits(actor: Actor, office: Office, period: Period, as_of: dt.date) -> Records:
    """The visits of the period, without text and without whom they met."""
    rows = (
        _of(office, actor, Visit.objects.counted())
        .between(period.start, last_day(period, as_of))
        .order_by("-happened_on", "-pk")
    )
    return Records(
        (_("记录编号"), _("机构"), _("干部"), _("方式"), _("日期")),
        rows.values_list(
            numbered("V", "pk", 8),
            "office__name",
            "cadre__name",
            labelled("kind", VisitKind.choices),
            "happened_on",
            "public_id",
        ),
        of_visits,
        "pairing:visit",
        Permission.PAIRING_VIEW,
    )
