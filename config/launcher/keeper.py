"""The keeper: one process that owns the embedded PostgreSQL for as long as anybody uses it.

`manage.py up` and every command that needs the database hold a shared lock on `users`. Whoever comes first
forks the keeper; it starts the server as its child and stops it when the last lock is gone. The kernel drops
the lock of a process however that ends, so kill -9 of a user leaves nothing running; and the server asks the
kernel to be stopped when the keeper itself is killed.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from config.launcher import postgres, roles
from config.launcher.places import Places, server_account

READY = b"ready"
SECONDS_BETWEEN_LOOKS = 0.1
FILES_A_PROCESS_MAY_HAVE = 65536


def cluster_in(places: Places) -> postgres.Cluster:
    """The embedded cluster of these places."""
    return postgres.Cluster(places.data, places.sockets, places.logs / "postgres.log", server_account())


@contextmanager
def embedded_postgres(places: Places) -> Iterator[postgres.Cluster]:
    """Use the embedded server: started if nobody else does, stopped when the last user leaves.

    Raises postgres.PostgresFailed or binaries.NoPostgres when it cannot be started.
    """
    for directory in (places.locks, places.logs):
        directory.mkdir(parents=True, exist_ok=True)
    with _lock_file(places, "users") as users:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while a keeper that found nobody is stopping the server
        with _lock_file(places, "start") as start:
            fcntl.flock(start, fcntl.LOCK_EX)
            if not is_kept(places):
                _start_keeper(places)
        yield cluster_in(places)


def is_kept(places: Places) -> bool:
    """Whether a keeper lives, and with it the server."""
    with _lock_file(places, "keeper") as lock:
        # Shared, so that two who look at the same moment do not take each other for the keeper.
        return not _try(lock, fcntl.LOCK_SH)


def wait_for_end(places: Places, seconds: float) -> bool:
    """Wait until the keeper has stopped the server; False when it goes on, for another user's sake."""
    deadline = time.monotonic() + seconds
    while is_kept(places):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _lock_file(places: Places, name: str) -> IO[bytes]:
    return (places.locks / name).open("ab")


def _try(lock: IO[bytes], kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start_keeper(places: Places) -> None:
    """Fork the keeper and wait for its word. Raises postgres.PostgresFailed with what it says instead."""
    from_keeper, to_starter = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    if os.fork() == 0:
        _be_the_keeper(places, to_starter)
    os.close(to_starter)
    with os.fdopen(from_keeper, "rb") as pipe:
        said = pipe.read()
    if said != READY:
        raise postgres.PostgresFailed(said.decode(errors="replace") or "The keeper of PostgreSQL was killed.")


def _be_the_keeper(places: Places, to_starter: int) -> None:
    """The forked process: never returns."""
    code = 1
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        _let_go_of_everything_but(to_starter, places.logs / "keeper.log")
        _keep(places, to_starter)
        code = 0
    except BaseException as failure:
        traceback.print_exc()
        _say(to_starter, str(failure).encode())
    finally:
        sys.stderr.flush()
        os._exit(code)


def _let_go_of_everything_but(kept: int, log: Path) -> None:
    """Close what the starter had open: its lock on `users` would otherwise never end, nor its pipes."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.closerange(3, kept)
    os.closerange(kept + 1, FILES_A_PROCESS_MAY_HAVE)


def _say(to_starter: int, what: bytes) -> None:
    try:
        os.write(to_starter, what)
        os.close(to_starter)
    except OSError:
        pass  # said already, or the starter is gone


def _keep(places: Places, to_starter: int) -> None:
    """Start the server, and stop it when the exclusive lock on `users` can be had."""
    with _lock_file(places, "keeper") as keeper, _lock_file(places, "users") as users:
        fcntl.flock(keeper, fcntl.LOCK_EX)
        cluster = cluster_in(places)
        server = postgres.start_server(cluster)
        try:
            roles.make_roles(cluster)
            roles.make_database(cluster)
            _say(to_starter, READY)
            _until_nobody_is_left(server, users)
        finally:
            postgres.stop_server(server)


def _until_nobody_is_left(server: subprocess.Popen[bytes], users: IO[bytes]) -> None:
    while not _try(users, fcntl.LOCK_EX):
        if server.poll() is not None:
            raise postgres.PostgresFailed(f"PostgreSQL ended by itself (code {server.returncode}).")
        time.sleep(SECONDS_BETWEEN_LOOKS)
