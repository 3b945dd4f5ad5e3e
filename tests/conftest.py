"""What every test can use. The database stands in `tests/database.py`."""

import gc
from contextvars import ContextVar
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.management.base import BaseCommand
from hypothesis import settings

from apps.core import scope, wording, workdays

# No deadline: on a busy machine it fails tests that are right.
settings.register_profile("here", deadline=None)
settings.load_profile("here")

# A test makes and reads what it wants, in its threads too. Requests, commands and tasks have the scope that they give
# themselves: of what they do, policies show the same as in the program.
scope._current = ContextVar("scope", default=scope.EVERYTHING)
_execute = BaseCommand.execute


def _execute_in_own_scope(command: BaseCommand, *args: Any, **options: Any) -> Any:
    with scope.entered(scope.NOBODY):
        return _execute(command, *args, **options)


BaseCommand.execute = _execute_in_own_scope  # type: ignore[assignment]

# Garbage is looked for so often by default that it takes a tenth of all time.
gc.set_threshold(50_000, 20, 20)
# Argon2 is slow by design; here it is the real one with little to do.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 1024

pytest_plugins = ["tests.database", "tests.cast", "tests.demo", "tests.canary"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first: who starts one last keeps all others waiting. Those in a browser together: it is started once."""
    items.sort(key=lambda item: [not item.get_closest_marker(dear) for dear in ("browser", "launcher")])


def pytest_collection_finish() -> None:
    """What stands now stands to the end: the collector need not walk over it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def published_days_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Working days are the published ones, so that no page asks for the edited ones once in half a minute.

    tests/integration/offices/test_holidays.py reads them.
    """
    monkeypatch.setattr(workdays._edited, "read", None)


@pytest.fixture(autouse=True)
def base_words_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wording guard knows its base list; tests/integration/offices/test_added_words.py reads added words."""
    monkeypatch.setattr(wording._added, "read", None)
