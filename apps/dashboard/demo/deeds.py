"""The demo's work of a year: pairs, visits, cases, activities, with the texture of life.

Busy and idle towns, diligent and slow cadres, few visits around Spring Festival and at week-ends, entries made days
late. What a visit makes (`Met`, `DutyEntry`, `Case`) follows the same rules as apps.pairing.actions.log_visit.
"""

import datetime as dt
import uuid
from random import Random
from typing import Any

from apps.activities.models import Activity, ActivityKind, Programme, SignUp, Venue
from apps.casework.models import Case, CaseKind, StepTaken
from apps.core.copying import copy_rows, reserve_ids
from apps.dashboard.demo import words
from apps.dashboard.demo.cases import life, steps_of
from apps.dashboard.demo.scale import Scale
from apps.members.models import ContactPreference, Member
from apps.offices.models import TOWN_KINDS, Office, OfficeKind
from apps.pairing.models import Duty, DutyEntry, DutyKind, Met, Pairing, PairingPlan, Visit, VisitKind

# Entries of which visit kind meet which duty; the same table as in apps.pairing.actions.
DUTY_OF = {VisitKind.HOME_VISIT: DutyKind.VISIT, VisitKind.TALK: DutyKind.TALK}
KINDS = [VisitKind.TALK, VisitKind.HOME_VISIT, VisitKind.PHONE, VisitKind.FORUM]
TEXTS = {
    VisitKind.TALK: words.TALK_TEXTS,
    VisitKind.HOME_VISIT: words.VISIT_TEXTS,
    VisitKind.PHONE: words.PHONE_TEXTS,
    VisitKind.FORUM: words.FORUM_TEXTS,
}
# How much is done in each month, January first; the second holds Spring Festival.
SEASON = (9, 5, 11, 10, 9, 10, 7, 7, 11, 8, 11, 12)
# How often a new pair meets within its first days.
FIRST_CONTACT = 0.85
# What is asked for in visits, and how often of twelve.
ASKED = {CaseKind.REQUEST: 5, CaseKind.SUGGESTION: 5, CaseKind.POLICY_QUESTION: 2}


