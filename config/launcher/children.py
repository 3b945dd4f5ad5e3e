"""Child processes that end with their parent, whatever becomes of it."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from config.launcher.places import Account

PR_SET_PDEATHSIG = 1
# PostgreSQL writes a checkpoint on shutdown; killing it earlier means recovery at the next start.
SECONDS_TO_STOP = 15.0

_libc = ctypes.CDLL(None, use_errno=True)


def _die_with(parent: int, with_signal: int) -> Callable[[], None]:
    """What the child does between fork and exec: ask the kernel for a signal when the parent dies."""

    def ask() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, with_signal, 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os.kill(os.getpid(), with_signal)

    return ask


def start(
    command: Sequence[str | Path],
    *,
    log: IO[bytes] | int | None,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | str = "/",
    death_signal: int = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that ctrl-C reaches only the launcher.

    Call it from the main thread: the kernel sends `death_signal` when the *thread* that forked ends.
    """
    identity: dict[str, Any] = (
        {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    )
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT if log is not None else None,
        env=None if env is None else dict(env),
        cwd=cwd,
        start_new_session=True,
        # The order matters: changing the user clears the death signal, and Python changes it before this runs.
        preexec_fn=_die_with(os.getpid(), death_signal),
        **identity,
    )


def stop(
    child: subprocess.Popen[bytes], with_signal: int = signal.SIGTERM, seconds: float = SECONDS_TO_STOP
) -> None:
    """Ask a child to end, and kill what is left of its session after it, or after `seconds`."""
    if child.poll() is None:
        child.send_signal(with_signal)
        with suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
    # Also where the child had died before: its own children, such as gunicorn's workers, may live on.
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
