import json
import stat
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core import crypto

PLACE = {"table": "members_member", "column": "phone"}


@given(value=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_encrypt_round_trip(key_file: Path, value: str) -> None:
    row = uuid4()
    stored = crypto.encrypt(value, **PLACE, row=row)
    assert crypto.decrypt(stored, **PLACE, row=row) == value
    assert len(value) < 4 or value not in stored


def test_encrypt_never_gives_the_same_twice(key_file: Path) -> None:
    row = uuid4()
    assert len({crypto.encrypt("13812345678", **PLACE, row=row) for _ in range(20)}) == 20


@pytest.mark.parametrize("change", [{"row": uuid4()}, {"column": "email"}, {"table": "members_other"}])
def test_decrypt_elsewhere_is_wrong_row(key_file: Path, change: dict[str, object]) -> None:
    place: dict[str, object] = {**PLACE, "row": uuid4()}
    stored = crypto.encrypt("13812345678", **place)  # type: ignore[arg-type]
    with pytest.raises(crypto.WrongRow) as refused:
        crypto.decrypt(stored, **{**place, **change})  # type: ignore[arg-type]
    assert "不符" in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("broken", ["k1:", "k1:xx", "k1:AAAA", "k1:" + "A" * 80, "k1:é"])
def test_decrypt_broken_text_is_wrong_row(key_file: Path, broken: str) -> None:
    with pytest.raises(crypto.WrongRow):
        crypto.decrypt(broken, **PLACE, row=uuid4())


@pytest.mark.parametrize("stored", ["", "13812345678", "k9:AAAA"])
def test_decrypt_unknown_key(key_file: Path, stored: str) -> None:
    with pytest.raises(crypto.UnknownKey):
        crypto.decrypt(stored, **PLACE, row=uuid4())


def test_blind_index_is_keyed_and_bound_to_its_purpose(key_file: Path) -> None:
    found = crypto.blind_index("13812345678", "member.phone")
    assert found == crypto.blind_index("13812345678", "member.phone")
    assert found != crypto.blind_index("13812345678", "withdrawn.phone")
    assert len(found) == 64
    key_file.unlink()
    crypto.create_key_file(key_file)
    crypto.forget_keys()
    assert found != crypto.blind_index("13812345678", "member.phone")


def test_rotation_reads_old_and_writes_new(key_file: Path) -> None:
    row = uuid4()
    old = crypto.encrypt("13812345678", **PLACE, row=row)
    fingerprint = crypto.keys().fingerprint()
    body = json.loads(key_file.read_text())
    other = key_file.with_name("other")
    crypto.create_key_file(other)
    body["keys"]["k2"] = json.loads(other.read_text())["keys"]["k1"]
    body["current"] = "k2"
    key_file.chmod(0o600)
    key_file.write_text(json.dumps(body))
    crypto.forget_keys()
    assert crypto.decrypt(old, **PLACE, row=row) == "13812345678"
    assert crypto.encrypt("1", **PLACE, row=row).startswith("k2:")
    assert crypto.needs_rotation(old)
    crypto.verify_fingerprint(fingerprint)


def test_key_file_is_private_and_never_overwritten(key_file: Path) -> None:
    before = key_file.read_bytes()
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o400
    crypto.create_key_file(key_file)
    assert key_file.read_bytes() == before


def test_wrong_key_file_is_refused(key_file: Path) -> None:
    fingerprint = crypto.keys().fingerprint()
    key_file.unlink()
    crypto.create_key_file(key_file)
    crypto.forget_keys()
    with pytest.raises(crypto.KeyFileError, match="does not belong"):
        crypto.verify_fingerprint(fingerprint)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"current": "k1", "keys": {"k1": "AA=="}, "index": "AA=="}', "\x00"]
)
def test_broken_key_file_is_refused(key_file: Path, text: str) -> None:
    key_file.chmod(0o600)
    key_file.write_text(text)
    crypto.forget_keys()
    with pytest.raises(crypto.KeyFileError, match="not a key file"):
        crypto.keys()


def test_missing_or_open_key_file_is_refused(key_file: Path) -> None:
    key_file.chmod(0o640)
    crypto.forget_keys()
    with pytest.raises(crypto.KeyFileError, match="readable by others"):
        crypto.keys()
    key_file.unlink()
    with pytest.raises(crypto.KeyFileError, match="cannot be read"):
        crypto.keys()


def test_keys_do_not_show_themselves(key_file: Path) -> None:
    body = json.loads(key_file.read_text())
    assert body["index"] not in repr(crypto.keys())
    assert "k1" not in repr(crypto.keys())
