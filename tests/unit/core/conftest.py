from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from apps.core import crypto


@pytest.fixture
def key_file(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A key file of this test alone."""
    path = tmp_path / "keys" / "data.key"
    crypto.create_key_file(path)
    settings.DATA_KEY_FILE = path
    crypto.forget_keys()
    yield path
    crypto.forget_keys()
