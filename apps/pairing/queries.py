"""Reads that pages and the API share."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import TruncDate

from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.members.models import Consent, ContactPreference, Member, MemberQuerySet
from apps.members.naming import Naming, record_number
from apps.offices.models import Office, paths_above
from apps.pairing.due import NextContact, next_contact
from apps.pairing.models import Deputy, DutyKind, Met, Pairing, Visit, VisitSource
from apps.pairing.progress import Standing
from apps.pairing.years import standings_of


class PercentileDisc(Aggregate):
    """The lower median, a value that really occurs."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True)
class DutyLine:
    """One duty of a pair over the year: a square for each that is due, the first `done` of them filled."""

    label: str
    due: int
    done: int
    # Due in the period that holds today, and not done yet.
    open_now: int

    @property
    def pips(self) -> list[bool]:
        return [number < self.done for number in range(self.due)]


@dataclass(frozen=True)
class PairCard:
    """A pair as its own cadre sees it."""

    pairing: Pairing
    member: Member
    duties: list[DutyLine]
    contact: NextContact

    @property
    def due(self) -> int:
        return sum(line.due for line in self.duties)

    @property
    def done(self) -> int:
        return sum(line.done for line in self.duties)


def own_members(cadre: User, today: dt.date) -> QuerySet[Member]:
    """Whom the cadre may log a visit with: paired with them today, longest not contacted first."""
    paired = Pairing.objects.active(today).filter(cadre=cadre).values("member")
    return (
        Member.objects.active()
        .filter(pk__in=paired)
        .order_by(F("last_contact_on").asc(nulls_first=True), "pinyin", "pk")
        .only("public_id", "name")
    )


def written_for(deputy: User, today: dt.date) -> QuerySet[User]:
    """代录: the cadres who let this user write down their visits today."""
    let = Deputy.objects.current(today).filter(deputy=deputy)
    return User.objects.filter(pk__in=let.values("cadre"), is_active=True).order_by("name", "pk")


def members_to_log(writer: User, cadre: User, today: dt.date) -> QuerySet[Member]:
    """`own_members` of the cadre; for another's, only those whose names the writer sees anyway."""
    own = own_members(cadre, today)
    return own if writer.pk == cadre.pk else own.filter(Naming.of(writer).named())


def cards_of(pairings: Iterable[Pairing], today: dt.date, year: int | None = None) -> list[PairCard]:
    """What a cadre's page shows of these pairs (with their members loaded). Few queries however many pairs."""
    pairings = list(pairings)
    standings = standings_of(pairings, year or today.year)
    return [
        PairCard(
            pairing, pairing.member, duty_lines(standings[pairing.pk], today), contact_of(pairing, today)
        )
        for pairing in pairings
    ]


def duty_lines(standings: Iterable[Standing], today: dt.date) -> list[DutyLine]:
    """One line per kind of duty, in the order of DutyKind."""
    order = list(DutyKind)
    by_kind = groupby(sorted(standings, key=lambda s: order.index(DutyKind(s.kind))), key=lambda s: s.kind)
    return [_line(DutyKind(kind), list(found), today) for kind, found in by_kind]


def _line(kind: DutyKind, standings: list[Standing], today: dt.date) -> DutyLine:
    now = [s.due - s.done for s in standings if s.period.holds(today)]
    return DutyLine(str(kind.label), sum(s.due for s in standings), sum(s.done for s in standings), sum(now))


def contact_of(pairing: Pairing, today: dt.date) -> NextContact:
    member = pairing.member
    return next_contact(
        started_on=pairing.started_on,
        last_on=member.last_contact_on,
        wants_less=member.contact_preference != ContactPreference.NORMAL or not member.is_active,
        today=today,
        first_by=pairing.first_contact_by,
        imported_on=pairing.imported_on,
    )


def met_labels(visits: Collection[int], naming: Naming) -> dict[int, list[str]]:
    """By visit, whom it met, by name or record number as the actor may see them."""
    labels: dict[int, list[str]] = defaultdict(list)
    rows = (
        Met.objects.filter(visit__in=visits)
        .order_by("pk")
        .values_list(
            "visit_id",
            "member_id",
            "member__office_path",
            "member__name",
            "member__status",
            "organization__name",
        )
    )
    for visit_id, member_id, path, name, status, organization in rows:
        if member_id is None:
            labels[visit_id].append(organization)
        elif status == Member.Status.WITHDRAWN:
            # Withdrawal hides the person at once, from everybody.
            labels[visit_id].append(record_number(member_id))
        else:
            labels[visit_id].append(naming.label(member_id, path, name))
    return labels


def text_shown(visit: Visit, members: Iterable[Member], naming: Naming, actor: User) -> bool:
    """Whether the actor reads the text: it is their own, or they see the names of all whom it met."""
    if visit.cadre_id == actor.pk:
        return all(member.status != Member.Status.WITHDRAWN for member in members)
    return all(
        member.status != Member.Status.WITHDRAWN and naming.shows(member.pk, member.office_path)
        for member in members
    )


def entry_delay(paths: Collection[str], since: dt.date) -> int | None:
    """The median of the days from a contact to its entry, of the visits of exactly these offices since that day.

    Shown to the office itself and counted nowhere; slips and ledgers, first written on paper, are left out.
    """
    visits = Visit.objects.counted().filter(
        office_path__in=paths, happened_on__gte=since, source=VisitSource.FORM
    )
    days = ExpressionWrapper(TruncDate("entered_at") - F("happened_on"), output_field=DurationField())
    found: dt.timedelta | None = visits.aggregate(median=PercentileDisc(days))["median"]
    return None if found is None else found.days


def cadres_for(office: Office, today: dt.date) -> QuerySet[User]:
    """Cadres whose grant reaches the office, with `held`: how many pairs each holds. The least burdened first."""
    grants = Grant.objects.current(today).filter(
        role=RoleName.CADRE, office__path__in=paths_above(office.path)
    )
    alive = Q(pairings__started_on__lte=today) & (
        Q(pairings__ended_on__isnull=True) | Q(pairings__ended_on__gte=today)
    )
    return (
        User.objects.filter(pk__in=grants.values("user"), is_active=True)
        .annotate(held=Count("pairings", filter=alive))
        .order_by("held", "name", "pk")
    )


def unpaired_members(today: dt.date) -> MemberQuerySet:
    """Members whose consent includes pairing and who have no cadre today. To be narrowed by `visible_to`."""
    alive = Pairing.objects.active(today).values("member")
    agreed = Consent.objects.filter(
        withdrawn_on__isnull=True, purposes__contains=[Consent.Purpose.PAIRING]
    ).values("member")
    return Member.objects.active().filter(pk__in=agreed).exclude(pk__in=alive)
