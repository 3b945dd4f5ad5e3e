"""The secret of an invitation: short enough to be typed from a letter, made from the invitation's id and the key file.

Letter and own file show the same one, and none is stored: the database holds a keyed hash of it.
"""

import re
from uuid import UUID

from apps.core.crypto import blind_index

# What a secret begins with (apps.core.links).
WORD = "s"
# Without i, l, o and u, which are misread.
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_MISREAD = str.maketrans("oil", "011")
# 80 bits: with 60 tries a minute nobody guesses one.
_LENGTH = 16


def secret_of(invitation: UUID) -> str:
    """As printed: s-k7d2-…, in groups of four."""
    number = int(blind_index(str(invitation), "survey.secret"), 16)
    code = "".join(_LETTERS[number >> 5 * at & 31] for at in range(_LENGTH))
    return "-".join([WORD, *(code[at : at + 4] for at in range(0, _LENGTH, 4))])


def digest_of(secret: str) -> str:
    """What is stored; the same however the code was typed."""
    typed = secret.lower().partition("-")[2].translate(_MISREAD)
    return blind_index(re.sub(r"[^0-9a-z]", "", typed), "survey.digest")
