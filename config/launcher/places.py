"""Where the embedded system keeps its data, sockets and logs."""

import hashlib
import os
import pwd
import re
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# "/.s.PGSQL.5432.lock" is appended to the directory, and sun_path holds 107 bytes.
LONGEST_SOCKET_DIRECTORY = 107 - len("/.s.PGSQL.5432.lock")
PLAIN = re.compile(r"[A-Za-z0-9/_.-]+")
# PostgreSQL refuses to run as root; this account exists on every Linux.
UNPRIVILEGED = "nobody"


class UnsafePlace(Exception):
    """A directory that must be ours alone is not; the message says which."""


@dataclass(frozen=True)
class Account:
    """The system account that the servers run as, when the launcher itself is root."""

    uid: int
    gid: int


def server_account() -> Account | None:
    """`nobody` when we are root, otherwise nobody else than ourselves (None)."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(UNPRIVILEGED)
    return Account(entry.pw_uid, entry.pw_gid)


@dataclass(frozen=True)
class Places:
    """Directories of one embedded system. `data` and `sockets` belong to the server account, mode 0700."""

    data: Path
    sockets: Path
    logs: Path
    locks: Path


def places_for(var: Path) -> Places:
    """The directories of the system whose run-time files lie in `var`.

    As root the servers run as another account, which may not be able to enter the checkout: their files then
    lie in /var/lib/tongxin, under a mark kept in `var`. A checkout made anew in the same place starts empty.
    """
    var = var.resolve()
    if os.geteuid() == 0:
        home = Path("/var/lib/tongxin") / _mark_of(var)
        return Places(data=home / "postgres", sockets=home / "run", logs=var / "log", locks=var / "lock")
    sockets = var / "run"
    # A plain name needs no escaping in the addresses that Django, libpq and kombu each read differently.
    if len(os.fsencode(sockets)) > LONGEST_SOCKET_DIRECTORY or not PLAIN.fullmatch(str(sockets)):
        short = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
        sockets = Path(f"/tmp/tongxin-{os.geteuid()}-{short}")  # noqa: S108 checked by make_private
    return Places(data=var / "postgres", sockets=sockets, logs=var / "log", locks=var / "lock")


def _mark_of(var: Path) -> str:
    """Twelve characters that tell this system from all others; made at the first start."""
    mark = var / "mark"
    var.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError), mark.open("x") as file:
        file.write(secrets.token_hex(6))
    return mark.read_text()


def make_private(directory: Path, account: Account | None) -> None:
    """Create a directory only the server account can enter, or check that an existing one is so.

    Raises UnsafePlace when it belongs to somebody else or is a link: /tmp is open to everyone.
    """
    owner = account.uid if account else os.geteuid()
    directory.parent.mkdir(parents=True, exist_ok=True)
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        if account:
            os.chown(directory, account.uid, account.gid)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise UnsafePlace(f"{directory} exists and does not belong to the account that needs it.")
    directory.chmod(0o700)
