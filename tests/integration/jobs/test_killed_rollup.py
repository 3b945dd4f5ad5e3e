"""kill -9 in the middle of a rollup: readers keep the old figures, the next attempt writes the new ones once."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone

from apps.accounts.models import User
from apps.assessment.models import MetricFact
from apps.assessment.rollup import roll_up
from apps.assessment.rollup_jobs import ROLLUP
from apps.jobs.actions import enqueue
from apps.jobs.models import Job
from apps.jobs.reaping import reap
from apps.pairing.models import Visit
from tests.cast import Tree
from tests.integration.jobs.conftest import Factory, until

pytestmark = pytest.mark.launcher

# Waits behind our lock: the facts are written and not yet committed.
WAITS = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%assessment_rollup%'"


@contextmanager
def rollup_held() -> Iterator[None]:
    """A rollup that starts now writes its facts and then waits for this lock."""
    with psycopg2.connect(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"]) as other:
        with other.cursor() as cursor:
            cursor.execute("LOCK TABLE assessment_rollup IN ACCESS EXCLUSIVE MODE")
        yield
    other.close()


def is_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITS)
        return cursor.fetchone() is not None


def visits_of(tree: Tree) -> list[int]:
    facts = MetricFact.objects.filter(metric="visits.made", period=str(timezone.localdate().year))
    return list(facts.filter(office=tree.city).values_list("numerator", flat=True))


def is_done(job: Job) -> bool:
    reap()
    job.refresh_from_db()
    return job.state == Job.State.DONE


def test_rollup_survives_kill(
    factory: Factory, tree: Tree, town_cadre: User, visit: Callable[..., Any]
) -> None:
    visit()
    year = timezone.localdate().year
    roll_up(year)
    visit()
    factory.start_broker()
    worker = factory.start_worker()
    with rollup_held():
        job = enqueue(ROLLUP, params={"year": year})
        until(is_waiting, "the rollup in its last step")
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        # The server finds out when it next writes to the dead worker; until then it holds what it has not committed.
        assert visits_of(tree) == [1]
    factory.start_worker()
    until(lambda: is_done(job), "the second attempt")
    assert job.attempt == 2
    assert visits_of(tree) == [2]


@pytest.fixture
def visit(tree: Tree, town_cadre: User) -> Callable[[], Visit]:
    def make() -> Visit:
        return Visit.objects.create(
            office=tree.town,
            cadre=town_cadre,
            kind="talk",
            happened_on=timezone.localdate(),
            entered_by=town_cadre,
        )

    return make
