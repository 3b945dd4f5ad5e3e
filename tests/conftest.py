"""What every test can use. The database stands in `tests/database.py`."""

import pytest
from hypothesis import settings

from apps.core import wording, workdays

# No deadline: on a busy machine it fails tests that are right.
settings.register_profile("here", deadline=None)
settings.load_profile("here")

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
