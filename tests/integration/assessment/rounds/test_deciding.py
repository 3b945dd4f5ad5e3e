"""审定: grades by points, changed with a reason, vetoed with a document, given where too much does not apply."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from apps.assessment.models import Decision, Result
from apps.assessment.rounds.deciding import decision_lines, note_decision
from apps.core.refusals import Refusal
from tests.integration.assessment.rounds.conftest import DECISION_DAY, Round


def note(
    running: Round, grade: str = "", reason: str = "", veto: str = "", office: str = "county"
) -> Decision:
    place = running.tree.county if office == "county" else running.tree.other_county
    return note_decision(
        running.scheme, place, grade=grade, reason=reason, veto_basis=veto, by=running.leader
    )


def grades(running: Round) -> dict[str, str]:
    return {line.result.office.name: line.grade for line in decision_lines(running.scheme)}


def test_grades_follow_the_points(running: Round) -> None:
    running.to_objection()
    # 甲县 49.20 + 20 + 14, 乙县 60 + 20 + 14.
    assert grades(running) == {"甲县": "良好", "乙县": "优秀"}


def test_changed_grade_has_a_reason_that_is_shown(running: Round, client: Client) -> None:
    running.to_objection()
    with pytest.raises(Refusal, match="理由"):
        note(running, "合格")
    note(running, "合格", "督办事项未整改")
    running.clock(DECISION_DAY)
    running.step("decided")
    assert Result.objects.get(office=running.tree.county).grade == "合格"
    client.force_login(running.county)
    page = client.get("/assessment/schemes/R-2026/offices/990001/").content.decode()
    assert "督办事项未整改" in page
    assert "按得分为良好" in page


def test_reason_is_not_shown_before_it_is_signed(running: Round, client: Client) -> None:
    running.to_objection()
    note(running, "合格", "督办事项未整改")
    client.force_login(running.county)
    assert "督办事项未整改" not in client.get("/assessment/schemes/R-2026/offices/990001/").content.decode()


def test_veto_needs_its_document_and_comes_before_quotas(running: Round) -> None:
    running.to_objection()
    note(running, veto="示例〔2027〕2号", office="other_county")
    assert grades(running) == {"甲县": "良好", "乙县": "不合格"}
    with pytest.raises(Refusal, match="最低等次"):
        note(running, "良好", "另有考虑", "示例〔2027〕2号", office="other_county")


def test_grade_without_reason_does_not_get_into_the_table(running: Round) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            scheme=running.scheme,
            office=running.tree.county,
            grade="优秀",
            computed="良好",
            decided_by=running.leader,
        )


def test_office_marked_for_decision_gets_its_grade_from_the_leader(running: Round) -> None:
    running.to_objection()
    Result.objects.filter(office=running.tree.county).update(standing="for_decision", grade="")
    assert grades(running)["甲县"] == ""
    note(running, "良好", "集体研究确定")
    assert grades(running)["甲县"] == "良好"


def test_only_a_leader_of_the_assessing_office_notes_grades(running: Round) -> None:
    running.to_objection()
    for stranger in (running.admin, running.county, running.reviewer):
        with pytest.raises(Refusal, match="领导"):
            note_decision(
                running.scheme, running.tree.county, grade="优秀", reason="x", veto_basis="", by=stranger
            )


def test_grades_are_noted_only_while_objections_run(running: Round) -> None:
    running.to_decided()
    with pytest.raises(Refusal, match="现在不能审定"):
        note(running, "优秀", "另有考虑")
