"""甲县's year 2026, lived day by day through the actions on a fake clock; every figure was counted by hand beforehand.

甲, 乙 and 丙 live in 东镇, 丁 in 西镇. The plan asks of every pair: one talk a quarter (two from 1 July), one visit a
half-year, one activity, one deed and one suggestion a year.

| | first quarter | second | third | fourth |
|---|---|---|---|---|
| 甲 | talk 3 Feb | covered: talk 12 May; activity 20 May | talks 5 Jul, 5 Aug | suggestion in a talk 12 Oct, talk 12 Nov, visit 13 Nov |
| 乙 | visit 4 Feb | covered: talk 13 May, asks; activity | talk 6 Aug | deed closed and visit 20 Oct, talk 1 Dec |
| 丙 | – | talk 20 Apr, visit 1 Jun | withdraws 20 Jul | |
| 丁 | talk 10 Mar, asks | activity | new cadre: talk 25 Jul | talk 2 Dec, visit 3 Dec |
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.activities.actions import Planned, hold_activity, note_who_came, plan_activity, sign_up
from apps.activities.models import Activity, ActivityKind
from apps.assessment.models import MetricFact
from apps.assessment.rollup import roll_up
from apps.casework.actions import accept_case, adopt_suggestion, answer_case, close_case
from apps.casework.climbing import climb
from apps.casework.models import AdoptedLevel, Case, Supervision
from apps.casework.supervising import answer_supervision, sign_off
from apps.core.metrics import all_metrics
from apps.members.actions import withdraw_member
from apps.members.models import Member
from apps.pairing.actions import log_visit, save_plan
from apps.pairing.handing_over.applying import Plan, Successor, hand_over
from apps.pairing.handing_over.terms import Terms, Why
from apps.pairing.models import Pairing, ProposalRun
from apps.pairing.progress import Owed
from apps.pairing.proposing.accepting import accept
from apps.pairing.proposing.making import make_proposals
from apps.pairing.rebuild import Differences, rebuild_all
from apps.pairing.rules import Asked, VisitContent
from tests.cast import Tree

FIVE = [
    Owed("talk", 1, "quarter"),
    Owed("visit", 1, "half"),
    Owed("activity", 1, "year"),
    Owed("deed", 1, "year"),
    Owed("suggestion", 1, "year"),
]
NONE = (0, 0)

# The county's figures, numerator and denominator. 丙 withdrew: in the third and fourth quarter only what was done is due,
# and that is nothing; in the year's coverage the pair stays.
BY_HAND = {
    "2026Q1": {
        "pairing.coverage": (4, 4),
        "pairing.contacted_in_quarter": (3, 4),
        "duties.fulfilled": (2, 4),  # talks 甲, 丁
        "visits.made": (3, None),
        "cases.closed_on_time": (1, 1),  # 丁's, due 31 March
        "supervision.red": (0, None),
    },
    "2026Q2": {
        "pairing.coverage": (4, 4),
        "pairing.contacted_in_quarter": (3, 4),
        "duties.fulfilled": (5, 8),  # talks 甲, 乙, 丙 of 4; visits of the half-year 乙, 丙 of 4
        "visits.made": (4, None),
        "cases.closed_on_time": (0, 1),  # 乙's, due 3 June
        "supervision.red": (1, None),
    },
    "2026Q3": {
        "pairing.coverage": (4, 4),
        "pairing.contacted_in_quarter": (3, 3),
        "duties.fulfilled": (4, 6),  # two talks each: 甲 2, 乙 1, 丁 1
        "visits.made": (4, None),
        "cases.closed_on_time": NONE,
        "supervision.red": (0, None),
    },
    "2026Q4": {
        "pairing.coverage": (4, 4),
        "pairing.contacted_in_quarter": (3, 3),
        "duties.fulfilled": (
            12,
            18,
        ),  # talks 4 of 6, visits 3, activities 3, deeds 1, suggestions 1, each of 3
        "visits.made": (7, None),
        "cases.closed_on_time": (1, 1),  # 甲's suggestion, due 23 November
        "cases.suggestions_adopted": (1, None),
        "supervision.red": (0, None),
        "meetings.plenary": (1, None),
    },
    "2026": {
        "pairing.coverage": (4, 4),
        "pairing.contacted_in_quarter": (12, 14),
        "duties.fulfilled": (23, 36),
        "visits.made": (18, None),
        "cases.closed_on_time": (2, 3),
        "cases.suggestions_adopted": (1, None),
        "supervision.red": (1, None),
        "meetings.plenary": (1, None),
        "activities.plan_done": (1, 12),  # the county and both towns owe four each
    },
}


@dataclass
class County:
    """The people of the story, and the clock."""

    tree: Tree
    admin: User
    leader: User
    dong: User
    east: User
    west: User
    successor: User
    members: dict[str, Member]
    move_clock: Callable[[dt.date], None]
    today: dt.date = dt.date(2026, 1, 5)

    def on(self, text: str) -> dt.date:
        """Live until that day of 2026: on each morning the deadlines climb."""
        day = dt.date.fromisoformat(f"2026-{text}")
        while self.today < day:
            self.today += dt.timedelta(days=1)
            self.move_clock(self.today)
            if self.today.month == 6 or self.today == day:
                climb(self.today)
        return day

    def visit(self, text: str, who: str, cadre: User, kind: str = "talk", asked: str = "") -> None:
        content = VisitContent(
            members=(self.members[who].public_id,),
            kind=kind,
            happened_on=self.on(text),
            asked=(Asked(kind=asked, text="想请帮忙办理手续"),) if asked else (),
        )
        log_visit(public_id=uuid.uuid4(), content=content, by=cadre, among=Member.objects.all())

    def pair_of(self, who: str) -> Pairing:
        return next(
            pair for pair in Pairing.objects.filter(member=self.members[who]) if pair.lives_on(self.today)
        )

    def case_of(self, who: str) -> Case:
        return Case.objects.get(member=self.members[who])

    def quarter_ends(self, text: str, *periods: str) -> None:
        """The rollup of that evening says what was counted by hand, and the nightly rebuild has nothing to mend."""
        self.on(text)
        roll_up(2026, today=self.today)
        for period in periods:
            assert self.figures(period) == BY_HAND[period], period
        assert rebuild_all(2026) == Differences(0, 0, 0, 0)

    def figures(self, period: str) -> dict[str, tuple[int, int | None]]:
        """As a page shows them; no row is nothing of a count and not applicable of a ratio."""
        rows = MetricFact.objects.filter(office=self.tree.county, period=period)
        found = {row.metric: (row.numerator, row.denominator) for row in rows}
        nothing = {known.code: NONE if known.has_denominator else (0, None) for known in all_metrics()}
        return {code: found.get(code, nothing[code]) for code in BY_HAND[period]}


@pytest.fixture
def county(
    tree: Tree,
    town_cadre: User,
    county_admin: User,
    make_user: Callable[..., User],
    make_member: Callable[..., Member],
    monkeypatch: pytest.MonkeyPatch,
) -> County:
    def move_clock(day: dt.date) -> None:
        monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: day)

    homes = {"甲": tree.town, "乙": tree.town, "丙": tree.town, "丁": tree.other_town}
    consented = dt.date(2025, 6, 1)
    move_clock(dt.date(2026, 1, 5))
    return County(
        tree=tree,
        admin=county_admin,
        leader=make_user("county_leader", RoleName.LEADER, tree.county, "贾领"),
        dong=town_cadre,
        east=make_user("east", RoleName.CADRE, tree.town, "东二"),
        west=make_user("west", RoleName.CADRE, tree.other_town, "西一"),
        successor=make_user("successor", RoleName.CADRE, tree.other_town, "西二"),
        members={
            who: make_member(f"钱{who}", home, given_on=consented, status_since=consented)
            for who, home in homes.items()
        },
        move_clock=move_clock,
    )


def begin(county: County) -> None:
    """Plan, proposals, pairs; and the activity that stands in the year's plan."""
    save_plan(office=county.tree.county, year=2026, capacity=8, duties=FIVE, by=county.admin)
    county.on("01-06")
    made: ProposalRun = make_proposals(office=county.tree.county, by=county.admin)
    assert not Pairing.objects.exists()
    chosen = {"甲": county.dong, "乙": county.dong, "丙": county.east, "丁": county.west}
    by_member = {member.pk: chosen[who] for who, member in county.members.items()}
    for proposal in made.proposals.select_related("member"):
        assert accept(proposal, by_member[proposal.member_id], county.admin)


