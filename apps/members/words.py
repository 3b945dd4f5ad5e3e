"""The search words of many members, found once at the end of a bulk writer's work (migration words_later)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def words_later() -> Iterator[set[int]]:
    """Whoever is put into the set gets their search words at the end; until then the triggers hold still.

    For a transaction that knows every member it writes, and every post. After an error nothing is found: the
    transaction's end takes all of it back.
    """
    touched: set[int] = set()
    _switch("on")
    yield touched
    _switch("off")
    if touched:
        with connection.cursor() as cursor:
            cursor.execute("SELECT members_refind(%s)", [sorted(touched)])


def _switch(state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tongxin.words_later', %s, true)", [state])
