"""What every test can use. The database stands in `tests/database.py`."""

from contextvars import ContextVar
from typing import Any

import pytest
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

pytest_plugins = ["tests.database", "tests.cast", "tests.demo", "tests.canary"]


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