def first_quarter(county: County) -> None:
    county.visit("02-03", "甲", county.dong)
    county.visit("02-04", "乙", county.dong, "home_visit")
    county.visit("03-10", "丁", county.west, asked="request")
    county.on("03-20")
    case = accept_case(case=county.case_of("丁"), by=county.west)
    assert case.due_on == dt.date(2026, 3, 31)
    answer_case(case=case, answer="已办好", answered_on=county.today, by=county.west)


def second_quarter(county: County, activity: Activity) -> None:
    """董干 is on leave from 10 April to 20 June, 东二 stands in; what 乙 asks lies until it is pressed for."""
    county.on("04-08")
    away = Terms(Why.AWAY, dt.date(2026, 4, 9), dt.date(2026, 6, 20))
    covered = {county.pair_of(who): Successor(county.east) for who in ("甲", "乙")}
    hand_over(Plan(away, covered), by=county.admin)
    county.visit("04-20", "丙", county.east)
    county.visit("05-12", "甲", county.east)
    county.visit("05-13", "乙", county.east, asked="request")
    accept_case(case=county.case_of("乙"), by=county.east)
    go_together(county, activity)
    county.visit("06-01", "丙", county.east, "home_visit")
    be_pressed(county)


def go_together(county: County, activity: Activity) -> None:
    county.on("05-20")
    came = [county.members[who] for who in ("甲", "乙", "丁")]
    sign_up(activity=activity, members=came, by=county.admin)
    held = hold_activity(activity=activity, held_on=county.today, came=9, has_minutes=False, by=county.admin)
    note_who_came(activity=held, came=[member.pk for member in came], by=county.admin)


