"""What a launcher of databases must survive. Each test starts real servers on files of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.launcher.places import make_private, server_account
from tests.database import cached_template
from tests.launcher.conftest import Launcher

pytestmark = pytest.mark.launcher


def write_a_row(launcher: Launcher) -> None:
    launcher.ask("CREATE TABLE kept AS SELECT 42 AS answer")


def kept_row(launcher: Launcher) -> int:
    return int(launcher.ask("SELECT answer FROM kept"))


def test_ctrl_c_stops_everything_and_keeps_the_data(launcher: Launcher) -> None:
    launcher.up()
    write_a_row(launcher)
    code, _ = launcher.stop()
    assert code == 0
    assert not launcher.processes()
    launcher.up()
    assert kept_row(launcher) == 42


def test_killed_launcher_leaves_nothing_running(launcher: Launcher) -> None:
    launcher.up()
    write_a_row(launcher)
    assert launcher.process
    launcher.process.kill()
    assert launcher.all_gone()
    launcher.up()
    assert kept_row(launcher) == 42


@pytest.mark.parametrize(("program", "name"), [("postgres", "PostgreSQL"), ("valkey-server", "broker")])
def test_killed_server_stops_all_and_is_named(launcher: Launcher, program: str, name: str) -> None:
    launcher.up()
    write_a_row(launcher)
    os.kill(launcher.server(program), signal.SIGKILL)
    code, said = launcher.ends()
    assert code == 1
    assert f"{name} ended" in said
    assert launcher.all_gone()
    launcher.up()
    assert kept_row(launcher) == 42


def parent_of(pid: int) -> int:
    """The keeper, given its server."""
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def test_everything_killed_at_once_starts_again(launcher: Launcher) -> None:
    launcher.up()
    write_a_row(launcher)
    assert launcher.process
    postgres = launcher.server("postgres")
    for pid in (launcher.process.pid, parent_of(postgres), postgres, launcher.server("valkey-server")):
        os.kill(pid, signal.SIGKILL)
    launcher.process.communicate()
    launcher.up()
    assert kept_row(launcher) == 42


@pytest.mark.parametrize(
    "pid_file",
    [
        pytest.param(lambda: "999999\n/gone\n1\n5432\n", id="nobody"),
        pytest.param(lambda: "", id="cut short"),
        pytest.param(lambda: "12", id="cut within the number"),
        pytest.param(lambda: f"{os.getpid()}\n/other\n1\n5432\n", id="number reused"),
        pytest.param(lambda: "not a number\n", id="garbage"),
    ],
)
def test_stale_pid_file_is_no_obstacle(launcher: Launcher, pid_file: Callable[[], str]) -> None:
    launcher.up()
    write_a_row(launcher)
    launcher.stop()
    (launcher.places.data / "postmaster.pid").write_text(pid_file())
    launcher.up()
    assert kept_row(launcher) == 42


def test_half_made_data_directory_is_made_again(launcher: Launcher) -> None:
    half_made = launcher.places.data.with_name("postgres.new")
    make_private(half_made, server_account())
    (half_made / "base").mkdir()
    (half_made / "base" / "1").write_text("cut")
    launcher.up()
    assert launcher.ask("SELECT 1") == 1


def test_second_copy_says_where_the_first_is(launcher: Launcher) -> None:
    launcher.up()
    second = launcher.command("up", "--only", "database")
    said, _ = second.communicate(timeout=20)
    assert second.returncode == 1
    assert f"process {launcher.process.pid}" in said  # type: ignore[union-attr]
    assert launcher.ask("SELECT 1") == 1


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        yield somebody.getsockname()[1]


def test_busy_port_is_named_before_anything_starts(launcher: Launcher, busy_port: int) -> None:
    refused = launcher.command("up", "--port", str(busy_port))
    said, _ = refused.communicate(timeout=20)
    assert refused.returncode == 1
    assert f"Port {busy_port}" in said
    assert f"PORT={busy_port + 1}" in said
    assert not launcher.places.data.exists()


HOLD = """
from config.launcher.surroundings import surroundings
with surroundings():
    print("in", flush=True)
    input()
"""


def user_of(launcher: Launcher) -> "subprocess.Popen[str]":
    """A process that uses the database until it is sent a line."""
    user = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        env=launcher.env(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert user.stdout
    assert user.stdout.readline() == "in\n"
    return user


def test_last_user_stops_the_server(launcher: Launcher) -> None:
    first, second = user_of(launcher), user_of(launcher)
    first.communicate("\n")
    assert launcher.ask("SELECT 1") == 1
    second.communicate("\n")
    assert launcher.all_gone()


def test_killed_user_leaves_nothing_running(launcher: Launcher) -> None:
    user = user_of(launcher)
    user.kill()
    user.communicate()
    assert launcher.all_gone()


def test_command_outlives_the_system_it_shares_a_server_with(launcher: Launcher) -> None:
    launcher.up()
    user = user_of(launcher)
    code, said = launcher.stop()
    assert code == 0
    assert "another command uses it" in said
    assert launcher.ask("SELECT 1") == 1
    user.communicate("\n")
    assert launcher.all_gone()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_whole_system_is_ready_and_stops_when_the_web_server_dies(
    django_db_setup: None, launcher: Launcher
) -> None:
    if (dump := cached_template()) and dump.exists():
        launcher.up()
        launcher.migrate_from(dump)
        launcher.stop()
    port = free_port()
    launcher.up("--port", str(port))
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
        assert json.load(answer) == {"ready": True, "failing": []}
    (web,) = [pid for pid, line in children_of(launcher).items() if "gunicorn" in line]
    os.kill(web, signal.SIGKILL)
    code, said = launcher.ends()
    assert code == 1
    assert "web ended (killed by signal 9)" in said
    assert launcher.all_gone()


def children_of(launcher: Launcher) -> dict[int, str]:
    """The launcher's direct children: number and command line."""
    assert launcher.process
    pids = Path(f"/proc/{launcher.process.pid}/task/{launcher.process.pid}/children").read_text().split()
    return {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode() for pid in pids}
