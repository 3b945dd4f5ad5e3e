"""The year of a pair, against counting by hand."""

import datetime as dt

import pytest

from apps.pairing.models import DutyKind, DutyPeriod, Pairing
from apps.pairing.progress import Life, Owed, Progress, compute, standings

REASON = Pairing.EndReason
FIVE = (
    Owed("talk", 1, "quarter"),
    Owed("visit", 1, "half"),
    Owed("activity", 1, "year"),
    Owed("deed", 1, "year"),
    Owed("suggestion", 1, "year"),
)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")


def life(start: str = "01-01", end: str | None = None, reason: str = "", **fields: object) -> Life:
    fields = {"pairing": 1, "owed": FIVE, **fields}
    return Life(
        started_on=day(start),
        ended_on=day(end) if end else None,
        end_reason=reason,
        **fields,  # type: ignore[arg-type]
    )


def year_of(one: Life, left_on: dt.date | None = None) -> Progress:
    return compute(2026, [one], left_on)[one.pairing]


def test_whole_year_owes_nine_duties_in_the_months_their_periods_end() -> None:
    assert year_of(life()).due == [0, 0, 1, 0, 0, 2, 0, 0, 1, 0, 0, 5]


def test_nothing_is_carried_over() -> None:
    talks = tuple(("talk", day(f"12-0{n}")) for n in range(1, 5))
    progress = year_of(life(entries=talks))
    assert progress.talk[11] == 4
    assert progress.done == [0] * 11 + [1]


@pytest.mark.parametrize(
    ("start", "due_in_march"),
    [("02-14", 1), ("02-15", 1), ("02-16", 0)],  # 46, 45 and 44 of the quarter's 90 days
)
def test_quarter_is_due_from_half_its_days(start: str, due_in_march: int) -> None:
    assert year_of(life(start)).due[2] == due_in_march


@pytest.mark.parametrize(("start", "yearly"), [("07-02", 3), ("07-03", 0)])  # 183 and 182 days
def test_yearly_duties_are_due_from_183_days(start: str, yearly: int) -> None:
    assert year_of(life(start)).due[11] == yearly + 2


def test_changed_plan_holds_from_the_first_period_that_ends_on_its_day_or_later() -> None:
    owed = (
        Owed("talk", 1, "quarter"),
        Owed("talk", 3, "quarter", day("06-30")),
        Owed("talk", 0, "year", day("12-01")),
    )
    assert year_of(life(owed=owed)).due == [0, 0, 1, 0, 0, 3, 0, 0, 3, 0, 0, 0]


def test_number_zero_is_not_asked_for() -> None:
    assert year_of(life(owed=(Owed("talk", 0, "quarter"),))).due == [0] * 12


def test_two_of_three_talks_in_a_quarter() -> None:
    talks = (("talk", day("01-05")), ("talk", day("03-31")))
    progress = year_of(life(owed=(Owed("talk", 3, "quarter"),), entries=talks))
    assert (progress.due[2], progress.done[2]) == (3, 2)


def test_contacts_meet_quarters() -> None:
    progress = year_of(life(contacts=(day("01-02"), day("05-09"), day("05-09"))))
    assert progress.contacts[4] == 2
    assert progress.quarters_due == [1, 1, 1, 1]
    assert progress.quarters_met == [1, 1, 0, 0]
    assert progress.last_contact_on == day("05-09")


def test_hand_over_joins_two_pairs() -> None:
    """The first talked in January and left on 10 February: the quarter's talk stands met, with the successor."""
    first = life("01-01", "02-10", REASON.HAND_OVER, pairing=1, entries=(("talk", day("01-20")),))
    second = life("02-11", pairing=2)
    years = compute(2026, [second, first])
    assert years[1].due == [0] * 12
    assert years[1].talk[0] == 1
    assert (years[2].due[2], years[2].done[2]) == (1, 1)
    assert years[2].talk == [0] * 12


def test_pair_that_ended_otherwise_is_not_joined() -> None:
    first = life("01-01", "02-10", REASON.OTHER, pairing=1, entries=(("talk", day("01-20")),))
    second = life("02-11", pairing=2)
    assert compute(2026, [first, second])[2].done[2] == 0


def test_withdrawal_takes_out_what_is_unmet_from_that_period_on() -> None:
    talks = (("talk", day("01-20")), ("visit", day("04-03")))
    progress = year_of(life(end="04-10", reason=REASON.WITHDRAWN, entries=talks), left_on=day("04-10"))
    # January's talk was due and done; of the first half only the visit that was made stays.
    assert progress.due == [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert progress.done == progress.due


def test_less_contact_takes_quarters_out() -> None:
    progress = year_of(life(contacts=(day("05-01"),)), left_on=day("05-02"))
    assert progress.quarters_due == [1, 1, 0, 0]
    assert progress.quarters_met == [0, 1, 0, 0]


def test_member_who_asked_for_another_cadre_leaves_the_first_pair() -> None:
    progress = year_of(life(end="08-20", reason=REASON.MEMBER_ASKED))
    assert progress.due == [0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0]


def test_pair_of_another_year_has_no_row() -> None:
    assert compute(2025, [life()]) == {}


def test_standings_sum_to_due_and_done() -> None:
    one = life(entries=(("talk", day("01-20")),))
    shown = standings(2026, [one])
    assert len(shown) == 9
    assert sum(s.done for s in shown) == sum(year_of(one).done) == 1


def test_fields_are_those_of_every_kind() -> None:
    assert {kind: Progress().of_kind(kind) for kind in DutyKind} == {kind: [0] * 12 for kind in DutyKind}
    assert {owed.per for owed in FIVE} == set(DutyPeriod)
