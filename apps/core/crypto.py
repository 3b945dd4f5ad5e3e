"""Encryption of contact data: AES-256-GCM or SM4-GCM per value, keyed hashes for equality, one key file outside the database.

A stored value is `key-id:base64(nonce | ciphertext | tag)`. The additional data binds it to
"table|column|row": moved to another row or column it does not open. Guide: security C8.

The key file is JSON, mode 0400, so that several keys can be read while one is current:
`{"current": "k1", "keys": {"k1": base64 of 32 bytes}, "index": base64 of 32 bytes, "hash": "sha256"}`. A key's id names its
suite, and so does every value: `k2-sm4` is SM4-GCM, everything else AES-256-GCM. settings.DATA_SUITE says which of them a new
key is for; values of both are read. The index key never rotates with the others: what is kept of people who left is
nothing but its hashes (docs/decisions/0028).
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext_lazy as _

_NONCE_BYTES = 12
_TAG_BYTES = 16
_KEY_BYTES = 32
_SM4_KEY_BYTES = 16
_SM4 = "-sm4"
HASHES = {"aes": "sha256", "sm4": "sm3"}


class CryptoError(Exception):
    """A value cannot be opened; `message` is fit to show to the user. Carries nothing of the value."""

    message = _("无法读取加密内容，请联系系统管理员")

    def __str__(self) -> str:
        return str(self.message)


class WrongRow(CryptoError):
    """The value was made for another row or column, or was changed: shown, never trusted, never a 500."""

    message = _("加密内容与本条记录不符，请联系系统管理员")


class UnknownKey(CryptoError):
    """The value names a key that is not in the key file."""

    message = _("缺少对应的数据密钥，请联系系统管理员")


class KeyFileError(Exception):
    """The key file is missing, unsafe, broken or another system's: the programme must not start."""


class SM4GCM:
    """SM4-GCM (GB/T 32907) with the two methods of AESGCM."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        encryptor = Cipher(algorithms.SM4(self._key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """Raises InvalidTag, as AESGCM does."""
        if len(data) < _TAG_BYTES:
            raise InvalidTag
        body, tag = data[:-_TAG_BYTES], data[-_TAG_BYTES:]
        decryptor = Cipher(algorithms.SM4(self._key), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(associated_data)
        return decryptor.update(body) + decryptor.finalize()


@dataclass(frozen=True, repr=False)
class Keys:
    """What the key file holds. Its repr shows no key."""

    current: str
    ciphers: dict[str, AESGCM | SM4GCM]
    index: bytes
    # Of the keyed hashes: chosen when the file was made, and kept with its index key.
    hash: str = "sha256"

    def fingerprint(self) -> str:
        """Tells one index key from another without revealing it. It survives rotation of the data keys."""
        return hmac.new(self.index, b"tongxin key fingerprint", hashlib.sha256).hexdigest()


def create_key_file(path: Path) -> None:
    """Write a new key file (mode 0400) unless one exists: an existing key is never overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key_id, key = _new_cipher_key(1)
    body = {"current": key_id, "keys": {key_id: key}, "index": _new_key(), "hash": HASHES[_suite()]}
    try:
        # 0400 from the first moment: nobody else ever could have read it.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        json.dump(body, file)
        file.flush()
        os.fsync(file.fileno())


def add_key(path: Path) -> str:
    """Write a new current key into the file; the others stay to be read with. Gives its id."""
    body = json.loads(path.read_text())
    number = 1 + max(int(re.sub(r"\D", "", key_id.removesuffix(_SM4)) or 0) for key_id in body["keys"])
    key_id, key = _new_cipher_key(number)
    body["keys"][key_id] = key
    body["current"] = key_id
    _replace(path, body)
    return key_id


def drop_keys(path: Path) -> list[str]:
    """Leave nothing but the current key in the file. Gives the ids of those that are gone."""
    body = json.loads(path.read_text())
    gone = sorted(set(body["keys"]) - {body["current"]})
    body["keys"] = {body["current"]: body["keys"][body["current"]]}
    _replace(path, body)
    return gone


