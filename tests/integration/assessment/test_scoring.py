"""From facts to results: a whole small scheme by hand, declared figures, undecided items, grades."""

import datetime as dt
from decimal import Decimal as D

import pytest

from apps.accounts.models import User
from apps.assessment.actions import adopt_scheme, open_scheme
from apps.assessment.declaring import Declared, declare_figure, give_manual_score, review_figure
from apps.assessment.evidence import Outcome
from apps.assessment.models import DeclaredFigure, Indicator, MetricFact, Result, ResultItem, Rollup, Scheme
from apps.assessment.ruledata import RULES, evidence_from_data, rule_from_data, rule_to_data
from apps.assessment.schemeyaml import SchemeRefused
from apps.assessment.scoring import apply_rule, score_scheme
from apps.core.refusals import Conflict, Refusal
from apps.offices.models import Office
from tests.cast import Tree
from tests.integration.assessment.conftest import TODAY

SCHEME = """
code: T-2026
name: 试验市2026年度考核
year: 2026
assessed: county
groups: [{name: 全部, offices: ["990001", "990002"]}]
calendar: {open: 2026-01-15, entry_deadline: 2027-01-05, self_statement: 2026-12-10/2027-01-05,
           review: 2027-01-06/2027-01-15, objection_workdays: 5, decision: 2027-01-26, publish: 2027-01-31}
grades: [{name: 优秀, at_least: 90, quota: 0.30}, {name: 良好, at_least: 80}, {name: 合格, at_least: 60}, {name: 不合格, at_least: 0}]
indicators:
  - name: 一、工作
    points: 100
    items:
      - {name: 结对覆盖率, points: 50, rule: ratio, metric: pairing.coverage, target: 1.0}
      - {name: 按期办结率, points: 14, rule: ratio, metric: cases.closed_on_time, target: 0.95}
      - {name: 会议, points: 16, rule: ratio, metric: meetings.plenary, target: 2}
      - {name: 专项, points: 20, rule: manual}
  - name: 加分项
    bonus: true
    cap: 5
    items:
      - {name: 获得表彰, rule: ladder_items, levels: {市级: 1, 省级: 2}, evidence: required}
  - name: 扣分项
    deduction: true
    cap: 5
    items:
      - {name: 失实, rule: deduct, declared: true, each: 1}
"""


@pytest.fixture
def scheme(tree: Tree) -> Scheme:
    made = adopt_scheme(SCHEME.encode(), by=None)
    open_scheme(made, by=None)
    return made


@pytest.fixture
def facts(tree: Tree) -> None:
    Rollup.objects.create(year=2026, as_of=TODAY, counted_at=dt.datetime(2026, 11, 22, tzinfo=dt.UTC))
    for metric, office, numerator, denominator in (
        ("pairing.coverage", tree.county, 41, 50),
        ("cases.closed_on_time", tree.county, 9, 10),
        ("meetings.plenary", tree.county, 1, None),
        ("pairing.coverage", tree.other_county, 30, 30),
        ("meetings.plenary", tree.other_county, 3, None),
    ):
        MetricFact.objects.create(
            metric=metric, period="2026", office=office, numerator=numerator, denominator=denominator
        )


def indicator(name: str) -> Indicator:
    return Indicator.objects.select_related("section__scheme").get(name=name)


def result(scheme: Scheme, office: Office) -> Result:
    score_scheme(scheme, today=TODAY)
    return Result.objects.get(scheme=scheme, office=office)


def points(found: Result) -> dict[str, D | None]:
    return dict(ResultItem.objects.filter(result=found).values_list("indicator__name", "points"))


@pytest.fixture
def verdicts(scheme: Scheme, tree: Tree, assessor: User) -> None:
    for office, outcome, given in ((tree.county, Outcome.MET, "0"), (tree.other_county, Outcome.PART, "15")):
        give_manual_score(
            indicator("专项"), office, outcome=outcome, points=D(given), reason="验收意见", by=assessor
        )


