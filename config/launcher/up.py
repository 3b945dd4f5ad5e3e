"""`manage.py up`: the whole system in the foreground, until ctrl-C or until one of its parts ends."""

import argparse
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from config.launcher import broker, children, keeper, prepared
from config.launcher.places import Places, make_private, places_for, server_account
from config.launcher.surroundings import BASE, surroundings, var_directory

PARTS = ("database", "broker", "web", "worker", "beat")
SECONDS_TO_ANSWER = 60.0
SECONDS_BETWEEN_LOOKS = 0.2
SECONDS_FOR_DATABASE = 3.0
LARGEST_LOG = 10_000_000  # bytes; one older file is kept


class CannotRun(Exception):
    """The system cannot start or cannot go on; the message says why and what to do."""


class Stopped(Exception):
    """Somebody asked us to stop."""


@dataclass
class Part:
    """A running child, and the log its output goes to."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


def run(arguments: list[str]) -> int:
    """Start, watch, stop. The exit code: 0 after a wish to stop. Raises CannotRun and the parts' failures."""
    options = _options(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    with suppress(Stopped):
        _System(options.only, options.port).run()
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py up", description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    parser.add_argument(
        "--only", type=lambda names: names.split(","), default=list(PARTS), help=",".join(PARTS)
    )
    options = parser.parse_args(arguments)
    if unknown := set(options.only) - set(PARTS):
        parser.error(f"unknown parts: {', '.join(sorted(unknown))}")
    return options


def _stop(_number: int, _frame: FrameType | None) -> None:
    # A second ctrl-C must not break off the orderly end.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise Stopped


class _System:
    """One start of the system."""

    def __init__(self, only: list[str], port: int) -> None:
        self.only = only
        self.port = port
        self.places: Places = places_for(var_directory())
        self.parts: list[Part] = []
        self.address = f"http://127.0.0.1:{port}"

    def run(self) -> None:
        """Start, watch, and stop whatever happens."""
        with ExitStack() as stack:
            stack.enter_context(self._only_copy())
            stack.callback(self._wait_for_database)
            if "web" in self.only:
                _refuse_busy_port(self.port)
            # Entered first, left last: the parts stop before their database does.
            stack.enter_context(surroundings())
            stack.callback(self._stop_parts)
            self._start()
            self._watch()

    @contextmanager
    def _only_copy(self) -> Iterator[None]:
        """Hold the lock of `up`, which names who holds it."""
        self.places.locks.mkdir(parents=True, exist_ok=True)
        with (self.places.locks / "up").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise CannotRun(f"Tongxin already runs here: {lock.read().strip()}.") from None
            lock.truncate(0)
            lock.write(f"{self.address} (process {os.getpid()})")
            lock.flush()
            yield

    def _start(self) -> None:
        make_private(self.places.sockets, server_account())
        if "broker" in self.only and os.environ["BROKER_URL"] == broker.broker_url(self.places):
            log = self.places.logs / "broker.log"
            self.parts.append(Part("broker", broker.start_broker(self.places), log))
        if {"web", "worker", "beat"} & set(self.only):
            _prepare()
        if "web" in self.only:
            web = self._child("web", _web(self.port), without=("DATABASE_OWNER_URL",))
            _wait_for_answer(self.port, web)
            print(f"\n  同心 Tongxin   {self.address}\n", flush=True)
        if "worker" in self.only:
            self._child("worker", _worker())
        if "beat" in self.only:
            self._child("beat", _beat(), without=("DATABASE_OWNER_URL",))
        if "web" in self.only and _has_demo():
            _manage("demo", "--accounts")
        print(f"Running: {', '.join(self.only)}. Logs: {self.places.logs}. Stop with ctrl-C.", flush=True)

    def _child(self, name: str, command: list[str], *, without: tuple[str, ...] = ()) -> Part:
        """Start one part. `without`: what it need not know; only the worker makes back-ups as the owner."""
        self.places.logs.mkdir(parents=True, exist_ok=True)
        path = self.places.logs / f"{name}.log"
        if path.exists() and path.stat().st_size > LARGEST_LOG:
            path.rename(path.with_suffix(".log.1"))
        env = {key: value for key, value in os.environ.items() if key not in without}
        with path.open("ab") as log:
            process = children.start([sys.executable, "-m", *command], log=log, env=env, cwd=BASE)
        part = Part(name, process, path)
        self.parts.append(part)
        return part

    def _watch(self) -> None:
        """Until a part ends (CannotRun) or we are asked to stop (Stopped)."""
        embedded = (self.places.locks / "keeper").exists() and self._uses_embedded_database()
        while True:
            for part in self.parts:
                if part.process.poll() is not None:
                    raise CannotRun(_obituary(part.name, part.process.returncode, part.log))
            if embedded and not keeper.is_kept(self.places):
                raise CannotRun(_obituary("PostgreSQL", None, self.places.logs / "postgres.log"))
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def _uses_embedded_database(self) -> bool:
        return f"?host={self.places.sockets}" in os.environ["DATABASE_URL"]

    def _wait_for_database(self) -> None:
        """Called after we let the database go: who starts again at once should find it stopped."""
        if not keeper.wait_for_end(self.places, SECONDS_FOR_DATABASE):
            print("PostgreSQL goes on: another command uses it.", flush=True)

    def _stop_parts(self) -> None:
        """All at once, the broker last: the worker still speaks to it."""
        print("Stopping …", flush=True)
        others = [part for part in self.parts if part.name != "broker"]
        for part in others:
            if part.process.poll() is None:
                part.process.terminate()
        for part in [*others, *(part for part in self.parts if part.name == "broker")]:
            children.stop(part.process)


