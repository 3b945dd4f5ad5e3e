"""Visits as fast as they come, from several threads, for test_killed_postgres.py. A process of its own.

In: lines "uuid member". Out: a line "uuid new" or "uuid known" once the visit is acknowledged, that is: committed as
the web server commits it. The first thing that fails ends the writer, as a closed connection ends a request.
With `recount`: says what a recount of the year finds wrong.
"""

import datetime as dt
import sys
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import django

THREADS = 4
FIRST = dt.date(2026, 1, 1)


def write(line: str) -> None:
    from apps.accounts.models import User
    from apps.core import scope
    from apps.members.models import Member
    from apps.pairing.actions import log_visit
    from apps.pairing.rules import VisitContent

    public_id, member = map(UUID, line.split())
    content = VisitContent(
        members=(member,), kind="talk", happened_on=FIRST + dt.timedelta(days=public_id.int % 300)
    )
    by = User.objects.get(username="town_cadre")
    with scope.entered(scope.of_actor(by)):
        logged = log_visit(
            public_id=public_id, content=content, by=by, among=Member.objects.all(), confirmed=True
        )
    # One write a line: the threads share the pipe.
    sys.stdout.write(f"{public_id} {'new' if logged.is_new else 'known'}\n")
    sys.stdout.flush()


def recount() -> None:
    from apps.core import scope
    from apps.pairing.rebuild import rebuild_all

    with scope.everything("a job counts over all offices"):
        sys.stdout.write(f"{rebuild_all(2026)}\n")


def main() -> None:
    django.setup()
    if sys.argv[1:] == ["recount"]:
        recount()
        return
    with ThreadPoolExecutor(THREADS) as pool:
        for _done in pool.map(write, sys.stdin.read().splitlines()):
            pass


main()
