"""A survey of the city about its two counties: thirty members in 东镇, four in 南镇."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.assessment.actions import adopt_scheme, open_scheme
from apps.assessment.models import Indicator, Scheme, Survey, SurveyedOffice, SurveyInvitation
from apps.assessment.surveys import tokens
from apps.assessment.surveys.answering import answer
from apps.assessment.surveys.asking import open_survey
from apps.assessment.surveys.questions import Ballot, Opinion, Question
from apps.members.models import Member
from tests.cast import Tree

SCHEME = """
code: S-1
name: 试验市考核
year: {year}
assessed: county
groups: [{{name: 全部, offices: ["990001", "990002"]}}]
calendar: {{open: {year}-01-15, entry_deadline: {next}-01-05, self_statement: {year}-12-10/{next}-01-05,
           review: {next}-01-06/{next}-01-15, objection_workdays: 5, decision: {next}-01-26, publish: {next}-01-31}}
grades: [{{name: 合格, at_least: 0}}]
indicators:
  - name: 一、工作
    points: 100
    items:
      - {{name: 专项, points: 90, rule: manual}}
      - {{name: 成员满意度, points: 10, rule: survey, target: 0.9, minimum_answers: 10}}
"""
SATISFIED = dict.fromkeys(Question, Opinion.SATISFIED)
DISSATISFIED = dict.fromkeys(Question, Opinion.DISSATISFIED)


def text_of(code: str = "S-1") -> bytes:
    year = timezone.localdate().year
    return SCHEME.format(year=year, next=year + 1).replace("S-1", code).encode()


def soon() -> dt.date:
    return timezone.localdate() + dt.timedelta(days=14)


def secrets_of(surveyed: SurveyedOffice) -> list[str]:
    """Every secret of an office's survey, in no order."""
    rows = SurveyInvitation.objects.filter(sheet=surveyed.public_id)
    return sorted(tokens.secret_of(pk) for pk in rows.values_list("pk", flat=True))


def answer_all(secrets: list[str], ballot: Ballot) -> None:
    for secret in secrets:
        answer(secret, ballot, timezone.localdate())


@pytest.fixture
def people(tree: Tree, make_member: Callable[..., Member]) -> list[Member]:
    names = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
    return [make_member(f"{name}一", tree.town) for name in names]


@pytest.fixture
def indicator(tree: Tree) -> Indicator:
    scheme = adopt_scheme(text_of(), by=None)
    open_scheme(scheme, by=None)
    return Indicator.objects.select_related("section__scheme__office").get(name="成员满意度")


@pytest.fixture
def scheme(indicator: Indicator) -> Scheme:
    return Scheme.objects.get(code="S-1")


@pytest.fixture
def survey(
    indicator: Indicator,
    people: list[Member],
    make_member: Callable[..., Member],
    tree: Tree,
    city_admin: User,
) -> Survey:
    for name in ("南一", "南二", "南三", "南四"):
        make_member(name, tree.far_town)
    return open_survey(indicator, closes_on=soon(), by=city_admin)


@pytest.fixture
def county(survey: Survey, tree: Tree) -> SurveyedOffice:
    return SurveyedOffice.objects.get(survey=survey, office=tree.county)