def _refuse_busy_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as refusal:
            raise CannotRun(
                f"Port {port} cannot be used ({refusal.strerror}). Try: make run PORT={port + 1}"
            ) from None


def _prepare() -> None:
    """Migrate, compile, collect where something changed since this database last saw it; the demo city once."""
    owner_url = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    done = prepared.read(owner_url)
    mark = prepared.mark_of_inputs(BASE)
    if done.inputs != mark:
        print("Preparing the database …", flush=True)
        _manage("prepare")
        prepared.write(owner_url, inputs=mark)
    if _has_demo() and not done.demo:
        print("Loading the demo city …", flush=True)
        _manage("demo", "--if-empty")
        prepared.write(owner_url, demo=True)


def _has_demo() -> bool:
    return os.environ.get("TONGXIN_DEMO", "").strip().lower() in {"1", "true", "yes", "on"}


def _manage(*command: str) -> None:
    """Run a command of ours to its end. Raises CannotRun."""
    process = children.start([sys.executable, "manage.py", *command], log=None, env=os.environ, cwd=BASE)
    try:
        code = process.wait()
    finally:
        children.stop(process)
    if code:
        raise CannotRun(f"`manage.py {' '.join(command)}` failed (code {code}).")


def _web(port: int) -> list[str]:
    return [
        *("gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload"),
        *("--config", "python:config.launcher.gunicorn"),
    ]


def _worker() -> list[str]:
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    return ["celery", "-A", "config", "worker", "--concurrency", "2", "--loglevel", "INFO", *quiet]


def _beat() -> list[str]:
    schedule = var_directory() / "beat"
    schedule.mkdir(exist_ok=True)
    # No pid file: our lock already says that there is one beat.
    return [
        "celery",
        "-A",
        "config",
        "beat",
        "--loglevel",
        "INFO",
        "--pidfile=",
        "-s",
        str(schedule / "schedule"),
    ]


def _wait_for_answer(port: int, web: Part) -> None:
    """Until something accepts connections on the port. Raises CannotRun when the web server ends instead."""
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while True:
        if web.process.poll() is not None:
            raise CannotRun(_obituary(web.name, web.process.returncode, web.log))
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise CannotRun(f"The web server does not answer, see {web.log}.") from None
            time.sleep(0.05)


def _obituary(name: str, code: int | None, log: Path) -> str:
    """What ended, how, and the last lines it wrote."""
    how = "" if code is None else f" (killed by signal {-code})" if code < 0 else f" (exit code {code})"
    lines = log.read_text(errors="replace").splitlines()[-10:] if log.exists() else []
    return "\n".join([f"{name} ended{how}, so everything stops. Its last words, from {log}:", *lines])
