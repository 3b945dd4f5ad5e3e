"""The suite's own PostgreSQL: made as the owner, used as the application.

The xdist controller (or the only process) starts one server in a temporary directory; workers inherit its
address. The first to need a database migrates a template, all others copy it. Tests then connect as the
application's role, exactly as the program does. `DATABASE_URL` and `DATABASE_OWNER_URL` in the environment
name another server instead; its owner role needs CREATEDB and the right to set session_replication_role.
There `TEST_TEMPLATE_DATABASE` may name a database that has been migrated already.
"""

import fcntl
import hashlib
import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import dj_database_url
import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase
from psycopg2 import sql
from pytest_django import DjangoDbBlocker

from apps.core import crypto
from apps.core.database_roles import ADDRESS, as_owner
from apps.core.row_policies import put_row_policies
from config.launcher import roles
from config.launcher.binaries import find_postgres
from config.launcher.places import server_account
from config.launcher.postgres import Cluster, start_server, stop_server

RUN = "TONGXIN_TEST_RUN"  # directory shared by the processes of one run


@dataclass
class Server:
    """The server this process started and must stop."""

    process: Popen[bytes]
    directory: Path


def pytest_configure(config: pytest.Config) -> None:
    """Start the server where this process is the one to do it, and point Django at it."""
    if RUN not in os.environ:
        # English pages are tested too, on a checkout where nothing has compiled the catalogue yet.
        call_command("messages", compile=True)
        directory = Path(tempfile.mkdtemp(prefix="tongxin-test-", dir="/tmp"))
        os.environ[RUN] = str(directory)
        config.stash[_server] = (
            Server(_start(directory), directory) if "DATABASE_URL" not in os.environ else None
        )
        config.stash[_directory] = directory
    settings.DATA_KEY_FILE = Path(os.environ[RUN]) / "keys" / "data.key"
    crypto.create_key_file(settings.DATA_KEY_FILE)
    settings.DATABASE_OWNER_URL = os.environ["DATABASE_OWNER_URL"]
    ours = dj_database_url.parse(os.environ["DATABASE_URL"])
    connection.settings_dict.update({key: ours.get(key) for key in ADDRESS})
    connection.settings_dict["OPTIONS"] = ours.get("OPTIONS") or {}
    TransactionTestCase._fixture_teardown = _clean_up  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and forget its data."""
    if server := config.stash.get(_server, None):
        stop_server(server.process)
    if directory := config.stash.get(_directory, None):
        shutil.rmtree(directory)


_server = pytest.StashKey[Server | None]()
_directory = pytest.StashKey[Path]()


def _start(directory: Path) -> Popen[bytes]:
    account = server_account()
    if account:
        os.chown(directory, account.uid, account.gid)
    cluster = Cluster(directory / "data", directory / "s", directory / "postgres.log", account)
    server = start_server(cluster, lasting=False)
    # pg_dump of the server's own version, as the launcher gives it to the program.
    os.environ["PG_BIN"] = str(find_postgres(account).directory)
    roles.make_roles(cluster)
    roles.let_owner_disable_triggers(cluster)
    os.environ["DATABASE_URL"] = cluster.url(roles.APPLICATION, roles.DATABASE)
    os.environ["DATABASE_OWNER_URL"] = cluster.url(roles.OWNER, roles.DATABASE)
    return server


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, worker_id: str
) -> Iterator[None]:
    """This process's own database: a copy of the migrated template."""
    template = f"test_{os.path.basename(os.environ[RUN]).replace('-', '_')}"
    name = f"{template}_{worker_id}"
    with django_db_blocker.unblock():
        with _one_at_a_time():
            if not _exists(template):
                _migrate(template)
            _administer("CREATE DATABASE {} TEMPLATE {}", name, template)
        connection.settings_dict["NAME"] = name
        _remember_vocabularies()
    yield
    with django_db_blocker.unblock():
        connection.close()
        _administer("DROP DATABASE {} WITH (FORCE)", name)
        if "TONGXIN_TEST_KEEP" not in os.environ and worker_id == "master":
            _administer("DROP DATABASE {} WITH (FORCE)", template)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (Path(os.environ[RUN]) / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(template: str) -> None:
    """Make the template. Under a name of its own until it is whole, should a migration fail."""
    half_made = f"{template}_new"
    # A database that somebody has migrated already, where there is one.
    source = os.environ.get("TEST_TEMPLATE_DATABASE", "template1")
    _administer("DROP DATABASE IF EXISTS {}", half_made)
    _administer("CREATE DATABASE {} TEMPLATE {}", half_made, source)
    connection.close()
    connection.settings_dict["NAME"] = half_made
    cached = cached_template()
    if cached is None or not cached.exists():
        call_command("migrate", verbosity=0, interactive=False)
        connection.close()
        if cached:
            _postgres("pg_dump", half_made, "--format=custom", f"--file={cached}.new")
            Path(f"{cached}.new").replace(cached)
    else:
        _postgres("pg_restore", half_made, "--single-transaction", "--exit-on-error", str(cached))
        # The dump may be older than what the apps say of rows today.
        with as_owner(), connection.cursor() as cursor:
            put_row_policies(cursor)
        connection.close()
    _administer("ALTER DATABASE {} RENAME TO {}", half_made, template)


# What a migrated database follows from.
TEMPLATE_INPUTS = (
    "apps/**/migrations/*.py",
    "apps/**/models*.py",
    "apps/**/models/*.py",
    "apps/**/*.sql",
    "apps/*/apps.py",
    "apps/core/*.py",
    "config/settings.py",
    "config/launcher/roles.py",
    "requirements/base.txt",
)


def cached_template() -> Path | None:
    """Where the dump of the migrated database is kept between runs: migrating costs a minute, this a second.

    None on an external server, whose version of pg_dump we do not know.
    """
    if "PG_BIN" not in os.environ:
        return None
    mark = hashlib.sha256()
    for pattern in TEMPLATE_INPUTS:
        for path in sorted(settings.BASE_DIR.glob(pattern)):
            mark.update(str(path.relative_to(settings.BASE_DIR)).encode() + path.read_bytes())
    directory: Path = settings.BASE_DIR / "var" / "test-template"
    directory.mkdir(parents=True, exist_ok=True)
    cached = directory / f"{mark.hexdigest()[:16]}.dump"
    for old in directory.iterdir():
        if old != cached:
            old.unlink(missing_ok=True)
    return cached


def _postgres(program: str, database: str, *arguments: str) -> None:
    dsn = psycopg2.extensions.make_dsn(os.environ["DATABASE_OWNER_URL"], dbname=database)
    subprocess.run([Path(os.environ["PG_BIN"]) / program, "--dbname", dsn, *arguments], check=True)


def _exists(database: str) -> bool:
    with _owner() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [database])
        return cursor.rowcount > 0


