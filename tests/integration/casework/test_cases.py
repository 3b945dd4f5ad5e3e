"""A case from the first word to its result."""

import datetime as dt

import pytest

from apps.accounts.models import User
from apps.casework import hooks
from apps.casework.actions import (
    CaseRefused,
    accept_case,
    adopt_suggestion,
    answer_case,
    close_case,
    open_case,
    record_verdict,
    withdraw_case,
)
from apps.casework.deadlines import accept_by, due_on
from apps.casework.models import Case, CaseKind
from apps.core.refusals import Conflict
from apps.members.models import Member
from tests.cast import Tree

MONDAY = dt.date(2026, 3, 2)


def opened(by: User, member: Member, kind: str = "request", on: dt.date = MONDAY) -> Case:
    return open_case(kind=kind, text="想办证", office=member.office, by=by, opened_on=on, member=member)


@pytest.mark.parametrize(
    ("kind", "day"),
    [
        ("policy_question", "2026-03-09"),
        ("request", "2026-03-23"),
        ("complaint", "2026-03-23"),
        # 清明 4 to 6 April.
        ("suggestion", "2026-04-14"),
        ("proposal", "2026-06-02"),
    ],
)
def test_deadlines_are_counted_in_working_days(kind: str, day: str) -> None:
    assert due_on(kind, MONDAY).isoformat() == day
    assert accept_by(MONDAY) == dt.date(2026, 3, 4)


def test_proposal_due_at_a_month_end_or_on_a_weekend() -> None:
    assert due_on(CaseKind.PROPOSAL, dt.date(2025, 11, 30)) == dt.date(2026, 2, 28)  # a worked Saturday
    assert due_on(CaseKind.PROPOSAL, dt.date(2026, 5, 29)) == dt.date(2026, 8, 31)


def test_case_goes_from_entry_to_close(town_cadre: User, member: Member) -> None:
    case = accept_case(case=opened(town_cadre, member), by=town_cadre)
    case = answer_case(case=case, answer="已联系窗口", answered_on=dt.date(2026, 3, 6), by=town_cadre)
    case = record_verdict(
        case=case, verdict="satisfied", via="call", said_on=dt.date(2026, 3, 9), by=town_cadre
    )
    case = close_case(case=case, closed_on=dt.date(2026, 3, 9), deed_done=True, by=town_cadre)
    assert (case.state, case.answered_on, case.deed_done) == ("closed", dt.date(2026, 3, 6), True)
    assert Case.objects.get().events.count() == 5  # type: ignore[attr-defined]


def test_steps_out_of_order_are_refused(town_cadre: User, member: Member) -> None:
    case = opened(town_cadre, member)
    with pytest.raises(Conflict):
        close_case(case=case, closed_on=MONDAY, deed_done=False, by=town_cadre)
    withdraw_case(case=case, by=town_cadre)
    with pytest.raises(Conflict):
        accept_case(case=case, by=town_cadre)


@pytest.mark.parametrize("day", [dt.date(2026, 3, 1), dt.date(2099, 1, 1)])
def test_answer_lies_between_entry_and_today(town_cadre: User, member: Member, day: dt.date) -> None:
    with pytest.raises(CaseRefused) as refused:
        answer_case(case=opened(town_cadre, member), answer="x", answered_on=day, by=town_cadre)
    assert refused.value.field == "answered_on"


def test_adoption_needs_a_suggestion_and_a_document(town_cadre: User, member: Member) -> None:
    with pytest.raises(CaseRefused):
        adopt_suggestion(
            case=opened(town_cadre, member), adopted_on=MONDAY, document="甲发1号", by=town_cadre
        )
    suggestion = opened(town_cadre, member, "suggestion")
    with pytest.raises(CaseRefused):
        adopt_suggestion(case=suggestion, adopted_on=MONDAY, document=" ", by=town_cadre)
    adopted = adopt_suggestion(case=suggestion, adopted_on=MONDAY, document="甲发1号", by=town_cadre)
    assert adopted.adopted_on == MONDAY


def test_hooks_are_known(tree: Tree) -> None:
    """Who takes part, listed: nothing else happens when a case changes."""
    assert [hook.__module__ for hook in hooks.when_case_opened] == ["apps.pairing.cases"]
    assert [hook.__module__ for hook in hooks.when_case_closed] == ["apps.pairing.cases"]
    assert [hook.__module__ for hook in hooks.when_case_reopened] == ["apps.pairing.cases"]
    assert [hook.__module__ for hook in hooks.when_case_withdrawn] == ["apps.pairing.cases"]
