"""Real launchers in processes of their own, each with files of its own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from config.launcher import roles
from config.launcher.binaries import find_postgres
from config.launcher.keeper import cluster_in, is_kept
from config.launcher.places import Places, places_for, server_account
from config.launcher.postgres import SUPERUSER

BASE = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_START = 120
# What would lead a launcher to another system than its own.
FOREIGN = ("DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL", "DATA_KEY_FILE", "PORT", "TONGXIN_DEMO")


class Launcher:
    """One `manage.py up` after another on the same files."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.places: Places = places_for(var)
        self.process: subprocess.Popen[str] | None = None

    def env(self) -> dict[str, str]:
        ours = {key: value for key, value in os.environ.items() if key not in FOREIGN}
        return ours | {"TONGXIN_VAR": str(self.var), "PYTHONWARNINGS": "default"}

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a `manage.py` command and do not wait for it."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=BASE,
            env=self.env(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def up(self, *arguments: str) -> None:
        """Start, and return when it says that it runs."""
        self._close()
        self.process = self.command("up", *(arguments or ("--only", "database,broker")))
        assert self.process.stdout
        said = []
        for line in self.process.stdout:
            said.append(line)
            if "ctrl-C" in line:
                return
        raise AssertionError("".join(said))

    def migrate_from(self, dump: Path) -> None:
        """Fill the running system's database with what the migrations make, without a minute of migrating."""
        program = find_postgres(server_account()).directory / "pg_restore"
        database = cluster_in(self.places).url(roles.OWNER, roles.DATABASE)
        subprocess.run([program, "--dbname", database, "--exit-on-error", dump], check=True)

    def ends(self) -> tuple[int, str]:
        """Wait for the end: exit code and what was said since the start."""
        assert self.process
        said, _ = self.process.communicate(timeout=SECONDS_TO_START)
        return self.process.returncode, said

    def stop(self) -> tuple[int, str]:
        """Ctrl-C."""
        assert self.process
        self.process.send_signal(signal.SIGINT)
        return self.ends()

    def ask(self, statement: str) -> Any:
        """One value from the running database."""
        connection = psycopg2.connect(cluster_in(self.places).url(SUPERUSER, roles.DATABASE))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone()[0] if cursor.description else None
        finally:
            connection.close()

    def processes(self) -> dict[int, str]:
        """Every process of this system's servers: number and command line."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            except OSError:
                continue
            if str(self.places.data) in line or str(self.places.sockets) in line:
                found[int(entry.name)] = line
        return found

    def server(self, program: str) -> int:
        """The process number of `postgres` or of `valkey-server`."""
        # PostgreSQL's own children bear the same name, but do not name its directories.
        (pid,) = [pid for pid in self.processes() if Path(f"/proc/{pid}/exe").readlink().name == program]
        return pid

    def all_gone(self) -> bool:
        """Whether servers and keeper have ended, or do so within a few seconds."""
        return within(30, lambda: not self.processes() and not is_kept(self.places))

    def _close(self) -> None:
        """Done with the last process, which may be running still."""
        if self.process:
            self.process.kill()
            if self.process.stdout:
                self.process.stdout.close()
            self.process.wait()

    def remove(self) -> None:
        """Stop what runs, and leave no file behind."""
        self._close()
        assert self.all_gone()
        for directory in (self.places.data, self.places.sockets, self.var):
            shutil.rmtree(directory, ignore_errors=True)
        if os.geteuid() == 0 and self.places.data.parent.exists():
            self.places.data.parent.rmdir()


def within(seconds: float, what: Any) -> bool:
    """Whether `what()` becomes true in time."""
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[Launcher]:
    """A system on empty files, in a directory whose name has a space and a Chinese character."""
    launcher = Launcher(tmp_path / "my 同心 var")
    yield launcher
    launcher.remove()
