"""Sessions in the database, as Django keeps them; read by a statement that is planned once a connection.

One indexed row, asked for by every request: writing the statement anew took longer than answering it.
"""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from apps.core.prepared import Prepared

_SESSION = Prepared(
    "accounts_session",
    "varchar, timestamptz",
    "SELECT session_key, session_data, expire_date FROM django_session WHERE session_key = $1 AND expire_date > $2",
)
_FIELDS = ["session_key", "session_data", "expire_date"]


class SessionStore(db.SessionStore):
    """The session of one browser."""

    def _get_session_from_db(self) -> Any:
        for row in _SESSION.rows(self.session_key, timezone.now()):
            return self.model.from_db("default", _FIELDS, row)
        # As in Django's own: a key that leads nowhere is not kept.
        self._session_key = None
        return None
