"""Steps of a case beyond the straight way: whose they are, and what the database itself holds."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from apps.accounts.models import User
from apps.casework.actions import (
    CaseRefused,
    accept_case,
    adopt_suggestion,
    answer_case,
    close_case,
    merge_case,
    record_verdict,
    reopen_case,
    resubmit_case,
    return_case,
    set_assisting,
    start_case,
    transfer_case,
    withdraw_case,
)
from apps.casework.models import Case
from apps.casework.states import MOVES, CaseState, transitions
from apps.casework.views.stepping import STEPS
from apps.core.access import Permission
from apps.notifications.models import Notification
from apps.offices.models import Office
from tests.cast import Tree
from tests.integration.casework.conftest import MONDAY, OpenCase

MARCH_6 = dt.date(2026, 3, 6)


def answered(case: Case, by: User) -> Case:
    return answer_case(case=case, answer="已说明", answered_on=MARCH_6, by=by)


def test_database_refuses_every_move_outside_the_table(open_case: OpenCase, town_cadre: User) -> None:
    """One row each: the trigger holds what the table says, whoever writes."""
    case, other = open_case(), open_case()
    allowed = set(transitions())
    extra = {
        "answered_on": MARCH_6,
        "reopened_on": MARCH_6,
        "first_due_on": MARCH_6,
    }
    Case.objects.filter(pk=case.pk).update(**extra)
    for source in CaseState:
        for target in CaseState:
            merged = {state: {"merged_into": other if state == "merged" else None} for state in CaseState}
            fresh = Case.objects.get(pk=case.pk)
            fresh.pk, fresh.public_id = None, Case._meta.get_field("public_id").get_default()
            fresh._state.adding = True
            fresh.state, fresh.merged_into = source, merged[source]["merged_into"]
            fresh.save()
            done = _moved(fresh, target, merged[target])
            assert done is (source == target or (str(source), str(target)) in allowed), (source, target)


def _moved(case: Case, target: CaseState, more: dict[str, Case | None]) -> bool:
    try:
        with transaction.atomic():
            Case.objects.filter(pk=case.pk).update(state=target, **more)
    except DatabaseError:
        return False
    return True


def test_case_to_the_county_and_back(
    open_case: OpenCase, town_cadre: User, county_admin: User, tree: Tree
) -> None:
    case = transfer_case(case=open_case(), to=tree.county, reason="需要县里统筹", by=town_cadre)
    assert (case.state, case.lead_office) == ("transferred", tree.county)
    assert Notification.objects.get(to=county_admin).kind == "casework.given"
    with pytest.raises(CaseRefused, match="主办机构"):
        accept_case(case=case, by=town_cadre)
    case = return_case(case=case, reason="缺企业名称", by=county_admin)
    assert (case.state, case.lead_office) == ("returned", tree.town)
    assert Notification.objects.get(to=town_cadre).kind == "casework.returned"
    case = resubmit_case(case=case, reason="企业是试验公司", by=town_cadre)
    assert case.state == "registered"
    assert list(case.steps.values_list("step", flat=True)) == ["open", "transfer", "return", "resubmit"]


def test_transfer_goes_only_where_work_may_go(open_case: OpenCase, town_cadre: User, tree: Tree) -> None:
    for office in (tree.town, tree.far_town, tree.other_county):
        with pytest.raises(CaseRefused) as refused:
            transfer_case(case=open_case(), to=office, reason="请办", by=town_cadre)
        assert refused.value.field == "lead_office"


def test_assisting_office_sees_the_case(
    open_case: OpenCase, town_cadre: User, neighbour: User, bureau: Office, tree: Tree
) -> None:
    case = open_case()
    assert not Case.objects.visible_to(neighbour, Permission.CASE_VIEW).exists()
    case.assisting.add(tree.far_town)
    assert Case.objects.visible_to(neighbour, Permission.CASE_VIEW).get() == case
    set_assisting(case=case, offices=[bureau], by=town_cadre)
    assert not Case.objects.visible_to(neighbour, Permission.CASE_VIEW).exists()
    with pytest.raises(CaseRefused):
        set_assisting(case=case, offices=[tree.far_town], by=town_cadre)


def test_assisting_office_takes_no_step(open_case: OpenCase, neighbour: User, tree: Tree) -> None:
    case = open_case()
    case.assisting.add(tree.far_town)
    with pytest.raises(CaseRefused):
        accept_case(case=case, by=neighbour)


def test_same_matter_is_merged(open_case: OpenCase, town_cadre: User) -> None:
    first, second = open_case(), open_case()
    merged = merge_case(case=second, into=first, reason="同一件事", by=town_cadre)
    assert (merged.state, merged.merged_into) == ("merged", first)
    with pytest.raises(CaseRefused):
        merge_case(case=first, into=merged, reason="反过来", by=town_cadre)
    with pytest.raises(CaseRefused):
        merge_case(case=first, into=first, reason="自己", by=town_cadre)


def test_only_the_asker_takes_a_case_back(open_case: OpenCase, town_cadre: User, county_admin: User) -> None:
    case = accept_case(case=open_case(), by=town_cadre)
    with pytest.raises(CaseRefused, match="提出人本人"):
        withdraw_case(case=case, by=town_cadre)
    case = withdraw_case(case=case, by=town_cadre, via="call", reason="本人来电，已自行办好")
    assert (case.state, case.steps.last().via) == ("withdrawn", "call")  # type: ignore[union-attr]
    with pytest.raises(CaseRefused):
        withdraw_case(case=open_case(), by=county_admin)  # not the one who entered it
    assert withdraw_case(case=open_case(), by=town_cadre).state == "withdrawn"


def test_answer_waits_for_the_asker_before_it_is_closed(open_case: OpenCase, town_cadre: User) -> None:
    case = answered(open_case(), town_cadre)
    with pytest.raises(CaseRefused) as refused:
        close_case(case=case, closed_on=dt.date(2026, 3, 20), deed_done=False, by=town_cadre)
    assert refused.value.code == "verdict_first"
    # The eleventh working day after 6 March.
    closed = close_case(case=case, closed_on=dt.date(2026, 3, 23), deed_done=False, by=town_cadre)
    assert closed.state == "closed"


def test_nobodys_case_is_closed_at_once(open_case: OpenCase, town_cadre: User) -> None:
    case = answered(open_case(member=None), town_cadre)
    assert close_case(case=case, closed_on=MARCH_6, deed_done=False, by=town_cadre).state == "closed"


def test_unsatisfied_opens_it_once_more(open_case: OpenCase, town_cadre: User) -> None:
    case = answered(open_case(), town_cadre)
    first_due = case.due_on
    with pytest.raises(CaseRefused) as refused:
        record_verdict(case=case, verdict="unsatisfied", via="call", said_on=MARCH_6, by=town_cadre)
    assert refused.value.field == "why"
    case = record_verdict(
        case=case, verdict="unsatisfied", via="call", said_on=dt.date(2026, 3, 9), by=town_cadre, why="没办成"
    )
    assert (case.state, case.first_due_on, case.due_on) == ("reopened", first_due, dt.date(2026, 3, 30))
    case = start_case(case=case, by=town_cadre)
    case = answer_case(case=case, answer="已办好", answered_on=dt.date(2026, 3, 12), by=town_cadre)
    case = record_verdict(
        case=case,
        verdict="unsatisfied",
        via="call",
        said_on=dt.date(2026, 3, 13),
        by=town_cadre,
        why="仍不满意",
    )
    assert case.state == "confirmed"
    with pytest.raises(CaseRefused) as refused:
        reopen_case(case=case, reason="再来", via="call", by=town_cadre)
    assert refused.value.code == "reopened_before"


def test_closed_case_is_reopened_by_the_asker_only_once(open_case: OpenCase, town_cadre: User) -> None:
    case = answered(open_case(), town_cadre)
    case = record_verdict(case=case, verdict="satisfied", via="call", said_on=MARCH_6, by=town_cadre)
    case = close_case(case=case, closed_on=MARCH_6, deed_done=True, by=town_cadre)
    case = reopen_case(case=case, reason="路灯又坏了", via="call", by=town_cadre)
    assert (case.state, case.closed_on, case.deed_done) == ("reopened", None, False)


def test_adoption_only_goes_up(open_case: OpenCase, town_cadre: User) -> None:
    case = open_case("suggestion")
    for level in ("county", "county", "province"):
        case = adopt_suggestion(case=case, adopted_on=MONDAY, document="甲发1号", by=town_cadre, level=level)
    with pytest.raises(CaseRefused) as refused:
        adopt_suggestion(case=case, adopted_on=MONDAY, document="甲发1号", by=town_cadre, level="city")
    assert refused.value.field == "adopted_by_level"


def test_text_and_kind_are_in_no_step(open_case: OpenCase) -> None:
    """Nobody retypes what was asked: no form of a step has these fields."""
    fields = {name for step in STEPS if step.form for name in step.form.base_fields}
    assert not fields & {"text", "kind", "member", "opened_on"}
    assert {str(step) for step in MOVES} >= {"withdraw", "reopen"}


def test_merged_needs_its_other(open_case: OpenCase) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=open_case().pk).update(state="merged")


def test_handler_is_who_took_it_on(
    open_case: OpenCase, town_cadre: User, on_day: Callable[[str], None]
) -> None:
    on_day("2026-03-03")
    assert accept_case(case=open_case(), by=town_cadre).handler == town_cadre
