"""The clock: pauses, silence, extensions, lights, and who is told; each on days given by hand."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.assessment.metric_views import metric_of
from apps.casework.actions import CaseRefused, accept_case, answer_case, record_verdict, start_case
from apps.casework.climbing import climb
from apps.casework.clock import ask_extension, decide_extension, pause_case, resume_case
from apps.casework.deadlines import Limit
from apps.casework.models import Case, Supervision, Task, Term
from apps.casework.states import OPEN, CaseState
from apps.casework.supervising import answer_supervision, send_back, sign_off
from apps.casework.terms import change_limit, limit_of
from apps.core.periods import Period, PeriodKind
from apps.core.refusals import Conflict
from apps.members.actions import withdraw_member
from apps.notifications.models import Notification
from apps.offices.models import Office
from tests.cast import Tree
from tests.integration.casework.conftest import OpenCase

OnDay = Callable[[str], None]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=f"casework.{kind}").values_list("to__username", flat=True))


def red_count(as_of: str) -> int:
    metric = metric_of("supervision.red")
    assert metric is not None
    assert metric.figures is not None
    rows = metric.figures([Period(PeriodKind.YEAR, 2026)], day(as_of)).fetch()
    return sum(row[2] for row in rows)


# Opened on Monday 2 March 2026, a request is due on Monday the 23rd: yellow on the 18th, red on the 24th, 督办 on the 27th.


def test_ladder_of_a_request_day_by_day(open_case: OpenCase, town_cadre: User, town_leader: User) -> None:
    case = accept_case(case=open_case(), by=town_cadre)
    turned = {}
    for n in range(40):
        today = day("2026-03-02") + dt.timedelta(days=n)
        for name, count in climb(today).items():
            if count:
                turned[name] = f"{today:%m-%d}"
    assert turned == {"yellow": "03-18", "red": "03-24", "supervised": "03-27"}
    case.refresh_from_db()
    assert (case.yellow_on, case.red_on) == (day("2026-03-18"), day("2026-03-24"))
    letter = Supervision.objects.get()
    assert (letter.case, letter.issued_on, letter.due_on) == (case, day("2026-03-27"), day("2026-04-03"))
    # Only those responsible: the cadre who handles it; the leader of their own office once it is supervised.
    assert (told("yellow"), told("red")) == ({"town_cadre"}, {"town_cadre"})
    assert told("supervised") == {"town_cadre", "town_leader"}
    assert Notification.objects.count() == 4


def test_case_nobody_takes_on_is_told_once(open_case: OpenCase, town_cadre: User, town_leader: User) -> None:
    open_case()
    for n in range(8):
        climb(day("2026-03-02") + dt.timedelta(days=n))
        # Accepting is due on Wednesday the 4th.
        assert Notification.objects.count() == (1 if n >= 3 else 0)
    assert told("unaccepted") == {"town_cadre"}


def test_running_twice_or_late_gives_the_same(open_case: OpenCase) -> None:
    """A box that was off from the 17th to the 30th: dated by the rung, each told once."""
    case = open_case()
    assert climb(day("2026-03-30")) == {"yellow": 0, "red": 1, "supervised": 1, "silent": 0}
    assert climb(day("2026-03-30")) == {"yellow": 0, "red": 0, "supervised": 0, "silent": 0}
    case.refresh_from_db()
    assert case.red_on == day("2026-03-24")
    assert Supervision.objects.count() == 1


@pytest.mark.parametrize("off", ["2026-03-28", "2026-03-29", "2026-04-05", "2026-10-01"])
def test_nothing_turns_on_a_day_off(open_case: OpenCase, off: str) -> None:
    open_case()
    assert not any(climb(day(off)).values())
    assert not Notification.objects.exists()


def test_over_the_end_of_the_year(open_case: OpenCase, on_day: OnDay) -> None:
    """Opened on 24 December 2025, a policy question is due on the 31st; New Year is off, 4 January is worked."""
    case = open_case("policy_question", on=day("2025-12-24"))
    assert case.due_on == day("2025-12-31")
    for today in ("2026-01-01", "2026-01-02", "2026-01-03"):
        assert climb(day(today))["red"] == 0
    assert climb(day("2026-01-04"))["red"] == 1
    assert red_count("2026-12-31") == 1


@pytest.mark.parametrize("state", [state for state in CaseState if state != "merged"])
def test_only_what_is_owed_an_answer_turns(open_case: OpenCase, state: CaseState) -> None:
    case = open_case()
    # States are written past the table: what matters here is what the clock sees.
    fresh = Case.objects.get(pk=case.pk)
    fresh.pk, fresh.public_id, fresh._state.adding = (
        None,
        Case._meta.get_field("public_id").get_default(),
        True,
    )
    fresh.state, fresh.answered_on = state, day("2026-03-06")
    fresh.reopened_on, fresh.first_due_on = day("2026-03-06"), day("2026-03-20")
    fresh.save()
    climb(day("2026-03-24"))
    fresh.refresh_from_db()
    assert (fresh.red_on is not None) is (state in OPEN)


def test_department_led_case_presses_the_office_that_entered_it(
    open_case: OpenCase, town_cadre: User, bureau: Office
) -> None:
    case = open_case()
    Case.objects.filter(pk=case.pk).update(lead_office=bureau)
    climb(day("2026-03-27"))
    assert told("red") == {"town_cadre"}
    assert Supervision.objects.get().office == case.office
    # "A department's delay never burdens the county."
    assert red_count("2026-12-31") == 0


def test_who_left_the_registry_is_not_pressed_for(open_case: OpenCase) -> None:
    case = open_case()
    assert case.member is not None
    withdraw_member(member=case.member, on=day("2026-03-10"), by=None)
    assert climb(day("2026-03-27"))["red"] == 0


# -- waiting ---------------------------------------------------------------------------------------------------------


def test_clock_stands_still_while_we_wait(open_case: OpenCase, town_cadre: User, on_day: OnDay) -> None:
    on_day("2026-03-04")
    case = accept_case(case=open_case(), by=town_cadre)
    on_day("2026-03-16")
    case = pause_case(case=case, reason="等营业执照复印件", by=town_cadre)
    with pytest.raises(Conflict):
        pause_case(case=case, reason="再等", by=town_cadre)
    assert climb(day("2026-03-24"))["red"] == 0
    on_day("2026-03-20")
    case = resume_case(case=case, by=town_cadre)
    assert (case.paused_on, case.due_on) == (None, day("2026-03-27"))
    assert climb(day("2026-03-27"))["yellow"] == 1
    assert climb(day("2026-03-30"))["red"] == 1


def test_silence_of_ten_working_days_is_an_answer(
    open_case: OpenCase, town_cadre: User, on_day: OnDay
) -> None:
    on_day("2026-03-16")
    case = pause_case(case=accept_case(case=open_case(), by=town_cadre), reason="等材料", by=town_cadre)
    assert climb(day("2026-03-30"))["silent"] == 0  # the tenth
    assert climb(day("2026-03-31"))["silent"] == 1
    case.refresh_from_db()
    assert (case.state, case.answered_on, case.paused_on) == ("answered", day("2026-03-31"), None)
    assert case.answered_on is not None
    assert case.answered_on <= case.due_on
    assert told("silent") == {"town_cadre"}
    assert red_count("2026-12-31") == 0


def test_answer_ends_the_wait(open_case: OpenCase, town_cadre: User, on_day: OnDay) -> None:
    on_day("2026-03-10")
    case = pause_case(case=accept_case(case=open_case(), by=town_cadre), reason="等材料", by=town_cadre)
    case = answer_case(case=case, answer="已办", answered_on=day("2026-03-10"), by=town_cadre)
    assert case.paused_on is None


# -- extension -------------------------------------------------------------------------------------------------------


def test_extension_moves_the_deadline_once(
    open_case: OpenCase, town_cadre: User, town_leader: User, on_day: OnDay
) -> None:
    on_day("2026-03-18")
    case = accept_case(case=open_case(), by=town_cadre)
    climb(day("2026-03-18"))
    asked = ask_extension(subject=case, reason="需要会商", by=town_cadre)
    assert told("extension") == {"town_leader"}
    granted = decide_extension(subject=asked, grant=True, reason="同意", by=town_leader)
    assert granted.due_on == day("2026-04-14")
    assert told("granted") == {"town_cadre"}
    with pytest.raises(Conflict):
        ask_extension(subject=granted, reason="再延", by=town_cadre)
    assert climb(day("2026-03-24"))["red"] == 0
    assert climb(day("2026-04-09"))["yellow"] == 1  # a second yellow, before the new deadline
    assert red_count("2026-12-31") == 0


def test_extension_refused_may_be_asked_again(
    open_case: OpenCase, town_cadre: User, town_leader: User, on_day: OnDay
) -> None:
    on_day("2026-03-10")
    asked = ask_extension(subject=accept_case(case=open_case(), by=town_cadre), reason="忙", by=town_cadre)
    refused = decide_extension(subject=asked, grant=False, reason="时间充足", by=town_leader)
    assert (refused.extension_asked_on, refused.due_on) == (None, day("2026-03-23"))
    on_day("2026-03-19")
    assert ask_extension(subject=refused, reason="需要会商", by=town_cadre).waits_for_extension


def test_extension_needs_time_a_second_person_and_a_kind_that_has_one(
    open_case: OpenCase, town_cadre: User, county_admin: User, neighbour: User, on_day: OnDay
) -> None:
    on_day("2026-03-10")
    with pytest.raises(CaseRefused) as refused:
        ask_extension(subject=open_case("suggestion"), reason="忙", by=town_cadre)
    assert refused.value.code == "no_extension"
    case = open_case()
    asked = ask_extension(subject=case, reason="忙", by=county_admin)
    for by, code in ((county_admin, "own_request"), (town_cadre, "not_yours"), (neighbour, "not_yours")):
        with pytest.raises(CaseRefused) as refused:
            decide_extension(subject=asked, grant=True, reason="同意", by=by)
        assert refused.value.code == code
    on_day("2026-03-24")
    with pytest.raises(CaseRefused) as refused:
        ask_extension(subject=open_case(), reason="忙", by=town_cadre)
    assert refused.value.code == "too_late"


def test_extension_granted_too_late_is_refused(
    open_case: OpenCase, town_cadre: User, town_leader: User, on_day: OnDay
) -> None:
    on_day("2026-03-23")
    asked = ask_extension(subject=open_case(), reason="忙", by=town_cadre)
    on_day("2026-03-24")
    with pytest.raises(CaseRefused) as refused:
        decide_extension(subject=asked, grant=True, reason="同意", by=town_leader)
    assert refused.value.code == "too_late"


# -- figures ---------------------------------------------------------------------------------------------------------


def test_red_counts_once_though_it_turns_again(open_case: OpenCase, town_cadre: User, on_day: OnDay) -> None:
    case = open_case()
    climb(day("2026-03-24"))
    on_day("2026-03-25")
    answer_case(case=case, answer="已说明", answered_on=day("2026-03-25"), by=town_cadre)
    record_verdict(
        case=case, verdict="unsatisfied", via="call", said_on=day("2026-03-25"), by=town_cadre, why="没办成"
    )
    start_case(case=case, by=town_cadre)
    climb(day("2026-04-30"))
    assert red_count("2026-12-31") == 1
    assert Notification.objects.filter(kind="casework.red").count() == 2


def test_red_counts_tasks_and_not_what_was_taken_back(
    client: Client, open_case: OpenCase, task: Task, county_admin: User, tree: Tree
) -> None:
    case = open_case()
    climb(day("2026-03-24"))
    assert red_count("2026-12-31") == 2
    metric = metric_of("supervision.red")
    assert metric is not None
    assert metric.records is not None
    records = metric.records(county_admin, tree.county, Period(PeriodKind.YEAR, 2026), day("2026-12-31"))
    assert [row[0] for row in records.rows] == [task.number, case.number]
    client.force_login(county_admin)
    for row in records.rows:
        assert client.get(reverse(records.link, args=[row[-1]]), follow=True).status_code == 200
    assert red_count("2026-03-12") == 1
    Case.objects.filter(pk=case.pk).update(state="withdrawn")
    assert red_count("2026-12-31") == 1


def test_reopened_case_is_late_where_it_was_first_due(
    open_case: OpenCase, town_cadre: User, on_day: OnDay
) -> None:
    on_day("2026-03-10")
    case = answer_case(case=open_case(), answer="已说明", answered_on=day("2026-03-06"), by=town_cadre)
    record_verdict(
        case=case, verdict="unsatisfied", via="call", said_on=day("2026-03-10"), by=town_cadre, why="没办成"
    )
    metric = metric_of("cases.closed_on_time")
    assert metric is not None
    assert metric.figures is not None
    rows = metric.figures([Period(PeriodKind.MONTH, 2026, 3)], day("2026-12-31")).fetch()
    assert [row[2:] for row in rows] == [(0, 1)]


# -- 督办 and terms --------------------------------------------------------------------------------------------------


def test_supervision_is_answered_and_signed_off(
    open_case: OpenCase, town_cadre: User, county_admin: User, county_leader: User, on_day: OnDay
) -> None:
    case = open_case()
    climb(day("2026-03-27"))
    on_day("2026-03-30")
    letter = Supervision.objects.get()
    letter = answer_supervision(letter=letter, answer="本周内答复", by=town_cadre)
    assert told("answered") == {"county_admin", "county_leader"}
    with pytest.raises(CaseRefused) as refused:
        sign_off(letter=letter, by=county_leader)
    assert refused.value.code == "still_open"
    letter = send_back(letter=letter, by=county_leader)
    assert (letter.answered_on, told("sent_back")) == (None, {"town_cadre"})
    answer_case(case=case, answer="已办好", answered_on=day("2026-03-30"), by=town_cadre)
    letter = answer_supervision(letter=letter, answer="已答复提出人", by=county_admin)
    for by, code in ((town_cadre, "not_yours"), (county_admin, "own_answer")):
        with pytest.raises(CaseRefused) as refused:
            sign_off(letter=letter, by=by)
        assert refused.value.code == code
    assert sign_off(letter=letter, by=county_leader).signed_off_on == day("2026-03-30")


def test_changed_limit_holds_from_now_on(open_case: OpenCase, city_admin: User, tree: Tree) -> None:
    before = open_case()
    change_limit(term=Term.REQUEST, limit=Limit(10), by=city_admin)
    assert (limit_of("request").number, limit_of("complaint").number) == (10, 15)
    after = open_case()
    assert (before.due_on, after.due_on) == (day("2026-03-23"), day("2026-03-16"))
