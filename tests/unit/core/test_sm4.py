"""The national suite: SM4-GCM beside AES-GCM, HMAC-SM3 for keyed hashes."""

from pathlib import Path
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from apps.core import crypto


def test_sm4_gcm_gives_the_published_example() -> None:
    """RFC 8998, A.2.1."""
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    nonce = bytes.fromhex("00001234567800000000ABCD")
    bound = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    plain = bytes.fromhex(
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD"
        "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA"
    )
    sealed = crypto.SM4GCM(key).encrypt(nonce, plain, bound)
    assert sealed[-16:] == bytes.fromhex("83DE3541E4C2B58177E065A9BF7B62EC")
    assert crypto.SM4GCM(key).decrypt(nonce, sealed, bound) == plain


def test_new_key_file_of_the_sm_suite(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_SUITE = "sm4"
    settings.DATA_KEY_FILE = tmp_path / "sm.key"
    crypto.create_key_file(settings.DATA_KEY_FILE)
    stored = crypto.encrypt("13812345678", table="t", column="c", row=UUID(int=1))
    assert stored.startswith("k1-sm4:")
    assert crypto.decrypt(stored, table="t", column="c", row=UUID(int=1)) == "13812345678"
    assert crypto.keys().hash == "sm3"
    with pytest.raises(crypto.WrongRow):
        crypto.decrypt(stored, table="t", column="c", row=UUID(int=2))