def be_pressed(county: County) -> None:
    """Due on Wednesday 3 June: red on the 4th, 督办单 on the 9th; answered, and signed off by the county's leader."""
    county.on("06-10")
    case = county.case_of("乙")
    letter = Supervision.objects.get(case=case)
    assert (case.due_on, case.red_on, letter.issued_on) == tuple(dt.date(2026, 6, day) for day in (3, 4, 9))
    answer_case(case=case, answer="已办好", answered_on=county.today, by=county.east)
    sign_off(letter=answer_supervision(letter=letter, answer="已办好", by=county.east), by=county.leader)


def third_quarter(county: County) -> None:
    """The plan asks for more from 1 July; 西一 leaves, 西二 takes 丁 over; 丙 withdraws."""
    county.on("07-01")
    more = [Owed("talk", 2, "quarter"), *FIVE[1:]]
    save_plan(
        office=county.tree.county,
        year=2026,
        capacity=8,
        duties=more,
        by=county.admin,
        from_on=county.today,
        why="上级要求",
    )
    county.visit("07-05", "甲", county.dong)
    left = Terms(Why.LEFT, dt.date(2026, 7, 15))
    hand_over(Plan(left, {county.pair_of("丁"): Successor(county.successor)}), by=county.admin)
    Grant.objects.filter(user=county.west).update(ends_on=left.last_on)
    county.on("07-20")
    withdraw_member(member=county.members["丙"], on=county.today, by=None)
    county.visit("07-25", "丁", county.successor)
    county.visit("08-05", "甲", county.dong)
    county.visit("08-06", "乙", county.dong)


def fourth_quarter(county: County) -> None:
    county.visit("10-12", "甲", county.dong, asked="suggestion")
    county.visit("10-20", "乙", county.dong, "home_visit")
    close_case(case=county.case_of("乙"), closed_on=county.today, deed_done=True, by=county.east)
    county.on("11-02")
    suggestion = accept_case(case=county.case_of("甲"), by=county.dong)
    assert suggestion.due_on == dt.date(2026, 11, 23)
    answer_case(case=suggestion, answer="已报送", answered_on=county.today, by=county.dong)
    county.visit("11-12", "甲", county.dong)
    county.visit("11-13", "甲", county.dong, "home_visit")
    county.visit("12-01", "乙", county.dong)
    adopt_suggestion(
        case=suggestion,
        adopted_on=county.today,
        document="甲县发〔2026〕1号",
        level=AdoptedLevel.COUNTY,
        by=county.dong,
    )
    county.visit("12-02", "丁", county.successor)
    county.visit("12-03", "丁", county.successor, "home_visit")
    county.on("12-10")
    said = Planned(title="全体会议", kind=ActivityKind.PLENARY, planned_for=county.today)
    meeting = plan_activity(office=county.tree.county, planned=said, by=county.admin)
    hold_activity(activity=meeting, held_on=county.today, came=20, has_minutes=True, by=county.admin)


def test_year_comes_to_what_was_counted_by_hand(county: County) -> None:
    begin(county)
    said = Planned(title="政策咨询", kind=ActivityKind.SERVICE, planned_for=dt.date(2026, 5, 20))
    activity = plan_activity(office=county.tree.county, planned=said, by=county.admin)
    first_quarter(county)
    county.quarter_ends("03-31", "2026Q1")
    second_quarter(county, activity)
    county.quarter_ends("06-30", "2026Q1", "2026Q2")
    third_quarter(county)
    county.quarter_ends("09-30", "2026Q1", "2026Q2", "2026Q3")
    fourth_quarter(county)
    # What a quarter came to is still so at the year's end, the withdrawal included.
    county.quarter_ends("12-31", *BY_HAND)
    assert roll_up(2026, today=county.today).changed == 0
