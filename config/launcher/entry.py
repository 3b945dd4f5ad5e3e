"""What `manage.py` does: `up` itself, every other command with a database behind it where it needs one."""

import os
import sys
import warnings

import psycopg2

from config.launcher import up
from config.launcher.binaries import NoPostgres
from config.launcher.broker import BrokerFailed
from config.launcher.places import UnsafePlace
from config.launcher.postgres import PostgresFailed
from config.launcher.surroundings import surroundings

# These read the code only. Everything else may ask the database.
WITHOUT_DATABASE = {
    "check",
    "collectstatic",
    "diffsettings",
    "findstatic",
    "help",
    "makemigrations",
    "messages",
    "spectacular",
    "startapp",
    "version",
    "--help",
    "-h",
    "--version",
}
PREPARING = {"migrate", "prepare", "restore"}
FAILURES = (NoPostgres, BrokerFailed, PostgresFailed, UnsafePlace, PermissionError, up.CannotRun)


def run(arguments: list[str]) -> int:
    """Run one command line; the exit code."""
    from django.core.management import execute_from_command_line

    # makemigrations would like to see the database too; it reads the code well enough.
    warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
    command = arguments[1] if len(arguments) > 1 else "help"
    if command in WITHOUT_DATABASE or "--help" in arguments:
        execute_from_command_line(arguments)
        return 0
    try:
        if command == "up":
            return up.run(arguments[2:])
        with surroundings():
            if command not in PREPARING and not _is_migrated():
                execute_from_command_line([arguments[0], "migrate", "--verbosity", "0"])
            execute_from_command_line(arguments)
    except FAILURES as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def _is_migrated() -> bool:
    """Whether migrations ever ran. On an external server that is the operator's business."""
    owner_url = os.environ.get("DATABASE_OWNER_URL")
    if not owner_url:
        return True
    connection = psycopg2.connect(owner_url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
            row = cursor.fetchone()
            return bool(row and row[0])
    finally:
        connection.close()
