"""Names of people: cleaned to one written form, and the keys by which they are found and sorted."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _
from opencc import OpenCC
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT

from apps.core import surnames
from apps.core.widths import half_width

MAX_NAME = 50
# Only a search key: the column's length; 33 of the longest syllables.
MAX_PINYIN = 200

MIDDLE_DOT = "·"
# What rosters use for the dot of 约翰·李. NFKC maps none of them to it.
_DOTS = "‧•・･∙⋅●∘᛫⸱ꞏ◦˙﹒"
_DOT_TABLE = str.maketrans(dict.fromkeys(_DOTS, MIDDLE_DOT))
# Written as escapes: an editor that normalises would turn the compatibility block into something else.
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_HAN_DOT = re.compile(rf"(?<=[{_HAN}])\s*[.。]\s*(?=[{_HAN}A-Za-z])")
_AROUND_DOT = re.compile(rf"\s*{MIDDLE_DOT}\s*")
_ANY_HAN = re.compile(f"[{_HAN}]")
_HAN_ONLY = re.compile(rf"[{_HAN}]+(?: [{_HAN}]+)*")
# Names of so many characters are looked through for words.
_FEW = 4
# Characters that every step below leaves as they are: nearly every name.
_PLAIN = re.compile("[\u4e00-\u9fff]{1,50}")
_SELECTORS = re.compile("[\ufe00-\ufe0e\U000e0100-\U000e01ef]")
_PUNCTUATION = frozenset(f" {MIDDLE_DOT}-'’.")


class BadName(ValueError):
    """The text is no name we can store; `code` says why, the message is fit to show."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def clean_name(typed: str) -> str:
    """One written form of a person's name: NFC, middle dots as ·, no outer spaces, none between Han characters.

    Extension characters (𠮷, 㛃, those newer than this Python's tables too), Latin names and names of other scripts
    stay. Raises BadName where a character cannot belong to a name or a person must decide.
    """
    if _PLAIN.fullmatch(typed):
        return typed
    text = unicodedata.normalize("NFC", "".join(_letter(char) for char in typed.strip()))
    text = _HAN_DOT.sub(MIDDLE_DOT, text.translate(_DOT_TABLE))
    text = _AROUND_DOT.sub(MIDDLE_DOT, " ".join(text.split(" "))).strip()
    for position, char in enumerate(text):
        _refuse_character(char, text[position - 1 : position])
    text = _without_inner_spaces(re.sub(" +", " ", text))
    _refuse_form(text)
    return text


def _letter(char: str) -> str:
    """Full-width Latin and Kangxi radicals as the characters they stand for; every kind of space as one."""
    if "\u2f00" <= char <= "\u2fd5":
        return unicodedata.normalize("NFKC", char)
    return " " if unicodedata.category(char) == "Zs" else half_width(char)


def _refuse_character(char: str, before: str) -> None:
    if char in _PUNCTUATION or re.match(f"[{_HAN}]", char):
        return
    category = unicodedata.category(char)
    if _SELECTORS.match(char) and before and re.match(f"[{_HAN}]", before):
        # An ideographic variant (葛󠄀) follows its character.
        return
    if category[0] in "LM" and not _SELECTORS.match(char) and char != "\ufe0f":
        return
    raise _refusal(char, category)


def _refusal(char: str, category: str) -> BadName:
    if category in ("Cc", "Cf", "Zl", "Zp") or char == "\ufe0f" or _SELECTORS.match(char):
        return BadName("invisible", _("姓名中有看不见的控制字符，请删除后重新输入"))
    if category == "Co":
        return BadName("private", _("姓名中有本机自造字，别的电脑无法显示，请改用标准汉字"))
    if category in ("Nd", "Nl", "No"):
        return BadName("digit", _("姓名中不能有数字"))
    if category in ("Cs", "Cn"):
        return BadName("broken", _("姓名中有无法识别的字符，请重新输入"))
    return BadName("symbol", _("姓名中不能有符号“%(char)s”") % {"char": char})


def _without_inner_spaces(text: str) -> str:
    if not _HAN_ONLY.fullmatch(text) or " " not in text:
        return text
    parts = text.split(" ")
    whole = len(parts) > 1 and any(len(part) == 1 for part in parts)
    if whole or parts[0] in surnames.DOUBLE:
        return "".join(parts)
    # 王芳 李明: two people in one cell, or a name that wants a dot; the software must not guess.
    raise BadName("spaces", _("姓名中间有空格：如为两人请分行填写，如为一人请去掉空格或用“·”连接"))


def _refuse_form(text: str) -> None:
    if not any(_is_letter(char) for char in text):
        raise BadName("empty", _("请填写姓名"))
    if len(text) > MAX_NAME:
        raise BadName("long", _("姓名不能超过 %(limit)d 个字") % {"limit": MAX_NAME})
    edges = text[0] + text[-1]
    if (
        MIDDLE_DOT in edges
        or MIDDLE_DOT * 2 in text
        or text[0] in "-'’."
        or unicodedata.category(text[0])[0] == "M"
    ):
        raise BadName("form", _("姓名开头、结尾或中间的符号不对，请检查"))


