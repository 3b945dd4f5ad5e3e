"""Django's PostgreSQL backend, which tells the database the scope (`apps.core.scope`) before it may matter.

The scope is a setting of the connection. It is sent in front of a statement, in the same round trip, and only where it
is not the one that the connection has already. What ends a transaction without keeping it takes a setting back that was
made inside: after that the scope is sent anew.
"""

from typing import Any

from django.db.backends.postgresql import base
from psycopg2.extensions import cursor

from apps.core import scope

# Never said to this connection, or taken back: whatever is wanted has to be sent.
_UNKNOWN = None


class ScopedCursor(cursor):
    """A cursor whose statements run in the scope of whoever sends them."""

    # None for what Django itself asks of a connection while it opens.
    scoped: "DatabaseWrapper | None" = None

    def execute(self, statement: Any, values: Any = None) -> None:
        wanted = scope.current()
        if self.scoped is None or self.scoped.told == wanted or self.name or not isinstance(statement, str):
            # In front of a cursor of the server's nothing can stand.
            self._tell()
            super().execute(statement, values)
            return
        self.scoped.told = _UNKNOWN
        super().execute(f"{_setting(wanted)}; {statement}", values)
        self.scoped.told = wanted

    def executemany(self, statement: Any, values: Any) -> None:
        self._tell()
        super().executemany(statement, values)

    def copy_expert(self, sql: Any, file: Any, size: int = 8192) -> None:
        self._tell()
        super().copy_expert(sql, file, size)

    def _tell(self) -> None:
        if self.scoped is not None and (wanted := scope.current()) != self.scoped.told:
            self.scoped.tell(wanted)


class DatabaseWrapper(base.DatabaseWrapper):
    """The connection, and the scope it has been told."""

    told: str | None = _UNKNOWN

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        # A policy's function is called dear so that it is asked last. With such costs PostgreSQL would compile (JIT)
        # each statement that is planned, for longer than it runs.
        options = f"{params.get('options', '')} -c jit=off".strip()
        return {**params, "options": options, "cursor_factory": ScopedCursor}

    def init_connection_state(self) -> None:
        self.told = scope.NOBODY
        super().init_connection_state()

    def create_cursor(self, name: str | None = None) -> Any:
        made = super().create_cursor(name)
        made.scoped = self
        return made

    def tell(self, wanted: str) -> None:
        """Send the scope by itself, where it cannot go along with a statement."""
        self.told = _UNKNOWN
        with self.connection.cursor() as plain:
            plain.execute(_setting(wanted))
        self.told = wanted

    def _rollback(self) -> None:
        self.told = _UNKNOWN
        super()._rollback()  # type: ignore[misc]  # unknown to the stubs

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self.told = _UNKNOWN


def _setting(wanted: str) -> str:
    """A scope is made of ids and paths of offices: nothing in it needs quoting, no % is taken for a place."""
    return f"SET tongxin.scope TO '{wanted}'"
