"""The key file and the database belong together: without the right key nothing starts.

The launcher calls `claim_database` after the migrations; `/readyz`, the web server and the worker call
`verify_database`; `manage.py check --database default` and `migrate` run the system check.
"""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import DatabaseError, transaction

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
