"""Judges are blind to each other: through pages and API, until all are in; who serves at an office does not judge it."""

from decimal import Decimal as D

import pytest
from django.test import Client

from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.assessment.models import Examiner, Indicator, Mark, ResultItem
from apps.assessment.rounds.judging import give_mark, waiting_for_judge
from apps.assessment.rounds.panels import Panel
from apps.assessment.rounds.reviewing import name_examiners
from apps.core.refusals import Conflict, Refusal
from apps.offices.models import Office
from tests.integration.assessment.rounds.conftest import FEEDBACK_DAY, Round, indicator

SECRET = "只有本人知道的理由"
# No figure of the pages is written like this.
POINTS = D("13.37")


def mark(
    running: Round, judge: User, points: D = D(12), reason: str = "做法清楚", office: Office | None = None
) -> Mark:
    return give_mark(
        indicator("品牌创新"), office or running.tree.county, points=points, reason=reason, by=judge
    )


def addresses(running: Round) -> list[str]:
    at = "/assessment/schemes/R-2026"
    office = f"{at}/offices/{running.tree.county.code}"
    result = running.result(running.tree.county)
    found = indicator("品牌创新").pk
    return [
        f"{at}/judging/",
        f"{at}/round/",
        f"{at}/missing/",
        f"{at}/results/",
        f"{office}/",
        f"{office}/examine/",
        f"{office}/mark/{found}/",
        f"/api/v1/results/{result.pk}/",
        "/api/v1/results/",
    ]


def seen_by(client: Client, user: User, running: Round) -> str:
    client.force_login(user)
    answers = [client.get(address) for address in addresses(running)]
    assert {answer.status_code for answer in answers} <= {200, 403, 404}
    return "".join(answer.content.decode() for answer in answers)


def test_nobody_reads_a_mark_before_all_are_in(running: Round, client: Client) -> None:
    running.to_review()
    mark(running, running.judges[0], POINTS, SECRET)
    for other in (*running.judges[1:], running.admin, running.leader, running.reviewer, running.county):
        text = seen_by(client, other, running)
        assert SECRET not in text, other
        assert "13.37" not in text, other
    own = seen_by(client, running.judges[0], running)
    assert SECRET in own


def test_no_sum_gives_a_mark_away(running: Round) -> None:
    running.to_review()
    for judge in running.judges[:4]:
        mark(running, judge)
    item = ResultItem.objects.get(indicator__name="品牌创新", result__office=running.tree.county)
    assert (item.state, item.points, item.evidence) == ("undecided", None, None)
    mark(running, running.judges[4])
    item.refresh_from_db()
    assert (item.state, item.points) == ("scored", D("12.00"))


def test_all_marks_are_read_once_all_are_in(running: Round, client: Client) -> None:
    running.to_review()
    mark(running, running.judges[0], POINTS, SECRET)
    for judge in running.judges[1:]:
        mark(running, judge)
    text = seen_by(client, running.judges[1], running)
    assert SECRET in text
    # Whose mark it is nobody is told.
    assert running.judges[0].name not in text.replace(running.judges[1].name, "")


def test_extremes_are_dropped(running: Round) -> None:
    running.to_review()
    running.mark_all(running.tree.county, 0, 12, 13, 17, 20)
    item = ResultItem.objects.get(indicator__name="品牌创新", result__office=running.tree.county)
    assert item.points == D("14.00")


def test_mark_changes_until_the_last_one_is_in(running: Round) -> None:
    running.to_review()
    for judge in running.judges[:4]:
        mark(running, judge)
    mark(running, running.judges[0], D(19))
    mark(running, running.judges[4])
    with pytest.raises(Conflict, match="不能再改"):
        mark(running, running.judges[0], D(1))


def test_judge_of_an_assessed_office_stands_aside(running: Round) -> None:
    Grant.objects.create(
        user=running.judges[0], role=RoleName.CADRE, office=running.tree.town, starts_on="2026-01-01"
    )
    running.to_review()
    running.judges[0].__dict__.pop("current_grants", None)
    with pytest.raises(Refusal, match="回避"):
        mark(running, running.judges[0])
    mark(running, running.judges[0], office=running.tree.other_county)
    panel = Panel.load(running.scheme)
    assert len(panel.judges_of(running.tree.county.pk)) == 4
    # Four are too few for a rule that wants five: the item stays open and says so.
    for judge in running.judges[1:]:
        mark(running, judge)
    item = ResultItem.objects.get(indicator__name="品牌创新", result__office=running.tree.county)
    assert item.state == "undecided"


@pytest.mark.parametrize(
    ("points", "reason", "said"),
    [(D(21), "好", "0 到 20"), (D(-1), "差", "0 到 20"), (D(5), " ", "理由")],
)
def test_mark_has_points_within_the_rule_and_a_reason(
    running: Round, points: D, reason: str, said: str
) -> None:
    running.to_review()
    with pytest.raises(Refusal, match=said):
        mark(running, running.judges[0], points, reason)


def test_who_is_no_judge_marks_nothing(running: Round) -> None:
    running.to_review()
    with pytest.raises(Refusal, match="不是这一组的评委"):
        mark(running, running.reviewer)


def test_nothing_is_marked_before_and_after_the_review(running: Round) -> None:
    with pytest.raises(Refusal, match="审核阶段"):
        mark(running, running.judges[0])
    running.to_objection()
    with pytest.raises(Refusal, match="审核阶段"):
        mark(running, running.judges[0])


def test_judge_named_no_longer_counts_no_more(running: Round, people: dict[str, User]) -> None:
    running.to_review()
    mark(running, running.judges[0], D(20))
    others = [*running.judges[1:], running.second]
    name_examiners(running.scheme.groups.get(), Examiner.Task.JUDGE, others, by=running.admin)
    for judge in others:
        mark(running, judge, D(10))
    item = ResultItem.objects.get(indicator__name="品牌创新", result__office=running.tree.county)
    assert item.points == D("10.00")
    assert Mark.objects.filter(judge=running.judges[0]).exists()


def test_judge_sees_how_many_are_owed(running: Round) -> None:
    assert waiting_for_judge(running.scheme, running.judges[0]) == 0
    running.to_review()
    assert waiting_for_judge(running.scheme, running.judges[0]) == 2
    mark(running, running.judges[0])
    assert waiting_for_judge(running.scheme, running.judges[0]) == 1


def test_named_reviewers_are_the_only_ones(running: Round) -> None:
    group = running.scheme.groups.get()
    name_examiners(group, Examiner.Task.REVIEW, [running.second], by=running.admin)
    running.to_review()
    with pytest.raises(Refusal, match="您不在其中"):
        running.verdict(running.tree.county)
    with pytest.raises(Refusal, match="管理员"):
        name_examiners(group, Examiner.Task.REVIEW, [running.reviewer], by=running.leader)
    with pytest.raises(Refusal, match="没有相应的权限"):
        name_examiners(group, Examiner.Task.JUDGE, [running.county], by=running.admin)


def test_examiners_stand_once_the_results_are_out(running: Round) -> None:
    running.to_objection()
    running.clock(FEEDBACK_DAY)
    with pytest.raises(Refusal, match="不能再更换"):
        name_examiners(running.scheme.groups.get(), Examiner.Task.JUDGE, [], by=running.admin)


def test_an_item_of_another_group_takes_no_mark(running: Round) -> None:
    running.to_review()
    Indicator.objects.filter(name="品牌创新").update(groups=["另一组"])
    with pytest.raises(Refusal, match="不考核本单位"):
        mark(running, running.judges[0])
