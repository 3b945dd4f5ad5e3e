"""One cell at a time: what people write, in our one written form. Each function raises BadCell with a plain sentence."""

import datetime as dt
import unicodedata
from functools import lru_cache

from django.utils.translation import gettext as _

from apps.core.contacts import NotAPhone, normalize_phone
from apps.core.dates import BadDate, DatePrecision, TypedDate, parse_date
from apps.core.names import BadName, clean_name
from apps.core.widths import half_width
from apps.core.wording import findings
from apps.members.categories import BadCategory, read_categories
from apps.members.importing.findings import BadCell
from apps.members.models import Member
from apps.members.organization_words import RefusedOrganization, refuse_organization

_YES = frozenset(
    ["是", "同意", "已同意", "y", "yes", "√", "✓", "✔", "1", "1.0", "true", "已签字", "已签", "有"]
)
_NO = frozenset(["否", "不同意", "未同意", "n", "no", "×", "✗", "0", "0.0", "false", "无", "未签字", "未签"])
_OLDEST = 120
_LONGEST_UNGUARDED_NAME = 4


def name(value: object) -> str:
    try:
        found = clean_name(text(value, 200))
    except BadName as error:
        raise BadCell(str(error)) from None
    if len(found) > _LONGEST_UNGUARDED_NAME:
        # A remark that slipped into the column; two to four characters are a name, whatever they spell.
        _guard(found)
    return found


def gender(value: object) -> str:
    word = text(value, 10)
    if word in ("", "男", "女"):
        return {"男": Member.Gender.MALE.value, "女": Member.Gender.FEMALE.value}.get(word, "")
    raise BadCell(_("性别请填写“男”或“女”"))


def birth_month(value: object, *, today: dt.date, is_1904: bool = False) -> dt.date | None:
    """The first day of the month of birth; the day is not kept."""
    if is_empty(value):
        return None
    day = _date(value, is_1904=is_1904).day.replace(day=1)
    if day > today or today.year - day.year > _OLDEST:
        raise BadCell(_("出生年月不合理，请检查"))
    return day


def consent_day(value: object, *, today: dt.date, is_1904: bool = False) -> dt.date | None:
    if is_empty(value):
        return None
    typed = _date(value, is_1904=is_1904)
    if typed.precision is DatePrecision.MONTH:
        raise BadCell(_("同意日期要写到日"))
    if typed.day > today:
        raise BadCell(_("同意日期不能晚于今天"))
    return typed.day


def _date(value: object, *, is_1904: bool) -> TypedDate:
    return _text_date(value, is_1904) if isinstance(value, str) else _any_date(value, is_1904)


@lru_cache(maxsize=4096)
def _text_date(value: str, is_1904: bool) -> TypedDate:
    return _any_date(value, is_1904)


def _any_date(value: object, is_1904: bool) -> TypedDate:
    try:
        return parse_date(value, is_1904=is_1904)
    except BadDate as error:
        raise BadCell(str(error)) from None


def phone(value: object) -> str:
    if is_empty(value):
        return ""
    try:
        return normalize_phone(value)
    except NotAPhone as error:
        raise BadCell(str(error)) from None


def email(value: object) -> str:
    address = text(value, 100).lower()
    local, at, domain = address.rpartition("@")
    if address and not (at and local and "." in domain and address.isascii() and " " not in address):
        raise BadCell(_("电子邮箱格式不对，请检查"))
    return address


@lru_cache(maxsize=256)
def _categories(word: str) -> tuple[str, ...]:
    return tuple(category.value for category in read_categories(word))


def categories(value: object) -> tuple[str, ...]:
    try:
        return _categories(text(value, 100))
    except BadCategory as error:
        raise BadCell(str(error)) from None


def yes_or_no(value: object) -> bool | None:
    """True, False, or None where the cell is empty."""
    word = half_width(str(value if value is not None else "")).strip().lower()
    if not word:
        return None
    if word in _YES or word in _NO:
        return word in _YES
    raise BadCell(_("请填写“是”或“否”"))


def title(value: object) -> str:
    return _guarded(text(value, 50))


@lru_cache(maxsize=4096)
def organization(value: str) -> str:
    """The name of a work unit or association; refused where the registry does not hold such."""
    found = _guarded(text(value, 100))
    try:
        refuse_organization(found)
    except RefusedOrganization as error:
        raise BadCell(str(error)) from None
    return found


def text(value: object, longest: int) -> str:
    """A cell as text on one line: numbers without .0, full-width spaces as spaces. Control characters are refused."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    words = " ".join(str(value if value is not None else "").split())
    if not words.isprintable() and any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in words):
        raise BadCell(_("有看不见的控制字符，请删除后重试"))
    if len(words) > longest:
        raise BadCell(_("文字过长，最多 %(limit)d 个字") % {"limit": longest})
    return words


@lru_cache(maxsize=4096)
def _guarded(words: str) -> str:
    """The words, unless they judge a person or carry what is not recorded."""
    _guard(words)
    return words


def _guard(words: str) -> None:
    if found := findings(words):
        raise BadCell(str(found[0].message))


def is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
