import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from apps.accounts.models import User
from apps.core.refusals import Refusal
from apps.jobs import bell, reaping
from apps.jobs.actions import enqueue
from apps.jobs.kinds import ATTEMPTS, Daily, Every, Kind, Monthly, register
from apps.jobs.models import Job
from apps.jobs.running import Work, run_job
from apps.notifications.models import Notification


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids that would have gone to Celery."""
    ids: list[int] = []
    monkeypatch.setattr(bell.current_app, "send_task", lambda _name, args, **_rest: ids.append(args[0]))
    return ids


def kind(run: Callable[[Work], dict[str, Any]], **options: Any) -> str:
    register(Kind("tests.work", "work", run, **options))
    return "tests.work"


def let_lease_run_out(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - dt.timedelta(minutes=1))


@pytest.mark.django_db
def test_enqueue_same_key_is_one_job(django_capture_on_commit_callbacks: Any, rung: list[int]) -> None:
    name = kind(lambda work: {})
    with django_capture_on_commit_callbacks(execute=True):
        first, second = enqueue(name, key="a"), enqueue(name, key="a")
    assert first == second
    assert rung == [first.pk]


@pytest.mark.django_db
def test_enqueue_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        enqueue("tests.nobody")


@pytest.mark.django_db(transaction=True)
def test_run_keeps_result_and_shows_progress() -> None:
    def run(work: Work) -> dict[str, Any]:
        work.progress(1, 2)
        return {"n": work.params["n"]}

    job = enqueue(kind(run), params={"n": 7})
    assert run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.progress, job.result, job.lease_until) == ("done", 100, {"n": 7}, None)


@pytest.mark.django_db
def test_run_twice_works_once() -> None:
    runs: list[int] = []

    def run(work: Work) -> dict[str, Any]:
        runs.append(work.attempt)
        return {}

    job = enqueue(kind(run))
    assert [run_job(job.pk), run_job(job.pk)] == [True, False]
    assert runs == [1]


@pytest.mark.django_db
def test_run_refuses_while_another_holds_the_lease() -> None:
    job = enqueue(kind(lambda work: {}))
    Job.objects.filter(pk=job.pk).update(
        state="running", attempt=1, lease_until=timezone.now() + dt.timedelta(minutes=1)
    )
    assert not run_job(job.pk)


@pytest.mark.django_db
def test_run_of_a_slow_attempt_is_rolled_back(tree: Any) -> None:
    """The first attempt was only slow: meanwhile another took over, so what the first did must not stand."""

    def slow(work: Work) -> dict[str, Any]:
        tree.city.name = "改名"
        tree.city.save(update_fields=["name"])
        Job.objects.filter(pk=work.job.pk).update(attempt=work.attempt + 1)
        return {}

    job = enqueue(kind(slow))
    assert not run_job(job.pk)
    tree.city.refresh_from_db()
    assert tree.city.name == "试验市"


@pytest.mark.django_db
def test_run_shows_a_refusal_in_its_own_words() -> None:
    def refuse(work: Work) -> dict[str, Any]:
        raise Refusal("本方案尚未开始")

    job = enqueue(kind(refuse))
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "本方案尚未开始")


@pytest.mark.django_db
def test_run_of_broken_work_tells_nothing_of_the_error() -> None:
    def broken(work: Work) -> dict[str, Any]:
        raise ZeroDivisionError("张三 13800005678")

    job = enqueue(kind(broken))
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "13800005678" not in job.error


@pytest.mark.django_db(transaction=True)
def test_run_interrupted_by_the_database_is_left_to_the_reaper() -> None:
    def interrupted(work: Work) -> dict[str, Any]:
        raise OperationalError("server closed the connection")

    job = enqueue(kind(interrupted))
    assert not run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "running"


@pytest.mark.django_db
def test_reap_rings_a_lost_job_and_gives_up_after_all_attempts(rung: list[int]) -> None:
    job = enqueue(kind(lambda work: {}))
    Job.objects.filter(pk=job.pk).update(state="running", attempt=1, lease_until=timezone.now())
    let_lease_run_out(job)
    reaping.reap()
    assert job.pk in rung
    Job.objects.filter(pk=job.pk).update(attempt=ATTEMPTS)
    reaping.reap()
    job.refresh_from_db()
    assert job.state == "failed"


@pytest.mark.django_db
def test_reap_enqueues_each_due_slot_once() -> None:
    name = kind(lambda work: {}, schedule=Daily(dt.time(0, 0)))
    reaping.reap()
    reaping.reap()
    job = Job.objects.get(kind=name)
    assert job.key == f"tests.work:{timezone.localdate():%Y-%m-%d}"
    register(Kind(name, "work", lambda work: {}))


@pytest.mark.parametrize(
    ("schedule", "now", "slot"),
    [
        (Daily(dt.time(2, 30)), "2026-11-22T02:29:00+08:00", "2026-11-21"),
        (Daily(dt.time(2, 30)), "2026-11-22T02:30:00+08:00", "2026-11-22"),
        (Monthly(dt.time(2, 45)), "2026-12-01T02:44:00+08:00", "2026-11"),
        (Monthly(dt.time(2, 45)), "2026-11-30T18:45:00+00:00", "2026-12"),
        (Monthly(dt.time(2, 45)), "2026-12-05T00:00:00+08:00", "2026-12"),
        (Every(5), "2026-11-22T02:34:59+08:00", "2026-11-22T02:30"),
        (Every(5), "2026-11-21T16:00:00+00:00", "2026-11-22T00:00"),
    ],
)
def test_due_slot_is_of_chinese_time(schedule: Daily | Every | Monthly, now: str, slot: str) -> None:
    assert schedule.due_slot(dt.datetime.fromisoformat(now)) == slot


@pytest.mark.django_db
def test_scheduled_work_that_fails_tells_the_system_administrator_once_a_day(system_admin: User) -> None:
    def break_down(work: Work) -> dict[str, Any]:
        raise ZeroDivisionError

    name = kind(break_down, schedule=Every(1))
    for slot in ("a", "b"):
        run_job(enqueue(name, key=f"{name}:{slot}").pk)
    message = Notification.objects.get()
    assert (message.to, message.kind) == (system_admin, "jobs.not_run")


@pytest.mark.django_db
def test_other_work_without_an_owner_tells_nobody(system_admin: User) -> None:
    def break_down(work: Work) -> dict[str, Any]:
        raise ZeroDivisionError

    run_job(enqueue(kind(break_down), key="once").pk)
    assert not Notification.objects.exists()
