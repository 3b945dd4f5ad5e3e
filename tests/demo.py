"""The demo city for the tests that look at it whole."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from apps.dashboard.demo.load import load_demo
from tests.database import sweep

DEMO_DAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="module")
def demo_city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo as of `DEMO_DAY`, loaded once for a module; each test runs in a savepoint on top of it."""
    with django_db_blocker.unblock():
        block = transaction.atomic()
        block.__enter__()
        load_demo("city", DEMO_DAY)
        yield
        transaction.set_rollback(True)
        block.__exit__(None, None, None)
        sweep()
