"""How far a campaign is, office by office: read from its targets and the visits, what was asked and what came of it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from apps.casework.models import Case
from apps.casework.states import CaseState
from apps.offices.models import Office
from apps.pairing.actions.visits import ORIGIN
from apps.pairing.models import Campaign, Met, Target, VisitKind
from apps.pairing.models.campaigns import WANTED, fulfilling_visits

# What the organization has heard an answer to.
ANSWERED = (CaseState.ANSWERED, CaseState.CONFIRMED, CaseState.CLOSED)


@dataclass(frozen=True)
class Figures:
    """The counts of some targets. `wanted`: all that were not set aside; those set aside are counted nowhere."""

    wanted: int = 0
    visited: int = 0
    overdue: int = 0
    unassigned: int = 0
    asked: int = 0
    answered: int = 0
    closed: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True)
class Asked:
    """A case that a visit of the campaign opened, and the office of the organization that was visited."""

    case: Case
    office_path: str

    @property
    def figures(self) -> Figures:
        state = self.case.state
        return Figures(asked=1, answered=state in ANSWERED, closed=state == CaseState.CLOSED)


@dataclass(frozen=True)
class OfficeLine:
    """The figures of an office right below the campaign's, with all below it; or of the campaign's own."""

    code: str
    name: str
    figures: Figures


@dataclass(frozen=True)
class CampaignFigures:
    """What a campaign came to on a day."""

    on: dt.date
    whole: Figures
    lines: Sequence[OfficeLine]

    def to_store(self) -> dict[str, Any]:
        return {
            "on": self.on.isoformat(),
            "whole": asdict(self.whole),
            "lines": [asdict(line) for line in self.lines],
        }

    @classmethod
    def from_store(cls, stored: dict[str, Any]) -> "CampaignFigures":
        lines = [OfficeLine(one["code"], one["name"], Figures(**one["figures"])) for one in stored["lines"]]
        return cls(dt.date.fromisoformat(stored["on"]), Figures(**stored["whole"]), lines)


def figures_of(
    campaign: Campaign, today: dt.date | None = None, asked: Sequence[Asked] | None = None
) -> CampaignFigures:
    """As they stand; of a closed campaign as they stood at its end. A number of queries that does not grow.

    `asked`: what `asked_in` gave, where it was read already.
    """
    if campaign.figures:
        return CampaignFigures.from_store(campaign.figures)
    today = today or timezone.localdate()
    by_path: dict[str, Figures] = defaultdict(Figures)
    for path, figures in _of_targets(campaign, today):
        by_path[path] += figures
    for one in asked_in(campaign) if asked is None else asked:
        by_path[one.office_path] += one.figures
    lines = _lines(campaign.office, by_path)
    return CampaignFigures(today, sum((line.figures for line in lines), Figures()), lines)


def _of_targets(campaign: Campaign, today: dt.date) -> Iterable[tuple[str, Figures]]:
    open_now = Q(is_visited=False) & WANTED
    rows = (
        Target.objects.filter(campaign=campaign)
        .annotate(is_visited=Exists(fulfilling_visits()))
        .order_by()
        .values("office_path")
        .annotate(
            wanted=Count("pk", filter=Q(is_visited=True) | WANTED),
            visited=Count("pk", filter=Q(is_visited=True)),
            overdue=Count("pk", filter=open_now & Q(due_on__lt=today)),
            unassigned=Count("pk", filter=open_now & Q(assignee__isnull=True)),
        )
    )
    for row in rows:
        yield (
            row["office_path"],
            Figures(
                wanted=row["wanted"],
                visited=row["visited"],
                overdue=row["overdue"],
                unassigned=row["unassigned"],
            ),
        )


def asked_in(campaign: Campaign) -> list[Asked]:
    """What was asked in the campaign's visits and not taken back; what is owed first."""
    places = _visits_of(campaign)
    cases = Case.objects.filter(origin_kind=ORIGIN, origin_id__in=list(places)).exclude(
        state=CaseState.WITHDRAWN
    )
    ordered = cases.select_related("lead_office").order_by(
        F("closed_on").desc(nulls_first=True), "due_on", "pk"
    )
    return [Asked(case, places.get(case.origin_id or 0, campaign.office_path)) for case in ordered]


def _visits_of(campaign: Campaign) -> dict[int, str]:
    """The visits that fulfil the campaign's targets, each with the office path of what was visited.

    Twin of `models.campaigns.fulfilling_visits`, seen from the visit.
    """
    wanted = Target.objects.filter(
        campaign=campaign, organization=OuterRef("organization"), assignee=OuterRef("visit__cadre")
    )
    met = Met.objects.filter(
        Exists(wanted),
        visit__voided_at__isnull=True,
        visit__happened_on__gte=campaign.starts_on,
        visit__happened_on__lte=campaign.ends_on,
    ).exclude(visit__kind=VisitKind.PHONE)
    return dict(met.values_list("visit_id", "office_path"))


def _lines(office: Office, by_path: dict[str, Figures]) -> list[OfficeLine]:
    """One line for the office itself and for each right below it that has targets."""
    rolled: dict[str, Figures] = defaultdict(Figures)
    for path, figures in by_path.items():
        rolled[path[: len(office.path) + Office.steplen]] += figures
    names = Office.objects.filter(path__in=rolled).values_list("path", "code", "name")
    return [OfficeLine(code, name, rolled[path]) for path, code, name in names]