def _replace(path: Path, body: dict[str, Any]) -> None:
    """Whole or not at all: a file beside it takes its place."""
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "w") as file:
        json.dump(body, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    forget_keys()


def _suite() -> str:
    return str(settings.DATA_SUITE)


def _new_cipher_key(number: int) -> tuple[str, str]:
    """The id and the key of a new key of the suite in force."""
    if _suite() == "sm4":
        return f"k{number}{_SM4}", base64.b64encode(secrets.token_bytes(_SM4_KEY_BYTES)).decode()
    return f"k{number}", _new_key()


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def read_key_file(path: Path) -> Keys:
    """Raises KeyFileError, in words for the operator, where the file cannot be used."""
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise KeyFileError(f"{path}: readable by others; set its mode to 0400")
        body = json.loads(path.read_text())
        ciphers = {key_id: _cipher(key_id, key) for key_id, key in body["keys"].items()}
        keys = Keys(body["current"], ciphers, _decoded(body["index"]), body.get("hash", "sha256"))
    except OSError as error:
        raise KeyFileError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyFileError(f"{path}: is not a key file") from None
    if keys.current not in keys.ciphers or any(":" in key_id for key_id in keys.ciphers):
        raise KeyFileError(f"{path}: is not a key file")
    return keys


def _cipher(key_id: str, key: str) -> AESGCM | SM4GCM:
    if key_id.endswith(_SM4):
        return SM4GCM(_decoded(key, _SM4_KEY_BYTES))
    return AESGCM(_decoded(key))


def _decoded(text: str, length: int = _KEY_BYTES) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != length:
        raise ValueError(f"this key has {length} bytes")
    return key


@lru_cache(maxsize=4)
def _keys_of(path: Path | str) -> Keys:
    return read_key_file(Path(path))


def keys() -> Keys:
    """The keys of settings.DATA_KEY_FILE, read once per process."""
    # As it stands in the settings: to make a Path of it for each value takes longer than the cipher.
    return _keys_of(settings.DATA_KEY_FILE)


def forget_keys() -> None:
    """Read the key file anew at the next use (after rotation, in tests)."""
    _keys_of.cache_clear()


def encrypt(value: str, *, table: str, column: str, row: UUID) -> str:
    """The stored form of a value. Bulk writers (COPY, bulk_create) call this with the row's `public_id`."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    current = keys()
    sealed = current.ciphers[current.current].encrypt(nonce, value.encode(), _bound_to(table, column, row))
    return f"{current.current}:{base64.b64encode(nonce + sealed).decode()}"


def encrypt_many(values: Sequence[tuple[UUID, str]], *, table: str, column: str) -> list[str]:
    """As `encrypt` for each (row, value)."""
    current = keys()
    prefix, seal = f"{current.current}:", current.ciphers[current.current].encrypt
    nonces = secrets.token_bytes(_NONCE_BYTES * len(values))
    found = []
    for at, (row, value) in enumerate(values):
        nonce = nonces[at * _NONCE_BYTES : (at + 1) * _NONCE_BYTES]
        sealed = seal(nonce, value.encode(), _bound_to(table, column, row))
        found.append(prefix + base64.b64encode(nonce + sealed).decode())
    return found


def decrypt(stored: str, *, table: str, column: str, row: UUID) -> str:
    """Raises WrongRow for a value of another row or one that was changed, UnknownKey for a key we lack."""
    key_id, _colon, body = stored.partition(":")
    cipher = keys().ciphers.get(key_id)
    if cipher is None:
        # Another process may have written a new key since this one read the file.
        forget_keys()
        cipher = keys().ciphers.get(key_id)
    if cipher is None:
        raise UnknownKey
    try:
        raw = base64.b64decode(body, validate=True)
        opened = cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound_to(table, column, row))
    except (InvalidTag, binascii.Error, ValueError):
        # "from None": a traceback must not carry the value.
        raise WrongRow from None
    return opened.decode()


def needs_rotation(stored: str) -> bool:
    """Whether a value was made with a key that is no longer the current one."""
    return not stored.startswith(keys().current + ":")


def _bound_to(table: str, column: str, row: UUID) -> bytes:
    return f"{table}|{column}|{row}".encode()


def blind_index(value: str, purpose: str) -> str:
    """A keyed hash (HMAC with SHA-256 or SM3, 64 hex characters): equal values of one purpose are found without opening them.

    `purpose` separates uses, e.g. "member.phone" and "withdrawn.phone": their hashes cannot be joined.
    """
    known = keys()
    found = _index_of(known.index, known.hash).copy()
    found.update(f"{purpose}|{value}".encode())
    return found.hexdigest()


@lru_cache(maxsize=4)
def _index_of(key: bytes, digest: str) -> hmac.HMAC:
    # Prepared once: to set the key up for each of ten thousand numbers takes longer than to hash them.
    return hmac.new(key, digestmod=digest)


def verify_fingerprint(stored: str) -> None:
    """Raises KeyFileError where the key file is not the one this database was written with."""
    if not hmac.compare_digest(stored, keys().fingerprint()):
        raise KeyFileError("the key file does not belong to this database; put the right one in its place")
