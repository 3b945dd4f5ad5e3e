"""Nobody stays in the registry without having agreed."""

import datetime as dt
from collections.abc import Callable

from django.apps import apps
from django.db import connection

from apps.audit.models import AuditEvent
from apps.members.models import Member
from apps.members.unconfirmed import erase_unconfirmed
from tests.cast import Tree

TODAY = dt.date(2026, 5, 1)


def waiting(tree: Tree, since: dt.date) -> Member:
    return Member.objects.create(name="待确", office=tree.town, status_since=since)


def test_unconfirmed_rows_go_after_sixty_days(tree: Tree, make_member: Callable[..., Member]) -> None:
    old, young = waiting(tree, dt.date(2026, 3, 1)), waiting(tree, dt.date(2026, 3, 2))
    active = make_member()
    assert erase_unconfirmed(TODAY) == 1
    connection.check_constraints()
    assert set(Member.objects.all()) == {young, active}
    assert AuditEvent.objects.get(action="void").target_id == str(old.pk)


def test_their_history_goes_too(tree: Tree) -> None:
    old = waiting(tree, dt.date(2026, 1, 1))
    events = apps.get_model("members", "MemberEvent").objects.filter(pgh_obj_id=old.pk)
    assert events.exists()
    erase_unconfirmed(TODAY)
    assert not events.exists()