def _is_letter(char: str) -> bool:
    return char.isalpha() or bool(re.match(f"[{_HAN}]", char))


class NameKeys(NamedTuple):
    """What is stored beside a name so that it is found and sorted."""

    simplified: str
    pinyin: str
    initials: str

    @classmethod
    def of(cls, name: str) -> "NameKeys":
        """The keys of a cleaned name."""
        return cls._from(name, to_simplified(_core(name)))

    @classmethod
    def of_many(cls, names: Sequence[str]) -> list["NameKeys"]:
        """The keys of each: all of them turned to simplified script at once."""
        simplified = to_simplified("\n".join(map(_core, names))).split("\n")
        return list(map(cls._from, names, simplified))

    @classmethod
    def _from(cls, name: str, simplified: str) -> "NameKeys":
        syllables = _syllables(name, simplified)
        return cls(
            simplified=simplified,
            pinyin="".join(syllables)[:MAX_PINYIN],
            initials="".join([syllable[0] for syllable in syllables]),
        )


class SearchKind(StrEnum):
    CHARACTERS = "characters"
    PINYIN = "pinyin"
    INITIALS = "initials"
    NOTHING = "nothing"


@dataclass(frozen=True)
class SearchKey:
    """What was typed into a name search, in the written form of `NameKeys`.

    CHARACTERS: `text` is simplified; a single character is compared with the beginning. PINYIN: `text` begins the pinyin; where it has at most four letters
    it may be initials too (wa: 瓦 or 王安), so `or_initials` says to search both. INITIALS: no vowel, initials only.
    """

    kind: SearchKind
    text: str = ""

    @property
    def or_initials(self) -> bool:
        return self.kind is SearchKind.INITIALS or (self.kind is SearchKind.PINYIN and len(self.text) <= 4)


def search_key(typed: str) -> SearchKey:
    """How to search for what was typed: 张三, 張三, zhangsan, Zhang San, zs, 张san. Never raises."""
    core = to_simplified(_core(unicodedata.normalize("NFKC", typed)))
    if not core:
        return SearchKey(SearchKind.NOTHING)
    latin = "".join(_latin_words(core))
    if not latin:
        return SearchKey(SearchKind.CHARACTERS, core)
    if not core.isascii() and re.search(f"[{_HAN}]", core):
        return SearchKey(SearchKind.PINYIN, "".join(_syllables(core, core)))
    if re.search("[aeiouv]", latin):
        return SearchKey(SearchKind.PINYIN, latin)
    return SearchKey(SearchKind.INITIALS, latin)


def to_simplified(text: str) -> str:
    """Traditional script as simplified; other text unchanged."""
    return str(_converter().convert(text))


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    # Loading the tables takes tens of milliseconds: once per process.
    return OpenCC("t2s")


def _core(text: str) -> str:
    """The letters only: no spaces, dots, hyphens, variant selectors; lower case."""
    if _PLAIN.fullmatch(text):
        return text
    text = _SELECTORS.sub("", unicodedata.normalize("NFC", text)).lower()
    return "".join(char for char in text if _is_letter(char) or unicodedata.category(char)[0] == "M")


def _syllables(name: str, simplified: str) -> list[str]:
    if not _ANY_HAN.search(simplified):
        return _latin_words(name)
    # In 查尔斯·李 the first character is no surname.
    surname = "" if MIDDLE_DOT in name else surnames.surname_of(simplified)
    read = surnames.reading(surname)
    return [*read, *_read(simplified[len(surname) :])] if read else [*_read(simplified)]


# Given names come again and again.
@lru_cache(maxsize=16384)
def _read(text: str) -> tuple[str, ...]:
    """Pinyin per Han character; Latin words whole; what has no reading is left out."""
    if (
        len(text) <= _FEW
        and _PLAIN.fullmatch(text)
        and not any(part in PHRASES_DICT for part in _parts(text))
    ):
        # No word in it: each character has its own reading, and there are not so many of them.
        return tuple(syllable for char in text for syllable in _read_alone(char))
    return tuple(_read_together(text))


def _parts(text: str) -> list[str]:
    """All that could be a word: runs of two characters and more."""
    return [text[start:end] for start in range(len(text) - 1) for end in range(start + 2, len(text) + 1)]


@lru_cache(maxsize=8192)
def _read_alone(char: str) -> tuple[str, ...]:
    return tuple(_read_together(char))


def _read_together(text: str) -> list[str]:
    return " ".join(lazy_pinyin(text, errors=lambda rest: " ".join(_latin_words(rest)))).split()


def _latin_words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", _ascii(text))


def _ascii(text: str) -> str:
    """Latin letters without accents: é → e, ü → v as typed on a pinyin keyboard."""
    text = unicodedata.normalize("NFD", text.lower()).replace("u\u0308", "v")
    return "".join(char for char in text if char.isascii())
