"""The environment variables that the embedded system gives to the program: addresses, keys, programs."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from apps.core.crypto import create_key_file
from config.launcher import roles
from config.launcher.binaries import find_postgres
from config.launcher.broker import broker_url
from config.launcher.keeper import embedded_postgres
from config.launcher.places import places_for, server_account

BASE = Path(__file__).resolve().parent.parent.parent


def var_directory() -> Path:
    """Where everything lies that is written at run time; the same rule as in settings."""
    return Path(os.environ.get("TONGXIN_VAR", BASE / "var")).resolve()


@contextmanager
def surroundings() -> Iterator[None]:
    """Put into the environment what it does not say yet, with a running PostgreSQL behind it."""
    var = var_directory()
    var.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("SECRET_KEY", _secret_key(var / "keys" / "secret.key"))
    places = places_for(var)
    os.environ.setdefault("BROKER_URL", broker_url(places))
    if "DATABASE_URL" in os.environ:
        _make_key_file(var)
        yield
        return
    os.environ.setdefault("PG_BIN", str(find_postgres(server_account()).directory))
    with embedded_postgres(places) as cluster:
        os.environ["DATABASE_URL"] = cluster.url(roles.APPLICATION, roles.DATABASE)
        os.environ["DATABASE_OWNER_URL"] = cluster.url(roles.OWNER, roles.DATABASE)
        _make_key_file(var)
        yield


def _make_key_file(var: Path) -> None:
    """Reads the settings (which suite), and they read the addresses: those must stand in the environment by then."""
    create_key_file(Path(os.environ.get("DATA_KEY_FILE", var / "keys" / "data.key")))


def _secret_key(path: Path) -> str:
    """The signing key of sessions and links, made at the first start, readable by us alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError:
        return path.read_text()
    key = secrets.token_urlsafe(64)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key