def test_undecided_items_leave_the_total_open(scheme: Scheme, facts: None, tree: Tree) -> None:
    found = result(scheme, tree.county)
    # 41/50 of 50; 0.9/0.95 of 14 = 13.263…; 1/2 of 16. The manual item is not decided.
    assert points(found)["结对覆盖率"] == D("41.00")
    assert points(found)["按期办结率"] == D("13.26")
    assert points(found)["会议"] == D("8.00")
    assert points(found)["专项"] is None
    assert (found.earned, found.countable) == (D("62.26"), D("80.00"))
    assert (found.standing, found.grade) == ("open", "")


def test_decided_totals_by_hand(scheme: Scheme, facts: None, verdicts: None, tree: Tree) -> None:
    first = result(scheme, tree.county)
    assert (first.base, first.total, first.standing) == (D("82.26"), D("82.26"), "final")
    # No case was due in 乙县: 14 points do not apply, the other 86 are worth 100: 58.14 + 18.60 + 17.44.
    second = result(scheme, tree.other_county)
    assert points(second) == {
        "结对覆盖率": D("58.14"),
        "按期办结率": None,
        "会议": D("18.60"),
        "专项": D("17.44"),
        "获得表彰": D("0.00"),
        "失实": D("0.00"),
    }
    assert (second.total, second.not_applicable) == (D("94.18"), D("14.00"))
    assert (second.grade, Result.objects.get(office=tree.county).grade) == ("优秀", "良好")


def test_scoring_twice_keeps_the_rows(scheme: Scheme, facts: None, tree: Tree) -> None:
    first = result(scheme, tree.county)
    again = result(scheme, tree.county)
    assert (again.pk, again.total) == (first.pk, first.total)
    assert ResultItem.objects.filter(result=first).count() == 6


def test_stored_evidence_scores_the_same_again(
    scheme: Scheme, facts: None, verdicts: None, tree: Tree
) -> None:
    score_scheme(scheme, today=TODAY)
    for item in ResultItem.objects.filter(state="scored", result__office=tree.county):
        score = apply_rule(item.indicator.rule, evidence_from_data(item.evidence))
        assert score.points == item.points


def test_before_the_first_rollup_nothing_is_decided(scheme: Scheme, tree: Tree) -> None:
    assert result(scheme, tree.county).countable == 0


# Declared figures ---------------------------------------------------------------------------------------------------

AWARD = Declared(matter="先进集体", level="省级", evidence="示例〔2026〕3号")


def test_declared_matter_counts_once_confirmed(
    scheme: Scheme, facts: None, verdicts: None, tree: Tree, county_admin: User, assessor: User
) -> None:
    row = declare_figure(indicator("获得表彰"), tree.county, AWARD, by=county_admin)
    assert result(scheme, tree.county).standing == "open"
    review_figure(row, confirm=True, by=assessor)
    assert result(scheme, tree.county).bonus == D("2.00")
    with pytest.raises(Conflict):
        declare_figure(indicator("获得表彰"), tree.county, AWARD, by=county_admin)


def test_refused_declaration_counts_nothing_and_may_be_declared_anew(
    scheme: Scheme, facts: None, verdicts: None, tree: Tree, county_admin: User, assessor: User
) -> None:
    row = declare_figure(indicator("失实"), tree.county, Declared(D(2)), by=county_admin)
    with pytest.raises(Refusal, match="理由"):
        review_figure(row, confirm=False, by=assessor)
    review_figure(row, confirm=False, note="材料不符", by=assessor)
    assert result(scheme, tree.county).deduction == 0
    again = declare_figure(indicator("失实"), tree.county, Declared(D(1)), by=county_admin)
    assert (again.pk, again.state) == (row.pk, DeclaredFigure.State.DECLARED)


def test_who_declared_does_not_review_and_the_county_does_not_review_itself(
    scheme: Scheme, tree: Tree, county_admin: User, city_admin: User
) -> None:
    row = declare_figure(indicator("获得表彰"), tree.county, AWARD, by=city_admin)
    with pytest.raises(Refusal, match="换一人"):
        review_figure(row, confirm=True, by=city_admin)
    with pytest.raises(Refusal, match="考核机构"):
        review_figure(row, confirm=True, by=county_admin)


