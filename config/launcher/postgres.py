"""One PostgreSQL server of our own: made, started, waited for, stopped."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from config.launcher import children
from config.launcher.binaries import Postgres, find_postgres
from config.launcher.places import Account, make_private

SUPERUSER = "postgres"
SECONDS_TO_START = 60.0


class PostgresFailed(Exception):
    """The server cannot be made or does not start; the message is fit to show and names the log."""


@dataclass(frozen=True)
class Cluster:
    """A data directory, the directory of its socket, and the file that its server writes its log to."""

    data: Path
    sockets: Path
    log: Path
    account: Account | None

    def url(self, role: str, database: str) -> str:
        """Address for libpq and Django. The socket directory stands in the query: a host name is lower-cased."""
        host = (
            str(self.sockets).replace("%", "%25").replace("&", "%26").replace(" ", "%20").replace("#", "%23")
        )
        return f"postgres://{role}@/{database}?host={host}"


def start_server(cluster: Cluster, *, lasting: bool = True) -> subprocess.Popen[bytes]:
    """Make the cluster if it is not there, start its server, return when it answers.

    `lasting=False` gives up safety against a power cut for speed: for tests only.
    Raises PostgresFailed, or binaries.NoPostgres.
    """
    postgres = find_postgres(cluster.account)
    make_private(cluster.sockets, cluster.account)
    _initialise(cluster, postgres)
    _check_version(cluster, postgres)
    _remove_stale_pid_files(cluster)
    with cluster.log.open("ab") as log:
        server = children.start(
            [postgres.program("postgres"), *_options(cluster, lasting)],
            log=log,
            account=cluster.account,
            env=_environment(),
            # SIGINT is PostgreSQL's fast shutdown: it closes connections and writes a checkpoint.
            death_signal=signal.SIGINT,
        )
    _wait(cluster, server)
    return server


def stop_server(server: subprocess.Popen[bytes]) -> None:
    """A fast shutdown: open connections are closed, nothing is lost."""
    children.stop(server, signal.SIGINT)


def _options(cluster: Cluster, lasting: bool) -> list[str]:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(cluster.sockets),
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": f"{_shared_megabytes() if lasting else 128}MB",
        "log_checkpoints": "off",
        # The text of a statement may hold personal data.
        "log_min_error_statement": "panic",
        "log_line_prefix": "%m [%p] ",
    }
    if not lasting:
        settings |= {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "autovacuum": "off",
        }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return ["-D", str(cluster.data), *options]


def _shared_megabytes() -> int:
    """A quarter of the machine's memory, as PostgreSQL's manual says, up to what a county's registry fills."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return max(128, min(memory // 4, 1024))


def _environment() -> dict[str, str]:
    """The server's own: without PG… variables that would lead its programs to another server."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def _initialise(cluster: Cluster, postgres: Postgres) -> None:
    """initdb, in a directory beside, so that a half-made cluster is never taken for a whole one."""
    if (cluster.data / "PG_VERSION").exists():
        return
    half_made = cluster.data.with_name(f"{cluster.data.name}.new")
    make_private(half_made, cluster.account)
    _empty(half_made)
    command: list[str | Path] = [
        postgres.program("initdb"),
        "-D",
        half_made,
        "-U",
        SUPERUSER,
        "-A",
        "trust",
        "-E",
        "UTF8",
    ]
    command += ["--data-checksums", "--no-instructions", *_locale(postgres)]
    done = children.start(command, log=subprocess.PIPE, account=cluster.account, env=_environment())
    output, _ = done.communicate()
    if done.returncode:
        raise PostgresFailed(f"initdb failed:\n{output.decode(errors='replace')}")
    if cluster.data.exists():
        cluster.data.rmdir()
    half_made.rename(cluster.data)


def _empty(directory: Path) -> None:
    """Remove what an interrupted initdb left."""
    for path in sorted(directory.rglob("*"), key=lambda found: len(found.parts), reverse=True):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def _locale(postgres: Postgres) -> list[str]:
    """C.UTF-8: sorts by code point, and knows which characters of Chinese are letters (trigrams need it)."""
    if postgres.major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--lc-ctype=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _check_version(cluster: Cluster, postgres: Postgres) -> None:
    made_by = int((cluster.data / "PG_VERSION").read_text().strip())
    if made_by != postgres.major:
        raise PostgresFailed(
            f"The data in {cluster.data} was made by PostgreSQL {made_by}, and the programs found are "
            f"version {postgres.major}. Move that directory away, start again, and load the last archive "
            "in var/backup with `manage.py restore`; or set PG_BIN to the old version's programs."
        )


def _remove_stale_pid_files(cluster: Cluster) -> None:
    """Remove the lock files of a server that is no more.

    PostgreSQL itself refuses to start when the number in them was given to another process since, or when a
    file was cut short. The caller holds our lock, so only what a killed keeper left behind can still live:
    that is ended first, since two servers must never work on the same files.
    """
    _end_left_overs(cluster)
    for stale in (cluster.data / "postmaster.pid", cluster.sockets / ".s.PGSQL.5432.lock"):
        stale.unlink(missing_ok=True)


def _end_left_overs(cluster: Cluster) -> None:
    """Wait for the processes of an earlier server, which was told to stop when its keeper died.

    Raises PostgresFailed when they do not.
    """
    deadline = time.monotonic() + children.SECONDS_TO_STOP
    while left_overs := _working_in(cluster.data):
        if time.monotonic() > deadline:
            raise PostgresFailed(f"An earlier PostgreSQL does not stop: processes {left_overs}.")
        for pid in left_overs:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
        time.sleep(0.05)


def _working_in(directory: Path) -> list[int]:
    """Processes whose current directory this is: PostgreSQL's are all in their data directory."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            if link.readlink() == directory and (link.parent / "exe").readlink().name == "postgres":
                found.append(int(link.parent.name))
    return found


def _wait(cluster: Cluster, server: subprocess.Popen[bytes]) -> None:
    """Until the server takes a connection. Raises PostgresFailed with the end of the log."""
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            psycopg2.connect(cluster.url(SUPERUSER, "postgres")).close()
            return
        except psycopg2.OperationalError as refusal:
            if server.poll() is not None or time.monotonic() > deadline:
                stop_server(server)
                raise PostgresFailed(
                    f"PostgreSQL does not start ({refusal}):\n{_end_of(cluster.log)}"
                ) from refusal
        time.sleep(0.02)


def _end_of(log: Path) -> str:
    """The last lines of a log, with its place."""
    lines = log.read_text(errors="replace").splitlines()[-15:]
    return "\n".join([*lines, f"(whole log: {log})"])
