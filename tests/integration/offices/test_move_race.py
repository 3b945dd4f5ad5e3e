"""A row written while its office moves must end up under the new path."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from apps.accounts.models import User
from apps.activities.models import Venue
from apps.offices.actions import move_office
from apps.offices.models import Office
from tests.cast import Tree

pytestmark = pytest.mark.django_db(transaction=True)


def test_row_written_during_a_move_gets_the_new_path(tree: Tree, city_admin: User) -> None:
    moved = threading.Event()
    written: list[int] = []

    def write() -> None:
        moved.wait(10)
        try:
            # Blocks until the move commits; its trigger then reads the new path.
            venue = Venue(office=tree.town, name="同心驿站", opened_on=dt.date(2026, 1, 1))
            written.append(Venue.objects.bulk_create([venue])[0].pk)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    with transaction.atomic():
        move_office(office=tree.town, new_parent=tree.other_county, by=city_admin)
        moved.set()
        _wait_for_a_blocked_writer()
    writer.join(20)
    assert Venue.objects.get(pk=written[0]).office_path == Office.objects.get(pk=tree.town.pk).path


def _wait_for_a_blocked_writer() -> None:
    for _attempt in range(1000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted), pg_sleep(0.01)")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits for the move")
