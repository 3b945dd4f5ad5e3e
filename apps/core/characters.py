"""Characters that no text may hold: they are invisible, or turn the reading of a line around."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_LINE_ENDS = "\n\r\t"
# Marks, embeddings, overrides and isolates of the bidirectional algorithm.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def validate_characters(text: str) -> None:
    """Raises ValidationError (code "characters"). Zero-width joiners of copied text pass: they hide nothing here."""
    if any(_is_forbidden(char) for char in text):
        raise ValidationError(_("文字中有看不见的控制字符，请删除后重新输入"), code="characters")


def _is_forbidden(char: str) -> bool:
    if char in _TURNING:
        return True
    return char not in _LINE_ENDS and unicodedata.category(char) in ("Cc", "Cs")
