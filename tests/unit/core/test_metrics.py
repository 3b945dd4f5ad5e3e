import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import Value

from apps.core.metrics import (
    NEVER_SCORED,
    SQL,
    Counted,
    Metric,
    MetricRefused,
    Records,
    Registry,
    all_metrics,
    begun,
    by_office,
    last_day,
)
from apps.core.periods import Period, PeriodKind

DAY = dt.date(2026, 5, 20)


def figures(periods: Sequence[Period], today: dt.date) -> SQL:
    return SQL.named("SELECT %(code)s, 1, %(n)s, %(n)s", code=periods[0].code, n=periods[0].year)


def records(actor: Any, office: Any, period: Period, today: dt.date) -> Records:
    return Records(("编号",), ContentType.objects.none())


COVERAGE = Metric(
    code="pairing.coverage",
    name="结对覆盖率",
    definition="期末有在结对子的成员，占同意结对满三十日的成员之比",
    unit="%",
    counts=Counted.PAIRS,
    period_kinds=frozenset({PeriodKind.YEAR}),
    figures=figures,
    records=records,
)


def test_register_and_list() -> None:
    registry = Registry()
    registry.register(COVERAGE)
    registry.register(COVERAGE)
    assert registry.all() == (COVERAGE,)
    assert registry.get("pairing.coverage") is COVERAGE
    assert registry.get("pairing.other") is None
    assert COVERAGE.supports(PeriodKind.YEAR)
    assert not COVERAGE.supports(PeriodKind.MONTH)


@pytest.mark.parametrize("counts", sorted(NEVER_SCORED))
def test_register_refuses_to_score_people(counts: Counted) -> None:
    registry = Registry()
    total = replace(COVERAGE, code="members.total", name="在册成员数", counts=counts)
    with pytest.raises(MetricRefused):
        registry.register(replace(COVERAGE, counts=counts))
    registry.register(replace(total, scorable=False))
    assert dict(registry.scorable()) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"code": "members.count"},
        {"code": "members.consents"},
        {"code": "accounts.logins"},
        {"code": "visits.photos"},
        {"name": "在册成员数"},
        {"name": "活动参加人数"},
        {"name": "干部登录次数"},
        {"name": "在线时长"},
        {"name": "签到率"},
        {"code": "Coverage"},
        {"code": "coverage"},
        {"period_kinds": frozenset()},
        {"definition": ""},
    ],
)
def test_register_refuses_by_words(change: dict[str, Any]) -> None:
    with pytest.raises(MetricRefused):
        Registry().register(replace(COVERAGE, **change))


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("duties.fulfilled", "“五个一”完成率"),
        ("pairing.first_contact_30d", "新成员30日内首次联系率"),
        ("offices.staffed", "乡镇（街道）统战干部配备率"),
        ("cases.suggestions_adopted", "建言献策采纳"),
    ],
)
def test_register_takes_the_work_of_offices(code: str, name: str) -> None:
    assert Registry().register(replace(COVERAGE, code=code, name=name))


def test_register_refuses_another_of_the_same_code() -> None:
    registry = Registry()
    registry.register(COVERAGE)
    with pytest.raises(MetricRefused, match="twice"):
        registry.register(replace(COVERAGE, unit="次"))


def test_sql_named_repeats_values() -> None:
    sql = SQL.named("SELECT %(a)s, %(b)s, %(a)s", a=1, b=2)
    assert (sql.text, sql.params) == ("SELECT %s, %s, %s", (1, 2, 1))
    with pytest.raises(KeyError):
        SQL.named("SELECT %(a)s")


@pytest.mark.django_db
def test_sql_runs() -> None:
    assert figures([Period.parse("2026")], DAY).fetch() == [("2026", 1, 2026, 2026)]
    rows = ContentType.objects.filter(app_label="auth", model="permission").values_list(
        Value("2026"), "pk", Value(1), Value(2)
    )
    assert [row[2:] for row in SQL.of(rows).fetch()] == [(1, 2)]


def test_no_metric_of_the_program_scores_people() -> None:
    assert [
        metric.code for metric in all_metrics() if metric.scorable and metric.counts in NEVER_SCORED
    ] == []


def test_periods_that_have_not_begun_have_no_figure() -> None:
    year = Period.parse("2026")
    assert [period.code for period in begun(year.months(), DAY)] == [f"2026-{n:02d}" for n in range(1, 6)]
    assert last_day(year, DAY) == DAY
    assert last_day(Period.parse("2026Q1"), DAY) == dt.date(2026, 3, 31)


@pytest.mark.django_db
def test_by_office_gives_a_row_per_period_with_something() -> None:
    source = "(VALUES (7, 1), (7, 5), (8, 9)) AS deed(office_id, month)"
    sql = by_office(
        source,
        [Period.parse("2026"), Period.parse("2026Q1")],
        lambda period: f"count(*) FILTER (WHERE month <= {period.kind.months})",
    )
    assert sorted(sql.fetch()) == [("2026", 7, 2, None), ("2026", 8, 1, None), ("2026Q1", 7, 1, None)]
    assert by_office(source, [], lambda period: "count(*)").fetch() == []
