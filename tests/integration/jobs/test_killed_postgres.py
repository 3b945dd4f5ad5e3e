"""kill -9 of every PostgreSQL process in a burst of visits: what was acknowledged is there once, what is sent again too.

On a server as the launcher starts it for real, not on the suite's own, which gives up that safety for speed.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from apps.accounts.models import User
from apps.members.models import Member
from apps.pairing.actions import start_pairing
from apps.pairing.models import PairingPlan
from apps.pairing.rebuild import Differences
from config.launcher import roles
from config.launcher.places import server_account
from config.launcher.postgres import SUPERUSER, Cluster, _working_in, start_server, stop_server
from tests.cast import YEAR_START
from tests.database import _postgres

BASE = Path(__file__).resolve().parent.parent.parent.parent
ACKNOWLEDGED_BEFORE_THE_KILL = 25
SENT = 150

pytestmark = [
    pytest.mark.launcher,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("PG_BIN" not in os.environ, reason="no programs of a server to start one's own"),
]


class Lasting:
    """A server of the launcher's own making, with a copy of this test's database."""

    def __init__(self, folder: Path) -> None:
        self.cluster = Cluster(folder / "data", folder / "s", folder / "log", server_account())
        self.server = start_server(self.cluster)

    def copy_from_here(self, dump: Path) -> None:
        name = connection.settings_dict["NAME"]
        _postgres("pg_dump", name, "--format=custom", f"--file={dump}")
        roles.make_roles(self.cluster)
        roles.make_database(self.cluster)
        target = self.cluster.url(roles.OWNER, roles.DATABASE)
        # The suite's server has the program to restore with.
        command = [
            f"{os.environ['PG_BIN']}/pg_restore",
            "--dbname",
            target,
            "--exit-on-error",
            str(dump),
        ]
        subprocess.run(command, check=True)

    def kill(self) -> None:
        """All of it at once, the writer of the log too: nobody may still save what only memory holds."""
        for pid in sorted(_working_in(self.cluster.data)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.server.wait()

    def start_again(self) -> None:
        self.server = start_server(self.cluster)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        with closing(psycopg2.connect(self.cluster.url(SUPERUSER, roles.DATABASE))) as one:
            cursor = one.cursor()
            cursor.execute(statement)
            return list(cursor.fetchall())

    def writer(self, *arguments: str) -> "subprocess.Popen[str]":
        env = os.environ | {
            "DATABASE_URL": self.cluster.url(roles.APPLICATION, roles.DATABASE),
            "DATABASE_OWNER_URL": self.cluster.url(roles.OWNER, roles.DATABASE),
            "DATA_KEY_FILE": str(settings.DATA_KEY_FILE),
            "SECRET_KEY": "tests",
        }
        return subprocess.Popen(
            [sys.executable, "-m", "tests.integration.jobs.burst", *arguments],
            cwd=BASE,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )


@pytest.fixture
def lasting() -> Iterator[Lasting]:
    folder = Path(tempfile.mkdtemp(prefix="tongxin-kill-", dir="/tmp"))
    if account := server_account():
        os.chown(folder, account.uid, account.gid)
    lasting = Lasting(folder)
    yield lasting
    stop_server(lasting.server)
    shutil.rmtree(folder)


@pytest.fixture
def visits_to_send(
    five_duties: PairingPlan, town_cadre: User, make_member: Callable[..., Member]
) -> list[str]:
    """A day's queue of an offline phone, many times over: uuid and member, of three pairs."""
    members = [make_member(name) for name in ("钱甲", "孙乙", "李丙")]
    for member in members:
        start_pairing(member=member, cadre=town_cadre, started_on=YEAR_START, by=town_cadre)
    return [f"{uuid.uuid4()} {members[number % 3].public_id}" for number in range(SENT)]


def burst_until_killed(lasting: Lasting, lines: list[str]) -> set[str]:
    """Write, kill the server under the writer, and give what it had been told is written."""
    writer = lasting.writer()
    assert writer.stdin
    assert writer.stdout
    writer.stdin.write("\n".join(lines))
    writer.stdin.close()
    said = [writer.stdout.readline() for _number in range(ACKNOWLEDGED_BEFORE_THE_KILL)]
    lasting.kill()
    said += writer.stdout.readlines()
    writer.stdout.close()
    assert writer.wait() != 0, "the burst was over before the kill"
    return {line.split()[0] for line in said}


def send_again(lasting: Lasting, lines: list[str]) -> Counter[str]:
    said, _ = lasting.writer().communicate("\n".join(lines))
    return Counter(line.split()[1] for line in said.splitlines())


def test_every_acknowledged_visit_is_there_once(
    lasting: Lasting, visits_to_send: list[str], tmp_path: Path
) -> None:
    lasting.copy_from_here(tmp_path / "dump")
    connection.close()
    acknowledged = burst_until_killed(lasting, visits_to_send)
    assert len(acknowledged) >= ACKNOWLEDGED_BEFORE_THE_KILL
    lasting.start_again()
    there = {row[0] for row in lasting.ask("SELECT public_id::text FROM pairing_visit")}
    assert acknowledged - there == set()
    # At most what each thread had in hand was written without its acknowledgement arriving.
    assert len(there - acknowledged) <= 4
    # A visit is whole or not there, and so is its pair's year.
    halves = "SELECT count(*) FROM pairing_visit v WHERE NOT EXISTS (SELECT FROM pairing_met m WHERE m.visit_id = v.id)"
    assert lasting.ask(halves) == [(0,)]
    assert lasting.writer("recount").communicate()[0].strip() == str(Differences(0, 0, 0, 0))
    # The phone sends its whole queue again.
    assert send_again(lasting, visits_to_send) == {"known": len(there), "new": SENT - len(there)}
    assert lasting.ask("SELECT count(*), count(DISTINCT public_id) FROM pairing_visit") == [(SENT, SENT)]
    assert lasting.ask("SELECT count(*) FROM pairing_met") == [(SENT,)]


def test_launchers_server_gives_up_no_safety(lasting: Lasting) -> None:
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        with closing(psycopg2.connect(lasting.cluster.url(SUPERUSER, "postgres"))) as one:
            cursor = one.cursor()
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == ("on",)
