"""A real broker and real Celery workers on this test's database."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.db import connection
from kombu import pools

from config.launcher import broker, children
from config.launcher.places import Places

BASE = Path(__file__).resolve().parent.parent.parent.parent
SECONDS = 90.0
WORKER = (
    "celery -A tests.integration.jobs.worker_app worker --concurrency 1 --loglevel WARNING"
    " --without-gossip --without-mingle"
)


def until(true: Callable[[], Any], what: str) -> Any:
    """Polls, because the other side is another process. Fails after `SECONDS`."""
    deadline = time.monotonic() + SECONDS
    while not (found := true()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)
    return found


class Factory:
    """Broker and workers, each to be started, killed and started again."""

    def __init__(self, folder: Path, files: Path) -> None:
        self.folder, self.files = folder, files
        self.socket = folder / "broker"
        self.broker: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    def start_broker(self) -> None:
        logs = self.folder / "logs"
        places = Places(data=self.folder, sockets=self.folder, logs=logs, locks=logs)
        self.broker = broker.start_broker(places)

    def kill_broker(self) -> None:
        assert self.broker
        self.broker.kill()
        self.broker.wait()

    def start_worker(self) -> subprocess.Popen[bytes]:
        parts = urlsplit(os.environ["DATABASE_URL"])
        url = parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
        env = os.environ | {
            "DATABASE_URL": url,
            "BROKER_URL": self.url,
            "TONGXIN_VAR": str(self.files),
            # What the test has encrypted the worker must be able to read.
            "DATA_KEY_FILE": str(django_settings.DATA_KEY_FILE),
            "JOB_LEASE_SECONDS": "1",
            "SECRET_KEY": "tests",
            "CELERY_SKIP_CHECKS": "1",  # the suite has run them itself
        }
        with (self.files / "worker.log").open("ab") as log:
            worker = self._popen(env, log)
        self.workers.append(worker)
        return worker

    def _popen(self, env: dict[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", *WORKER.split()],
            cwd=BASE,
            env=env,
            start_new_session=True,
            stdout=log,
            stderr=subprocess.STDOUT,
        )

    def stop(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()
        if self.broker:
            children.stop(self.broker)


def ring_at(url: str) -> None:
    """Let this process ring another broker; Celery keeps connections to the old one."""
    app: Any = current_app
    pools.reset()
    app.conf.broker_url = url
    app._pool = None
    app.amqp._producer_pool = None


@pytest.fixture
def factory(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Factory]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        factory = Factory(Path(folder), tmp_path)
        (factory.folder / "logs").mkdir()
        settings.FILES_DIR = tmp_path / "files"
        settings.JOB_LEASE_SECONDS = 1
        before = current_app.conf.broker_url
        ring_at(factory.url)
        yield factory
        factory.stop()
        ring_at(before)
