"""The key file and the database belong together: without the right key nothing starts.

`prepare` calls `claim_database` after the migrations; every serving process calls `stop_on_wrong_key` when it starts,
`/readyz` calls `verify_database`; `manage.py check --database default` and `migrate` run the system check.
"""

import sys
from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import DatabaseError, connection, transaction

from apps.core import crypto
from apps.core.models import KeyCheck


def claim_database() -> None:
    """Remember the key file of a new database. Raises KeyFileError where it was written with another one."""
    with transaction.atomic():
        KeyCheck.objects.bulk_create(
            [KeyCheck(pk=1, fingerprint=crypto.keys().fingerprint())], ignore_conflicts=True
        )
        verify_database()


def verify_database() -> None:
    """Raises KeyFileError where the key file is missing, broken, or not the one of this database.

    A database that was never claimed holds nothing encrypted yet and passes.
    """
    stored = KeyCheck.objects.values_list("fingerprint", flat=True).first()
    if stored is None:
        crypto.keys()
    else:
        crypto.verify_fingerprint(stored)


def stop_on_wrong_key() -> None:
    """For the start of a web or worker process: ends it where the key file is not the database's.

    A database that cannot be asked yet stops nothing: `/readyz` says so until it can.
    """
    try:
        verify_database()
    except crypto.KeyFileError as error:
        sys.exit(f"Refusing to start: {error}")
    except DatabaseError:
        return
    finally:
        # A process that forks later must not share this connection with its children.
        connection.close()


@checks.register(checks.Tags.database)
def check_database_key(
    app_configs: Any, databases: Sequence[str] | None = None, **_kwargs: Any
) -> list[checks.CheckMessage]:
    if not databases:
        return []
    try:
        verify_database()
    except crypto.KeyFileError as error:
        return [checks.Error(str(error), id="core.E002")]
    except DatabaseError:
        # Before the first migration there is no table; that is no fault of the key.
        return []
    return []