def _administer(statement: str, *names: str) -> None:
    with _owner() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def _owner(database: str = "postgres") -> Iterator[psycopg2.extensions.cursor]:
    """A cursor of the owner role beside Django's connection, each statement its own transaction."""
    owners = psycopg2.connect(os.environ["DATABASE_OWNER_URL"], dbname=database)
    try:
        owners.autocommit = True
        with owners.cursor() as cursor:
            yield cursor
    finally:
        owners.close()


# What migrations put into tables: table → rows in COPY's text form.
_vocabularies: dict[str, str] = {}

OUR_TABLES = "SELECT quote_ident(relname) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT relispartition"


def _remember_vocabularies() -> None:
    with _owner(connection.settings_dict["NAME"]) as cursor:
        cursor.execute(OUR_TABLES)
        for (table,) in cursor.fetchall():
            rows = io.StringIO()
            cursor.copy_expert(f"COPY {table} TO STDOUT", rows)
            if rows.getvalue():
                _vocabularies[table] = rows.getvalue()


def _clean_up(case: TransactionTestCase) -> None:
    """After a test that really committed: every table as the migrations left it.

    The application may neither truncate nor touch append-only tables, so the owner does it, with triggers
    off. DELETE and not TRUNCATE: it waits for no reader, and small tables are emptied faster.
    """
    with _owner(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SET session_replication_role = replica; SET lock_timeout = '10s'")
        cursor.execute(OUR_TABLES)
        tables = [table for (table,) in cursor.fetchall()]
        cursor.execute(";".join(f"DELETE FROM {table}" for table in tables))
        for table, rows in _vocabularies.items():
            cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO(rows))
    sweep()


GROWN_TABLES = "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 250000"


def sweep() -> None:
    """Give back the room of many rows that are gone. Nobody else does here, and all later tests would read past them."""
    with _owner(connection.settings_dict["NAME"]) as cursor:
        cursor.execute(GROWN_TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f"VACUUM {table}")


@pytest.fixture
def empty_database(transactional_db: None) -> Iterator[str]:
    """The name of a database without a single table, for what replaces a whole one."""
    name = f"{connection.settings_dict['NAME']}_empty"
    _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    _administer("CREATE DATABASE {}", name)
    yield name
    _administer("DROP DATABASE {} WITH (FORCE)", name)
