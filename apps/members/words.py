"""The search words of many members: found once at the end of a bulk writer's work, and settled after it.

Migrations words_later and quicker_imports.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from apps.jobs.running import Work

# The job that settles them.
SETTLE = "members.settle_words"


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


def run_settle(_work: "Work") -> dict[str, Any]:
    """Move what a bulk writer left in the index's waiting list to its place, so that searches are quick again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT members_settle_words()")
        (pages,) = cursor.fetchone()
    return {"pages": pages}


def _switch(state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tongxin.words_later', %s, true)", [state])
