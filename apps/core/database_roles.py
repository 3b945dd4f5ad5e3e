"""Who may do what in the database: migrations run as the owner, everything else as the application's role.

The application's role changes no table and is bound by row policies. A model that is only ever added to says
`append_only = True`; the application may then insert and read its rows, and neither change nor remove them. With
`written_by_owner = True` it only reads them: a function of the owner's writes.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dj_database_url
from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

ADDRESS = ("USER", "PASSWORD", "HOST", "PORT", "NAME", "OPTIONS")


@contextmanager
def as_owner() -> Iterator[str | None]:
    """Let the default connection be the owner's for a while; gives the name of the application's role.

    Gives None, and changes nothing, where DATABASE_OWNER_URL is not set: one role does everything there.
    """
    if not settings.DATABASE_OWNER_URL:
        yield None
        return
    connection = connections[DEFAULT_DB_ALIAS]
    ours = {key: connection.settings_dict.get(key) for key in ADDRESS}
    owners = dj_database_url.parse(settings.DATABASE_OWNER_URL)
    connection.close()
    # The name stays: tests work on databases of their own.
    connection.settings_dict.update({key: owners.get(key) for key in ADDRESS if key != "NAME"})
    connection.settings_dict["OPTIONS"] = owners.get("OPTIONS") or {}
    try:
        yield ours["USER"]
    finally:
        connection.close()
        connection.settings_dict.update(ours)


def grant_rights(cursor: CursorWrapper, role: str) -> None:
    """Give the application's role its rights on every table, and no more. Run it as the owner."""
    name = _quoted(role)
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {name}",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {name}",
    ):
        cursor.execute(statement)
    for model in append_only_models():
        lost = "INSERT, UPDATE, DELETE" if getattr(model, "written_by_owner", False) else "UPDATE, DELETE"
        cursor.execute(f"REVOKE {lost} ON {_quoted(model._meta.db_table)} FROM {name}")


def append_only_models() -> list[type[Model]]:
    """The models whose rows the application adds and never changes."""
    return [model for model in apps.get_models() if getattr(model, "append_only", False)]


def _quoted(name: str) -> str:
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(name)