class Deeds:
    """Collects rows of every table and writes them together at the end, in an order that keeps references whole."""

    def __init__(self, scale: Scale, today: dt.date, random: Random, year: int) -> None:
        self.scale, self.today, self.random, self.year = scale, today, random, year
        self.year_start = dt.date(year, 1, 1)
        self.days = [self._days_of(month) for month in range(1, 13) if dt.date(year, month, 1) <= today]
        self.visits: list[dict[str, Any]] = []
        self.met: list[dict[str, Any]] = []
        self.entries: list[dict[str, Any]] = []
        self.cases: list[dict[str, Any]] = []
        self.steps: list[dict[str, Any]] = []

    def _days_of(self, month: int) -> list[dt.date]:
        """The days on which people visit: mostly working days, now and then a week-end."""
        first = dt.date(self.year, month, 1)
        days = [first + dt.timedelta(days=n) for n in range(31)]
        mine = [d for d in days if d.month == month and d <= self.today]
        return [d for d in mine if d.weekday() < 5] * 6 + mine

    def plan(self, office: Office) -> PairingPlan:
        """The five duties of the demo, as the plan of the whole tree."""
        plan = PairingPlan.objects.create(office=office, year=self.year)
        wanted = [
            ("talk", "quarter"),
            ("visit", "half"),
            ("activity", "year"),
            ("deed", "year"),
            ("suggestion", "year"),
        ]
        Duty.objects.bulk_create(Duty(plan=plan, kind=kind, number=1, per=per) for kind, per in wanted)
        return plan

    def pairs(self, members: list[dict[str, Any]], cadres: list[tuple[int, Office]]) -> list[dict[str, Any]]:
        """Pair the members with cadres of their own town where it has any, else of the next town in the list."""
        by_town: dict[int, list[int]] = {}
        for cadre, office in cadres:
            by_town.setdefault(office.pk, []).append(cadre)
        everyone = [cadre for cadre, _office in cadres]
        rows = []
        for n, member in enumerate(members):
            if member["status"] == Member.Status.PENDING or n % 40 == 39:
                continue
            own = by_town.get(member["office_id"]) or [everyone[n % len(everyone)]]
            started = max(
                member["joined"] + dt.timedelta(days=self.random.randint(3, 20)),
                dt.date(self.today.year - 1, 3, 1),
            )
            withdrawn = member["status"] == Member.Status.WITHDRAWN
            if started > self.today or (withdrawn and started > member["status_since"]):
                continue
            rows.append(
                {
                    "public_id": self._uuid(),
                    "office_id": member["office_id"],
                    "cadre_id": own[n % len(own)],
                    "member_id": member["id"],
                    "started_on": started,
                    "ended_on": member["status_since"] if withdrawn else None,
                    "end_reason": Pairing.EndReason.WITHDRAWN if withdrawn else "",
                    "created_at": _at(started),
                    "quiet": member["contact_preference"] != ContactPreference.NORMAL,
                }
            )
        for pk, row in zip(reserve_ids(Pairing, len(rows)), rows, strict=True):
            row["id"] = pk
        copy_rows(Pairing, rows)
        return rows

    def contacts(self, pairs: list[dict[str, Any]], cadres: list[tuple[int, Office]]) -> None:
        """The visits of the year, each with what it made."""
        office_of = dict(cadres)
        diligence = {cadre: self.random.choice((0.35, 0.7, 0.9, 1.0, 1.1, 1.3)) for cadre in office_of}
        per_month = [w / sum(SEASON) * self.scale.contacts_a_year for w in SEASON]
        for pair in pairs:
            if pair["started_on"].year == self.year and self.random.random() < FIRST_CONTACT:
                first = pair["started_on"] + dt.timedelta(days=self.random.randint(0, 8))
                self._contact(pair, min(first, self.today), office_of[pair["cadre_id"]])
            share = diligence[pair["cadre_id"]] * (0.3 if pair["quiet"] else 1)
            for month, days in enumerate(self.days):
                wanted = per_month[month] * share
                count = int(wanted) + (self.random.random() < wanted % 1)
                for _ in range(min(count, 2)):
                    self._contact(pair, self.random.choice(days), office_of[pair["cadre_id"]])

    def _contact(self, pair: dict[str, Any], day: dt.date, office: Office) -> None:
        if day < pair["started_on"] or (pair["ended_on"] and day > pair["ended_on"]):
            return
        kind = self.random.choices(KINDS, weights=[45, 25, 22, 8])[0]
        entered = min(day + dt.timedelta(days=self.random.choice((0, 0, 0, 1, 1, 2, 5, 14))), self.today)
        visit = {
            "public_id": self._uuid(),
            "office_id": office.pk,
            "cadre_id": pair["cadre_id"],
            "kind": kind,
            "happened_on": day,
            "text": self.random.choice(TEXTS[kind]),
            "entered_by_id": pair["cadre_id"],
            "entered_at": _at(entered),
        }
        self.visits.append(visit)
        self.met.append({"visit": visit, "member_id": pair["member_id"], "office_id": pair["office_id"]})
        if duty := DUTY_OF.get(kind):
            self._entry(pair, duty, day, DutyEntry.Source.VISIT, visit)
        if self.random.random() < 0.16:
            self._asked(pair, visit, office)

    def _asked(self, pair: dict[str, Any], visit: dict[str, Any], office: Office) -> None:
        kind = self.random.choices(list(ASKED), weights=list(ASKED.values()))[0]
        texts = {CaseKind.REQUEST: words.REQUESTS, CaseKind.SUGGESTION: words.SUGGESTIONS}.get(
            kind, words.QUESTIONS
        )
        opened = visit["happened_on"]
        went = life(kind, opened, self.random.uniform(0.2, 1.1), self.today, self.random)
        answered = went["answered_on"]
        adopted = kind == CaseKind.SUGGESTION and answered and self.random.random() < 0.3
        deed = self._is_deed(kind, went, pair) and self.random.random() < 0.9
        case = {
            "public_id": self._uuid(),
            "office_id": pair["office_id"],
            "lead_office_id": office.pk,
            "kind": kind,
            "member_id": pair["member_id"],
            "text": self.random.choice(texts),
            "origin_kind": "visit",
            "visit": visit,
            "opened_on": opened,
            **went,
            "handler_id": pair["cadre_id"],
            "answer": self.random.choice(words.ANSWERS) if answered else "",
            "deed_done": deed,
            "adopted_on": answered if adopted else None,
            "adopted_by_level": self.random.choice(["town", "county", "county", "city"]) if adopted else "",
            "adopted_document": f"信息专报〔{answered.year}〕{self.random.randint(1, 90)}号"
            if adopted
            else "",
            "entered_by_id": pair["cadre_id"],
            "entered_at": visit["entered_at"],
        }
        self.cases.append(case)
        self.steps += steps_of(case)
        if kind == CaseKind.SUGGESTION:
            self._entry(pair, DutyKind.SUGGESTION, opened, DutyEntry.Source.CASE, case)
        if deed:
            self._entry(pair, DutyKind.DEED, went["closed_on"], DutyEntry.Source.CASE, case)

    @staticmethod
    def _is_deed(kind: str, went: dict[str, Any], pair: dict[str, Any]) -> bool:
        """Closed while the pair still lived: only then does it count for the pair."""
        closed = went["closed_on"] if kind == CaseKind.REQUEST else None
        return bool(closed) and (pair["ended_on"] is None or closed <= pair["ended_on"])

    def _entry(self, pair: dict[str, Any], kind: str, on: dt.date, source: str, row: dict[str, Any]) -> None:
        self.entries.append(
            {
                "pairing_id": pair["id"],
                "office_id": pair["office_id"],
                "kind": kind,
                "done_on": on,
                "source_kind": source,
                "source": row,
            }
        )

    def write(self) -> None:
        """COPY what was collected; rows that point at others take their ids now."""
        for model, rows in ((Visit, self.visits), (Case, self.cases)):
            for pk, row in zip(reserve_ids(model, len(rows)), rows, strict=True):
                row["id"] = pk
        for met in self.met:
            met["visit_id"] = met["visit"]["id"]
        for case in self.cases:
            case["origin_id"] = case["visit"]["id"]
        for step in self.steps:
            step["case_id"] = step["case"]["id"]
        for entry in self.entries:
            entry["source_id"] = entry["source"]["id"]
        copy_rows(Visit, self.visits)
        copy_rows(Met, self.met)
        copy_rows(Case, self.cases)
        copy_rows(StepTaken, self.steps)
        copy_rows(DutyEntry, self.entries)

    # -- activities -----------------------------------------------------------------------------

    def activities(self, offices: list[Office], pairs: list[dict[str, Any]]) -> None:
        """The year's activities and meetings of counties and towns; what was attended together meets a duty."""
        communities: dict[str, list[Office]] = {}
        for office in offices:
            if office.kind == OfficeKind.COMMUNITY:
                communities.setdefault(office.path[:-4], []).append(office)
        pairs_of: dict[int, list[dict[str, Any]]] = {}
        for pair in pairs:
            pairs_of.setdefault(pair["office_id"], []).append(pair)
        for office in offices:
            if office.kind == OfficeKind.COUNTY:
                self._county_year(office)
            elif office.kind in TOWN_KINDS and pairs_of.get(office.pk):
                self._town_year(office, communities.get(office.path, []), pairs_of[office.pk])

    def _county_year(self, county: Office) -> None:
        Programme.objects.get_or_create(office=county, name=f"{county.name}“同心”系列活动")
        for n, kind in enumerate(["plenary", "plenary", "topical", "topical", "fellowship", "service"]):
            self._activity(county, ActivityKind(kind), month=(1, 7, 4, 9, 10, 12)[n])
        opened = {"opened_on": dt.date(self.today.year - 2, 5, 4)}
        venue, _new = Venue.objects.get_or_create(
            office=county, name=f"{county.name}同心之家", defaults=opened
        )
        for month in (2, 4, 5, 8, 10):
            self._activity(county, ActivityKind.SERVICE, month=month, venue=venue)

    def _town_year(self, town: Office, communities: list[Office], pairs: list[dict[str, Any]]) -> None:
        talk = self._activity(town, ActivityKind.PUBLICITY, month=self.random.randint(3, 10))
        if talk.state == Activity.State.HELD and communities:
            talk.communities.set(self.random.sample(communities, self.random.randint(1, len(communities))))
        together = self._activity(town, ActivityKind.FELLOWSHIP, month=self.random.choice((2, 9, 10)))
        if together.state == Activity.State.HELD and together.held_on:
            self._attended(together, together.held_on, pairs)

    def _activity(
        self, office: Office, kind: ActivityKind, month: int, venue: Venue | None = None
    ) -> Activity:
        day = dt.date(self.year, month, self.random.randint(3, 26))
        held = day <= self.today and self.random.random() < 0.93
        return Activity.objects.create(
            office=office,
            kind=kind,
            title=self.random.choice(words.ACTIVITY_TITLES[kind]),
            venue=venue,
            planned_for=day,
            planned_on=dt.date(self.year, min(month, 2), 1),
            state=Activity.State.HELD if held else Activity.State.PLANNED,
            held_on=day if held else None,
            came=self.random.randint(12, 120) if held else None,
            has_minutes=held,
        )

    def _attended(self, activity: Activity, day: dt.date, pairs: list[dict[str, Any]]) -> None:
        came = [
            p for p in pairs if p["started_on"] <= day and not p["ended_on"] and self.random.random() < 0.8
        ]
        recent = (self.today - day).days <= 90
        if recent:
            copy_rows(
                SignUp,
                [
                    {
                        "activity_id": activity.pk,
                        "office_id": p["office_id"],
                        "member_id": p["member_id"],
                        "came": True,
                    }
                    for p in came
                ],
            )
        for pair in came:
            self._entry(pair, DutyKind.ACTIVITY, day, DutyEntry.Source.ACTIVITY, {"id": activity.pk})

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)


def _at(day: dt.date) -> dt.datetime:
    """Half past two in the afternoon, Shanghai time."""
    return dt.datetime.combine(day, dt.time(6, 30), tzinfo=dt.UTC)
