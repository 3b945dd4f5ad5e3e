"""Added words are read in these tests, which elsewhere are the base list's only."""

from collections.abc import Iterator

import pytest

from apps.core import wording
from apps.core.wording import forget_added_words
from apps.offices.words import added_words


@pytest.fixture
def known_anew(base_words_only: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What this test adds is read, and forgotten after it."""
    monkeypatch.setattr(wording._added, "read", added_words)
    forget_added_words()
    yield
    forget_added_words()
