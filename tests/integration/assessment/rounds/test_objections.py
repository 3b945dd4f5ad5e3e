"""异议复核: Chinese working days to the day, one objection an item, answered by somebody who did not examine it."""

import datetime as dt
from decimal import Decimal as D

import pytest

from apps.assessment.models import Objection, RoundStep
from apps.assessment.rounds.objecting import (
    answer_objection,
    object_to,
    objections_until,
    why_not_answer,
    withdraw_objection,
)
from apps.core.refusals import Conflict, Refusal
from tests.integration.assessment.rounds.conftest import LAST_OBJECTION, Round, indicator


def objected(running: Round, name: str = "专项") -> Objection:
    return object_to(indicator(name), running.tree.county, text="验收单未计入", by=running.county)


@pytest.mark.parametrize(
    ("feedback", "last"),
    [
        # Friday before the Spring Festival of 2026 (15 to 23 February off, worked on Saturday 14 and 28 February).
        (dt.date(2026, 2, 13), dt.date(2026, 2, 27)),
        # Wednesday before National Day of 2026: off 1 to 7 October, worked on Saturday 10 October.
        (dt.date(2026, 9, 30), dt.date(2026, 10, 13)),
        (dt.date(2026, 11, 16), dt.date(2026, 11, 23)),
    ],
)
def test_days_of_objection_are_working_days(running: Round, feedback: dt.date, last: dt.date) -> None:
    RoundStep.objects.create(scheme=running.scheme, was="review", became="objection", taken_on=feedback)
    until = objections_until(running.scheme)
    assert until is not None
    assert (until.day, until.is_estimated) == (last, False)


def test_last_day_counts_and_the_next_does_not(running: Round) -> None:
    running.to_objection()
    running.clock(LAST_OBJECTION)
    objected(running)
    running.clock(LAST_OBJECTION + dt.timedelta(days=1))
    with pytest.raises(Refusal, match="异议期已于 2027-01-21 结束"):
        objected(running, "品牌创新")


def test_nobody_objects_before_the_results_are_out(running: Round) -> None:
    running.to_review()
    with pytest.raises(Refusal, match="不在异议期"):
        objected(running)


def test_item_is_objected_to_once_unless_withdrawn(running: Round) -> None:
    running.to_objection()
    row = objected(running)
    with pytest.raises(Conflict):
        objected(running)
    withdraw_objection(row, by=running.county)
    assert objected(running).pk == row.pk


def test_only_the_office_itself_objects(running: Round) -> None:
    running.to_objection()
    for stranger in (running.admin, running.other_county, running.reviewer):
        with pytest.raises(Refusal, match="被考核单位"):
            object_to(indicator("专项"), running.tree.county, text="代提", by=stranger)


@pytest.mark.parametrize("name", ["专项", "品牌创新"])
def test_who_examined_the_item_does_not_answer(running: Round, name: str) -> None:
    running.to_objection()
    row = objected(running, name)
    for examiner in [running.reviewer] if name == "专项" else running.judges:
        with pytest.raises(Refusal, match="换一人"):
            answer_objection(row, answer="维持", points=None, by=examiner)
    with pytest.raises(Refusal, match="考核机构"):
        answer_objection(row, answer="维持", points=None, by=running.other_county)
    answer_objection(row, answer="材料已计入，维持原结果", points=None, by=running.second)


def test_judge_of_another_item_may_answer(running: Round) -> None:
    running.to_objection()
    assert why_not_answer(Objection.objects.get(pk=objected(running).pk), running.judges[0]) == ""


@pytest.mark.parametrize(
    ("answer", "points", "said"),
    [(" ", None, "复核意见"), ("补计", D(21), "0 到 20"), ("补计", D(-1), "0 到 20")],
)
def test_answer_is_written_and_within_the_item(
    running: Round, answer: str, points: D | None, said: str
) -> None:
    running.to_objection()
    with pytest.raises(Refusal, match=said):
        answer_objection(objected(running), answer=answer, points=points, by=running.second)


def test_answered_is_answered(running: Round) -> None:
    running.to_objection()
    row = answer_objection(objected(running), answer="维持", points=None, by=running.second)
    with pytest.raises(Conflict):
        answer_objection(row, answer="补计", points=D(20), by=running.second)
    with pytest.raises(Conflict):
        withdraw_objection(row, by=running.county)
