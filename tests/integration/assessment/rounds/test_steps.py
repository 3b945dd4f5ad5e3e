"""Every step of a round: taken by whom it belongs to, refused to all others and where something is missing."""

from decimal import Decimal as D

import pytest

from apps.accounts.models import User
from apps.assessment.models import Decision, FrozenFacts, Objection, Publication, RoundStep, Scheme
from apps.assessment.rounds.moving import blockers, take_step
from apps.assessment.rounds.objecting import answer_objection, object_to
from apps.assessment.rounds.states import STEPS, S, Step
from apps.core.access import Permission
from apps.core.refusals import Conflict, Refusal
from apps.notifications.models import Notification
from apps.offices.models import ClosedPeriod
from tests.integration.assessment.rounds.conftest import (
    DECISION_DAY,
    FEEDBACK_DAY,
    LAST_DAY,
    LAST_OBJECTION,
    Round,
    indicator,
)


def test_a_whole_round_goes_forward(running: Round) -> None:
    running.to_published()
    running.step("archived")
    assert running.scheme.state == S.ARCHIVED
    taken = list(RoundStep.objects.filter(scheme=running.scheme).values_list("became", flat=True))
    assert taken[-5:] == ["review", "objection", "decided", "published", "archived"]


def test_every_state_is_left_by_a_step_and_reached_by_one() -> None:
    assert {step.was for step in STEPS} == set(S) - {S.DRAFT, S.ARCHIVED}
    assert {step.became for step in STEPS} == set(S) - {S.DRAFT, S.OPEN}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.was}-{step.became}")
def test_step_belongs_to_its_permission(step: Step, running: Round) -> None:
    Scheme.objects.filter(pk=running.scheme.pk).update(state=step.was)
    running.scheme.refresh_from_db()
    deciding = step.permission == Permission.ASSESSMENT_DECIDE
    strangers: list[User] = [running.county, running.reviewer, running.admin if deciding else running.leader]
    for stranger in strangers:
        with pytest.raises(Refusal, match="权限"):
            take_step(running.scheme, step.became, reason="因故", by=stranger)


@pytest.mark.parametrize("became", ["published", "archived", "draft", "open", "objection"])
def test_no_step_is_skipped(running: Round, became: str) -> None:
    with pytest.raises(Conflict, match="不能走这一步"):
        running.step(became)


def test_review_waits_for_the_deadline(running: Round) -> None:
    running.clock(LAST_DAY)
    with pytest.raises(Refusal, match="2027-01-05"):
        running.step("review")


def test_review_closes_and_freezes_the_entries(running: Round) -> None:
    running.to_review()
    closed = ClosedPeriod.objects.get(office=running.tree.city)
    assert (closed.period, closed.closed_by) == ("2026", running.admin)
    assert FrozenFacts.objects.get().rows == [
        ["pairing.coverage", "990001", 41, 50],
        ["pairing.coverage", "990002", 30, 30],
    ]


def test_review_does_not_close_while_something_is_undecided(running: Round) -> None:
    running.to_review()
    running.verdict(running.tree.county)
    running.mark_all(running.tree.county)
    with pytest.raises(Refusal, match="乙县：“专项”未评（待评定）"):
        running.step("objection")
    step = next(step for step in STEPS if step.became == S.OBJECTION)
    found = blockers(running.scheme, step)
    assert [each.message[:2] for each in found] == ["乙县", "乙县"]
    assert all(each.url for each in found)


def test_decision_waits_for_the_days_of_objection(running: Round) -> None:
    running.to_objection()
    running.clock(LAST_OBJECTION)
    with pytest.raises(Refusal, match="2027-01-21"):
        running.step("decided")


def test_decision_waits_for_every_answer(running: Round) -> None:
    running.to_objection()
    row = object_to(indicator("品牌创新"), running.tree.county, text="材料未计入", by=running.county)
    running.clock(DECISION_DAY)
    with pytest.raises(Refusal, match="甲县 的异议还没有答复"):
        running.step("decided")
    answer_objection(row, answer="已核对，计分无误", points=None, by=running.second)
    running.step("decided")


def test_going_back_needs_a_reason_and_starts_the_days_of_objection_anew(running: Round) -> None:
    running.to_objection()
    with pytest.raises(Refusal, match="原因"):
        running.step("review")
    running.step("review", reason="评委材料有误，重新审核")
    running.clock(DECISION_DAY)
    running.step("objection")
    with pytest.raises(Refusal, match="2027-02-02"):
        running.step("decided")


def test_taken_back_decision_keeps_what_was_changed_and_lets_no_new_objection_in(running: Round) -> None:
    running.to_decided()
    running.step("objection", by=running.leader, reason="会议要求复议")
    assert set(Decision.objects.values_list("grade", flat=True)) == {""}
    with pytest.raises(Refusal, match="异议期已于"):
        object_to(indicator("专项"), running.tree.county, text="请复核", by=running.county)
    running.step("decided")


def test_archive_waits_for_a_publication_that_verifies(running: Round) -> None:
    running.to_published()
    running.step("archived")
    with pytest.raises(Conflict):
        running.step("published")


def test_steps_tell_those_whose_turn_it_is(running: Round) -> None:
    running.to_objection()
    told = set(Notification.objects.filter(kind="assessment.step").values_list("to__username", flat=True))
    assert {"county_admin", "other_admin", "city_leader", "judge1"} <= told
    assert "city_admin" not in told


def test_frozen_facts_count_and_not_what_is_entered_later(running: Round) -> None:
    running.to_review()
    from apps.assessment.models import MetricFact

    MetricFact.objects.filter(office=running.tree.county).update(numerator=50)
    running.verdict(running.tree.county)
    item = running.result(running.tree.county).items.get(indicator__name="结对覆盖率")
    assert item.points == D("49.20")


def test_changed_answer_moves_the_total(running: Round) -> None:
    running.to_objection()
    before = running.result(running.tree.county).total
    row = object_to(indicator("品牌创新"), running.tree.county, text="第三份材料未计入", by=running.county)
    assert row.points_then == D("14.00")
    answer_objection(row, answer="补计第三份材料", points=D("16.5"), by=running.second)
    assert running.result(running.tree.county).total == before + D("2.5")
    assert Objection.objects.get().state == Objection.State.CHANGED


def test_final_results_are_not_scored_again(running: Round) -> None:
    from apps.assessment.models import MetricFact
    from apps.assessment.scoring import score_scheme

    running.to_decided()
    before = list(running.scheme.results.order_by("pk").values())
    MetricFact.objects.filter(office=running.tree.county).update(numerator=1)
    assert score_scheme(running.scheme, today=DECISION_DAY) == 0
    assert list(running.scheme.results.order_by("pk").values()) == before


def test_first_publication_holds_the_whole(running: Round) -> None:
    running.clock(FEEDBACK_DAY)
    running.to_published()
    kept = Publication.objects.get()
    county = kept.snapshot["offices"]["990001"]
    assert (county["total"], county["grade"]) == ("83.20", "良好")
    assert county["items"][0][0] == {
        "state": "scored",
        "points": "49.20",
        "evidence": {"numerator": "41", "denominator": "50"},
    }
    assert kept.snapshot["facts"]["sha256"] == FrozenFacts.objects.get().sha256
