"""kill -9 in the middle of a publication: nothing of it is there, or all of it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings as django_settings
from django.db import connection

from apps.assessment.models import Publication, RoundStep
from apps.assessment.rounds.verifying import verify
from tests.integration.assessment.rounds import conftest as small_round
from tests.integration.assessment.rounds.conftest import DECISION_DAY, Round
from tests.integration.jobs.conftest import BASE, until

# The small round's own fixtures.
clock, judges, kept_facts, people, running = (
    small_round.clock,
    small_round.judges,
    small_round.kept_facts,
    small_round.people,
    small_round.running,
)
__all__ = ["clock", "judges", "kept_facts", "people", "running"]

pytestmark = [pytest.mark.launcher, pytest.mark.django_db(transaction=True)]

PUBLISH = f"""
import datetime as dt, django
django.setup()
from django.utils import timezone
timezone.localdate = lambda *args: dt.date({DECISION_DAY.year}, {DECISION_DAY.month}, {DECISION_DAY.day})
from apps.accounts.models import User
from apps.assessment.models import Scheme
from apps.assessment.rounds.moving import take_step
take_step(Scheme.objects.get(), "published", by=User.objects.get(username="city_admin"))
"""
# Waits behind our lock: the publication is written and not yet committed.
WAITS = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%assessment_roundstep%'"


def publisher() -> subprocess.Popen[bytes]:
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    env = os.environ | {
        "DATABASE_URL": url,
        "SECRET_KEY": "tests",
        "DATA_KEY_FILE": str(django_settings.DATA_KEY_FILE),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    return subprocess.Popen([sys.executable, "-c", PUBLISH], cwd=Path(BASE), env=env, start_new_session=True)


@contextmanager
def steps_held() -> Iterator[None]:
    """A publication that starts now is written and then waits to write its step."""
    with psycopg2.connect(os.environ["DATABASE_OWNER_URL"], dbname=connection.settings_dict["NAME"]) as other:
        with other.cursor() as cursor:
            cursor.execute("LOCK TABLE assessment_roundstep IN SHARE MODE")
        yield
    other.close()


def is_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITS)
        return cursor.fetchone() is not None


def test_publication_survives_kill(running: Round) -> None:
    running.to_decided()
    with steps_held():
        killed = publisher()
        until(is_waiting, "the publication before its last step")
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
    running.scheme.refresh_from_db()
    assert running.scheme.state == "decided"
    assert not Publication.objects.exists()
    assert not RoundStep.objects.filter(became="published").exists()
    second = publisher()
    assert second.wait(timeout=90) == 0
    running.scheme.refresh_from_db()
    assert running.scheme.state == "published"
    assert verify(Publication.objects.get()) == []
