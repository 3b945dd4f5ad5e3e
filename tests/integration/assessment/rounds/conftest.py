"""A small round on a fake clock: the city assesses 甲县 and 乙县; five judges, two reviewers, a leader."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal as D
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.assessment.actions import adopt_scheme, open_scheme
from apps.assessment.declaring import give_manual_score
from apps.assessment.evidence import Outcome
from apps.assessment.models import Examiner, Indicator, MetricFact, Result, Rollup, Scheme
from apps.assessment.rounds.judging import give_mark
from apps.assessment.rounds.moving import take_step
from apps.assessment.rounds.reviewing import name_examiners
from apps.offices.models import Office
from tests.cast import Tree

SCHEME = """
code: R-2026
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
      - {name: 结对覆盖率, points: 60, rule: ratio, metric: pairing.coverage, target: 1.0}
      - {name: 专项, points: 20, rule: manual}
      - {name: 品牌创新, points: 20, rule: judged, judges: 5, drop_extremes: true, descriptors: [[20, 全省推广], [10, 有特色]]}
  - name: 加分项
    bonus: true
    cap: 5
    items:
      - {name: 获得表彰, rule: ladder_items, levels: {市级: 1, 省级: 2}, evidence: required}
"""

IN_WINDOW = dt.date(2026, 12, 20)
LAST_DAY = dt.date(2027, 1, 5)
REVIEW_DAY = dt.date(2027, 1, 6)
# A Thursday; five working days later is the Thursday after.
FEEDBACK_DAY = dt.date(2027, 1, 14)
LAST_OBJECTION = dt.date(2027, 1, 21)
DECISION_DAY = dt.date(2027, 1, 26)

Clock = Callable[[dt.date], None]
SCAN = b"%PDF-1.4 one page"


def scan(name: str = "材料.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, SCAN, content_type="application/pdf")


@pytest.fixture(autouse=True)
def files_here(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    def move(day: dt.date) -> None:
        monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: day)

    move(IN_WINDOW)
    return move


def indicator(name: str) -> Indicator:
    return Indicator.objects.select_related("section__scheme__office").get(name=name)


@dataclass
class Round:
    """A scheme with its people, and short ways to what everybody does in it."""

    scheme: Scheme
    tree: Tree
    clock: Clock
    admin: User
    leader: User
    county: User
    other_county: User
    reviewer: User
    second: User
    judges: list[User] = field(default_factory=list)

    def step(self, became: str, by: User | None = None, reason: str = "") -> None:
        self.scheme.refresh_from_db()
        taker = by or (self.leader if became == "decided" else self.admin)
        take_step(self.scheme, became, reason=reason, by=taker)
        self.scheme.refresh_from_db()

    def verdict(self, office: Office, points: str = "20") -> None:
        give_manual_score(
            indicator("专项"), office, outcome=Outcome.PART, points=D(points), reason="验收", by=self.reviewer
        )

    def mark_all(self, office: Office, *points: int) -> None:
        for judge, given in zip(self.judges, points or (10, 12, 14, 16, 18), strict=True):
            give_mark(indicator("品牌创新"), office, points=D(given), reason="做法清楚", by=judge)

    def result(self, office: Office) -> Result:
        return Result.objects.get(scheme=self.scheme, office=office)

    # -- how far the round is ----------------------------------------------------------------------------------

    def to_review(self) -> None:
        self.clock(REVIEW_DAY)
        self.step("review")

    def to_objection(self) -> None:
        self.to_review()
        for office in (self.tree.county, self.tree.other_county):
            self.verdict(office)
            self.mark_all(office)
        self.clock(FEEDBACK_DAY)
        self.step("objection")

    def to_decided(self) -> None:
        self.to_objection()
        self.clock(DECISION_DAY)
        self.step("decided")

    def to_published(self) -> None:
        self.to_decided()
        self.step("published")


def write_facts(tree: Tree) -> None:
    """甲县 41 of 50 are paired, 乙县 30 of 30."""
    for office, numerator, denominator in ((tree.county, 41, 50), (tree.other_county, 30, 30)):
        MetricFact.objects.update_or_create(
            metric="pairing.coverage",
            period="2026",
            office=office,
            defaults={"numerator": numerator, "denominator": denominator},
        )


@pytest.fixture
def kept_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rollup counts the facts away that a test wrote by hand; the real one is tried in test_whole_round."""
    monkeypatch.setattr("apps.assessment.rounds.moving.roll_up", lambda year, today: None)


@pytest.fixture
def people(make_user: Callable[..., User], tree: Tree) -> dict[str, User]:
    return {
        "admin": make_user("city_admin", RoleName.OFFICE_ADMIN, tree.city, "施管"),
        "leader": make_user("city_leader", RoleName.LEADER, tree.city, "施领"),
        "county": make_user("county_admin", RoleName.OFFICE_ADMIN, tree.county, "贾管"),
        "other_county": make_user("other_admin", RoleName.OFFICE_ADMIN, tree.other_county, "易管"),
        "reviewer": make_user("assessor", RoleName.ASSESSOR, tree.city, "平审"),
        "second": make_user("second", RoleName.ASSESSOR, tree.city, "傅核"),
    }


@pytest.fixture
def judges(make_user: Callable[..., User], tree: Tree) -> list[User]:
    return [make_user(f"judge{n}", RoleName.ASSESSOR, tree.city, f"评{n}") for n in range(1, 6)]


@pytest.fixture
def running(people: dict[str, User], judges: list[User], tree: Tree, clock: Clock, kept_facts: None) -> Round:
    """An open round in its days of self-statement, with reviewers and judges named."""
    scheme = adopt_scheme(SCHEME.encode(), by=None)
    open_scheme(scheme, by=people["admin"])
    Rollup.objects.create(year=2026, as_of=IN_WINDOW, counted_at=dt.datetime(2026, 12, 20, tzinfo=dt.UTC))
    write_facts(tree)
    group = scheme.groups.get()
    name_examiners(group, Examiner.Task.JUDGE, judges, by=people["admin"])
    return Round(scheme=scheme, tree=tree, clock=clock, judges=judges, **people)
