"""Names in the order of strokes (姓氏笔画): a key that sorts bytewise as Chinese lists of names do.

The order of characters is ICU's `zh-u-co-stroke`, made into a table by scripts/stroke_order.mjs.
"""

import lzma
from functools import lru_cache
from pathlib import Path

_TABLE = Path(__file__).with_name("stroke_order.txt.xz")
# In bytewise order.
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_BASE = len(_DIGITS)
_PLACES = 3
_LAST = _BASE**_PLACES - 1


@lru_cache(maxsize=1)
def _places() -> dict[str, int]:
    return {character: place for place, character in enumerate(lzma.decompress(_TABLE.read_bytes()).decode())}


def stroke_key(name: str) -> str:
    """Three letters for each character; what is no Han character comes after all of them."""
    return "".join(map(_key_of, name))


@lru_cache(maxsize=8192)
def _key_of(char: str) -> str:
    places = _places()
    place = places.get(char, min(len(places) + ord(char), _LAST))
    rest, low = divmod(place, _BASE)
    high, middle = divmod(rest, _BASE)
    return _DIGITS[high] + _DIGITS[middle] + _DIGITS[low]
