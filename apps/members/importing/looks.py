"""What the values of a column look like: a share between 0 and 1 for each meaning, and what must not be kept."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from apps.core.contacts import NotAPhone, normalize_phone
from apps.core.credit_codes import BadCreditCode, normalize_credit_code
from apps.core.dates import BadDate, parse_date
from apps.core.names import BadName, clean_name
from apps.core.surnames import COMMON
from apps.core.widths import half_width
from apps.core.wording import findings
from apps.core.wordlist import Code
from apps.members.categories import BadCategory, read_categories
from apps.members.importing.columns import Column
from apps.members.importing.units import TITLE_ENDS, UNIT_ENDS
from apps.members.importing.vocabulary import Fit, Vocabulary

C = TypeVar("C", bound=StrEnum)

# Values looked at in one column, and rows in which they are looked for.
SAMPLE, SAMPLE_ROWS = 60, 400
# From this share on, values say what the column is.
SURE = 0.8
# Below this share they do not say so.
HARDLY = 0.2

TOWN = re.compile(r".{1,12}(?:镇|乡|街道|街道办|街道办事处|园区|开发区|产业园|功能区|工业园|加工园)")
EMPLOYER = re.compile(rf".{{1,40}}(?:{UNIT_ENDS})(?:.{{0,8}}(?:部|科|处|室|系|中心))?")
ASSOCIATION = re.compile(
    r".{0,30}(?:商会|协会|学会|联谊会|研究会|促进会|同学会|联合会|工商联|侨联|台联|知联会|新联会|支部|总支|基层委员会)"
)
_TITLE = re.compile(rf".{{0,10}}(?:{TITLE_ENDS})")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}")
_GENDERS = frozenset(["男", "女", "男性", "女性"])
_NOT_RECORDED = frozenset(
    {Code.ETHNICITY, Code.RELIGION, Code.HEALTH, Code.ID_NUMBER, Code.PLACE, Code.POLITICS}
)
_ALSO_NOT_RECORDED = re.compile(
    r"(?:中共|共产)?(?:预备)?党员|(?:中共党员|中共预备党员|共青团员|团员|群众|中共)|.{2,30}(?:[0-9]+号|[0-9]+室|[0-9]+[栋幢组]|号楼.*)|"
    r"(?:良好|健康|一般|较差|患病|残疾)|佛教|道教|基督教|天主教|伊斯兰教|无宗教信仰"
)
# 15 and 18 digits of identity cards, 16 to 19 of bank cards: no value of the registry is so long a number.
_LONG_NUMBER = re.compile(r"(?<![0-9+])[1-9][0-9]{14,18}[Xx]?(?![0-9])")
_IDENTITY = re.compile(
    r"(?<![0-9])[1-9][0-9]{5}[\s-]?(?:18|19|20)[0-9]{2}[\s-]?(?:0[1-9]|1[0-2])[\s-]?(?:0[1-9]|[12][0-9]|3[01])[\s-]?[0-9]{3}\s?[0-9Xx](?![0-9])"
)
SHORTEST_IDENTITY = 15


def sample(rows: Sequence[Sequence[Any]], position: int) -> list[Any]:
    """The first filled cells of a column."""
    filled: list[Any] = []
    for row in rows[:SAMPLE_ROWS]:
        cell = row[position] if position < len(row) else ""
        if cell not in ("", None) and str(cell).strip():
            filled.append(cell)
            if len(filled) == SAMPLE:
                break
    return filled


def shares(values: Sequence[Any], vocabulary: Vocabulary[C]) -> dict[C, float]:
    """For each meaning the share of values that fit it."""
    if not values:
        return {}
    found = {column: sum(map(fits, values)) / len(values) for column, fits in vocabulary.fits.items()}
    if len(set(map(str, values))) < len(values) / 2:
        # The same few words again and again are no names of people.
        found |= dict.fromkeys(vocabulary.varied, 0.0)
    return found


def is_not_recorded(values: Sequence[Any]) -> bool:
    """Whether most values are what is not recorded: peoples, faiths, health, political status, addresses."""
    return bool(values) and sum(map(_not_recorded, map(str, values))) >= len(values) / 2


def holds_identity(cell: object) -> bool:
    """Whether a cell holds the number of an identity or bank card, as text or as a number."""
    if isinstance(cell, str):
        if len(cell) < SHORTEST_IDENTITY:
            return False
        text = half_width(cell)
        return bool(_IDENTITY.search(text) or (_LONG_NUMBER.search(text) and not is_credit_code(text)))
    return isinstance(cell, int | float) and 1e14 <= cell < 1e19


def is_credit_code(value: object) -> bool:
    """Whether a value is the code of an organization: many are digits alone, but hold no day of birth."""
    try:
        return isinstance(value, str) and bool(normalize_credit_code(value))
    except BadCreditCode:
        return False


def is_identity(values: Iterable[Any]) -> bool:
    """Whether most values hold such numbers."""
    cells = list(values)
    return bool(cells) and sum(map(holds_identity, cells)) >= len(cells) / 2


@lru_cache(maxsize=4096)
def _not_recorded(text: str) -> bool:
    words = half_width(text).strip()
    if _ALSO_NOT_RECORDED.fullmatch(words):
        return True
    return any(finding.code in _NOT_RECORDED for finding in findings(words[:100]))


def is_phone(value: object) -> bool:
    if isinstance(value, dt.date | dt.time | dt.timedelta | bool):
        return False
    try:
        normalize_phone(value)
    except NotAPhone:
        return False
    return True


def is_mobile(value: object) -> bool:
    """Whether a value is a mobile number, which is a person's own."""
    if not is_phone(value):
        return False
    return len(number := normalize_phone(value)) == 11 and number.startswith("1")


def is_date(value: object) -> bool:
    try:
        parse_date(value)
    except BadDate:
        return False
    return True


def is_name(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        name = clean_name(value)
    except BadName:
        return False
    return "·" in name or (2 <= len(name) <= 4 and name[0] in COMMON)


def _category(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(read_categories(value))
    except BadCategory:
        return False


def written(pattern: re.Pattern[str]) -> Fit:
    """Whether a text is written like this from end to end."""

    def fits(value: object) -> bool:
        return isinstance(value, str) and bool(pattern.fullmatch(half_width(value).strip()))

    return fits


FITS: dict[Column, Fit] = {
    Column.NAME: is_name,
    Column.GENDER: lambda value: isinstance(value, str) and value.strip() in _GENDERS,
    Column.BIRTH: is_date,
    Column.PHONE: is_phone,
    Column.EMAIL: written(_EMAIL),
    Column.CATEGORY: _category,
    Column.TOWN: written(TOWN),
    Column.EMPLOYER: written(EMPLOYER),
    Column.ASSOCIATION: written(ASSOCIATION),
    Column.TITLE: written(_TITLE),
}