@pytest.mark.parametrize(
    ("name", "declared", "said"),
    [
        ("获得表彰", Declared(matter="先进", level="省级"), "佐证"),
        ("获得表彰", Declared(matter="先进", level="乡级", evidence="x"), "级别"),
        ("获得表彰", Declared(level="省级", evidence="x"), "事项"),
        ("失实", Declared(D(3), D(2)), "分母"),
        ("结对覆盖率", Declared(D(1)), "不由本单位申报"),
        ("专项", Declared(D(1)), "不由本单位申报"),
    ],
)
def test_declaration_refused(
    scheme: Scheme, tree: Tree, county_admin: User, name: str, declared: Declared, said: str
) -> None:
    with pytest.raises(Refusal, match=said):
        declare_figure(indicator(name), tree.county, declared, by=county_admin)


def test_office_outside_the_scheme_declares_nothing(scheme: Scheme, tree: Tree, county_admin: User) -> None:
    with pytest.raises(Refusal):
        declare_figure(indicator("失实"), tree.town, Declared(D(1)), by=county_admin)


# Schemes ------------------------------------------------------------------------------------------------------------


def test_same_file_again_changes_nothing_and_an_open_scheme_is_not_replaced(scheme: Scheme) -> None:
    assert adopt_scheme(SCHEME.encode(), by=None).pk == scheme.pk
    with pytest.raises(SchemeRefused, match="已启动"):
        adopt_scheme(SCHEME.replace("试验市2026", "试验市二〇二六").encode(), by=None)


def test_draft_is_replaced_by_a_changed_file(tree: Tree) -> None:
    adopt_scheme(SCHEME.encode(), by=None)
    changed = adopt_scheme(SCHEME.replace("试验市2026", "改名2026").encode(), by=None)
    assert Scheme.objects.get().pk == changed.pk


def test_scheme_is_adopted_by_the_office_that_assesses(
    tree: Tree, county_admin: User, city_admin: User
) -> None:
    with pytest.raises(SchemeRefused, match="试验市"):
        adopt_scheme(SCHEME.encode(), by=county_admin)
    assert adopt_scheme(SCHEME.encode(), by=city_admin).office == tree.city


def test_rules_survive_storage(scheme: Scheme) -> None:
    assert set(RULES) == {
        *("ratio", "ladder", "per_item", "ladder_items", "cumulative_items"),
        *("deduct", "judged", "survey", "manual", "rank"),
    }
    for stored in Indicator.objects.all():
        assert rule_from_data(stored.rule_kind, rule_to_data(stored.rule)) == stored.rule


# Groups with items of their own --------------------------------------------------------------------------------------

BY_GROUP = SCHEME.replace(
    '[{name: 全部, offices: ["990001", "990002"]}]',
    '[{name: 甲组, offices: ["990001"]}, {name: 乙组, offices: ["990002"]}]',
).replace(
    "{name: 专项, points: 20, rule: manual}",
    "{name: 专项, points: 20, rule: manual, groups: [甲组]}\n"
    "      - {name: 会议二, points: 20, rule: ratio, metric: meetings.plenary, target: 4, groups: [乙组]}",
)


def test_each_group_is_scored_by_its_own_items(tree: Tree, facts: None, city_admin: User) -> None:
    made = adopt_scheme(BY_GROUP.encode(), by=None)
    open_scheme(made, by=None)
    first, second = result(made, tree.county), result(made, tree.other_county)
    assert "会议二" not in points(first)
    assert "专项" not in points(second)
    # Re-based by 100/86: 50 + 16 + 15 (three meetings of four) of 86.
    assert points(second)["会议二"] == D("17.44")
    assert (second.total, second.standing) == (D("94.18"), "final")
    with pytest.raises(Refusal, match="不考核本单位"):
        give_manual_score(
            indicator("专项"), tree.other_county, outcome=Outcome.MET, points=D(0), reason="x", by=city_admin
        )
