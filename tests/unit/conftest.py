"""Unit tests ask no database: working days are the published ones."""

import pytest

from apps.core import workdays


@pytest.fixture(autouse=True)
def published_days_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workdays._edited, "read", None)
