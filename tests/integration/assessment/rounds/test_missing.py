"""Who is late: every missing item with its way, each asked of whom it concerns, never at night."""

import datetime as dt

import pytest
from django.test import Client

from apps.assessment.models import Examiner, MetricFact
from apps.assessment.rollup_jobs import NIGHTLY, run
from apps.assessment.rounds import telling
from apps.assessment.rounds.freezing import changed_since, close_entries, freeze_again
from apps.assessment.rounds.missing import Wanted, missing_in
from apps.assessment.scoring import score_scheme
from apps.core.refusals import Conflict, Refusal
from apps.jobs.actions import enqueue
from apps.jobs.running import run_job
from apps.notifications.models import Notification
from tests.integration.assessment.conftest import below
from tests.integration.assessment.rounds.conftest import (
    IN_WINDOW,
    REVIEW_DAY,
    Round,
    indicator,
    write_facts,
)
from tests.integration.assessment.rounds.test_statements import say, submit
from tests.queries import count_queries

BY_DAY = dt.datetime(2027, 1, 6, 2, 0, tzinfo=dt.UTC)
BY_NIGHT = dt.datetime(2027, 1, 6, 15, 0, tzinfo=dt.UTC)


def wanted(running: Round) -> list[tuple[str, Wanted, str]]:
    score_scheme(running.scheme, today=IN_WINDOW)
    return [(each.office.name, each.wanted, each.progress) for each in missing_in(running.scheme)]


def test_everything_missing_is_listed_with_its_turn(running: Round) -> None:
    assert wanted(running) == [
        (office, what, progress)
        for office in ("甲县", "乙县")
        for what, progress in ((Wanted.STATEMENT, ""), (Wanted.VERDICT, ""), (Wanted.MARKS, "0/5"))
    ]
    say(running)
    submit(running.scheme, running.tree.county, by=running.county)
    assert ("甲县", Wanted.STATEMENT, "") not in wanted(running)


def test_statement_is_not_missing_before_its_days(running: Round) -> None:
    running.clock(dt.date(2026, 12, 9))
    assert Wanted.STATEMENT not in {what for _office, what, _progress in wanted(running)}


def test_too_few_judges_are_missing_too(running: Round) -> None:
    Examiner.objects.filter(user=running.judges[0]).delete()
    assert ("甲县", Wanted.JUDGES, "4/5") in wanted(running)


def test_each_is_asked_for_their_own(running: Round) -> None:
    score_scheme(running.scheme, today=IN_WINDOW)
    counts = telling.waiting(IN_WINDOW)
    # The county its statement, judges a mark for each office, administrators the verdicts (no reviewer is named).
    assert counts[running.county.pk] == 1
    assert counts[running.judges[0].pk] == 2
    assert counts[running.admin.pk] == 2
    assert running.leader.pk not in counts


def test_reminder_reaches_each_once_a_day(running: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    score_scheme(running.scheme, today=IN_WINDOW)
    monkeypatch.setattr("django.utils.timezone.now", lambda: BY_DAY)
    assert telling.remind(running.scheme, by=running.admin) == 8
    assert telling.remind(running.scheme, by=running.admin) == 0
    told = Notification.objects.get(to=running.county, kind="assessment.missing")
    assert told.subject == "2026 年度考核还缺 1 项，请尽快补齐"


def test_nobody_is_reminded_at_night(running: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: BY_NIGHT)
    with pytest.raises(Refusal, match="夜间和休息日"):
        telling.remind(running.scheme, by=running.admin)
    with pytest.raises(Refusal, match="管理员"):
        telling.remind(running.scheme, by=running.county)


def test_page_shows_the_own_office_only(running: Round, client: Client) -> None:
    score_scheme(running.scheme, today=IN_WINDOW)
    client.force_login(running.county)
    page = client.get("/assessment/schemes/R-2026/missing/").content.decode()
    assert "甲县" in page
    assert "乙县" not in page


# Frozen facts -------------------------------------------------------------------------------------------------------


def test_nightly_closes_what_is_due_and_tells_of_differences(
    running: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.clock(REVIEW_DAY)
    # The rollup itself is tried elsewhere; here it would count the facts away.
    monkeypatch.setattr("apps.assessment.rollup_jobs.roll_up", lambda year, progress: None)
    monkeypatch.setattr("apps.assessment.rollup_jobs._years", lambda work: [])
    for _night in range(2):
        assert run_job(enqueue(NIGHTLY).pk)
    frozen = running.scheme.frozen_facts.get()
    assert frozen.frozen_by is None
    assert not Notification.objects.filter(kind="assessment.changed").exists()
    MetricFact.objects.filter(office=running.tree.county).update(numerator=40)
    MetricFact.objects.filter(office=running.tree.other_county).delete()
    assert [(c.office, c.frozen, c.now) for c in changed_since(frozen)] == [
        ("990001", (41, 50), (40, 50)),
        ("990002", (30, 30), None),
    ]
    for _night in range(2):
        assert run_job(enqueue(NIGHTLY).pk)
    told = Notification.objects.get(kind="assessment.changed")
    assert (told.to, told.subject) == (running.admin, "2026 年度考核：重新统计后有 2 个数据与封存的不同")
    assert run is not None


def test_corrected_entries_count_once_they_are_frozen_again(running: Round) -> None:
    running.to_review()
    MetricFact.objects.filter(office=running.tree.county).update(numerator=45)
    with pytest.raises(Refusal, match="理由"):
        freeze_again(running.scheme, reason="", by=running.admin)
    freeze_again(running.scheme, reason="三对结对漏报，已补录", by=running.admin)
    score_scheme(running.scheme, today=REVIEW_DAY)
    item = running.result(running.tree.county).items.get(indicator=indicator("结对覆盖率"))
    assert str(item.points) == "54.00"
    assert running.scheme.frozen_facts.count() == 2


def test_facts_are_frozen_again_only_in_the_review(running: Round) -> None:
    with pytest.raises(Conflict):
        freeze_again(running.scheme, reason="补录", by=running.admin)
    running.to_review()
    with pytest.raises(Refusal, match="管理员"):
        freeze_again(running.scheme, reason="补录", by=running.leader)


def test_closing_twice_keeps_the_first(running: Round) -> None:
    running.clock(REVIEW_DAY)
    first = close_entries(running.scheme, by=running.admin)
    write_facts(running.tree)
    assert close_entries(running.scheme, by=running.admin).pk == first.pk


PAGES = ("round", "missing", "judging", "decision", "objections", "results", "examiners", "offices/990001")


@pytest.mark.parametrize("address", PAGES)
def test_more_offices_ask_no_more_questions(running: Round, client: Client, address: str) -> None:
    running.to_review()
    client.force_login(running.judges[0] if address == "judging" else running.admin)
    client.get("/assessment/")  # the first request of a session asks more
    few = count_queries(client, f"/assessment/schemes/R-2026/{address}/")
    group = running.scheme.groups.get()
    for n in range(4):
        office = below(running.tree.city, code=f"99001{n}", name=f"{n}县", kind="county")
        running.scheme.assessed_offices.create(group=group, office=office)
    score_scheme(running.scheme, today=REVIEW_DAY)
    assert count_queries(client, f"/assessment/schemes/R-2026/{address}/") == few
    assert few <= 20
