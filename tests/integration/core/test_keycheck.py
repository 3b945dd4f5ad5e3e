from pathlib import Path

import pytest
from django.core import checks
from pytest_django.fixtures import Settings

from apps.core import crypto, keycheck

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_key_file(tmp_path: Path, settings: Settings) -> Path:
    """A key file that no database was written with; the real one comes back after the test."""
    path = tmp_path / "other.key"
    crypto.create_key_file(path)
    settings.DATA_KEY_FILE = path
    return path


def test_claimed_database_accepts_its_own_key_only(settings: Settings, tmp_path: Path) -> None:
    keycheck.claim_database()
    keycheck.claim_database()
    keycheck.verify_database()
    other = tmp_path / "other.key"
    crypto.create_key_file(other)
    settings.DATA_KEY_FILE = other
    with pytest.raises(crypto.KeyFileError, match="does not belong"):
        keycheck.verify_database()
    with pytest.raises(crypto.KeyFileError, match="does not belong"):
        keycheck.claim_database()
    assert [error.id for error in keycheck.check_database_key(None, databases=["default"])] == ["core.E002"]


def test_check_is_silent_without_a_database_or_a_claim(other_key_file: Path) -> None:
    assert keycheck.check_database_key(None) == []
    assert keycheck.check_database_key(None, databases=["default"]) == []


def test_missing_key_file_is_an_error(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_KEY_FILE = tmp_path / "nowhere.key"
    (error,) = keycheck.check_database_key(None, databases=["default"])
    assert isinstance(error, checks.Error)
    assert "cannot be read" in error.msg


@pytest.mark.django_db(transaction=True)
def test_serving_process_stops_on_a_missing_key(settings: Settings, tmp_path: Path) -> None:
    keycheck.stop_on_wrong_key()
    settings.DATA_KEY_FILE = tmp_path / "nowhere.key"
    with pytest.raises(SystemExit, match="Refusing to start"):
        keycheck.stop_on_wrong_key()
