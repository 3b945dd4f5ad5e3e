"""One cell at a time: what people write, in our one written form. Each function raises BadCell with a plain sentence."""

import datetime as dt
import re
import unicodedata
from collections.abc import Container
from functools import lru_cache

from django.utils.translation import gettext as _

from apps.core.contacts import NotAPhone, normalize_phone
from apps.core.dates import BadDate, DatePrecision, TypedDate, parse_date
from apps.core.names import BadName, clean_name
from apps.core.widths import half_width
from apps.core.wording import finding_in_name, findings
from apps.members.categories import BadCategory, read_categories
from apps.members.importing.findings import BadCell
from apps.members.importing.units import split_title, without_department
from apps.members.models import Member
from apps.members.organization_words import RefusedOrganization, refuse_organization

_YES = re.compile("是|(?:已|本人)?同意(?:登记)?|y|yes|ok|√|✓|✔|✅|☑|对|1|1\\.0|true|已?签[字订]|已签|有|已")
_NO = re.compile("否|[不未]同意|不|拒绝|n|no|×|✗|✘|❌|x|0|0\\.0|false|无|未签字?|没有|未")
# What people write where there is nothing to write.
_NOTHING = re.compile(
    r"\s*(?:|无|/|\\|-{1,2}|—{1,2}|暂无|没有|空|none|null|n/a|不详|未知|不清楚|\.|。)\s*", re.IGNORECASE
)
_GENDERS = {
    **dict.fromkeys(("男", "男性", "男士", "m", "male"), Member.Gender.MALE.value),
    **dict.fromkeys(("女", "女性", "女士", "f", "female"), Member.Gender.FEMALE.value),
}
# 0523-86881234-801, 86881234转801: the registry holds numbers that can be dialled.
_EXTENSION = re.compile(
    r"(?:转|ext\.?|分机)\s*[0-9]{1,6}|(?<![0-9])0(?:10|2[0-9]|[3-9][0-9]{2})[-—\s)]*[0-9]{7,8}\s*[-—]\s*[0-9]{1,6}$",
    re.IGNORECASE,
)
_MOBILE = re.compile("1[3-9][0-9]{9}")
_NUMBERS = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})(?![0-9])")
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff（）])\s+(?=[\u3400-\u9fff（）])")
_OLDEST = 120


def name(value: object, harmless: Container[str] = ()) -> str:
    """`harmless`: names in which the wording guard finds nothing."""
    if value is not None and not isinstance(value, str):
        raise BadCell(_("姓名不能是数字"))
    try:
        found = clean_name(text(value, 200))
    except BadName as error:
        raise BadCell(str(error)) from None
    if found not in harmless and (place := finding_in_name(found)):
        # A remark that slipped into the column.
        raise BadCell(str(place.message))
    return found


def gender(value: object) -> str:
    word = half_width(text_or_none(value, 10)).lower()
    if not word or word in _GENDERS:
        return _GENDERS.get(word, "")
    raise BadCell(_("性别请填写“男”或“女”"))


def birth_month(value: object, *, today: dt.date, is_1904: bool = False) -> dt.date | None:
    """The first day of the month of birth; the day is not kept."""
    if says_nothing(value):
        return None
    day = _date(value, is_1904=is_1904).day.replace(day=1)
    if day > today or today.year - day.year > _OLDEST:
        raise BadCell(_("出生年月不合理，请检查"))
    return day


def consent_day(value: object, *, today: dt.date, is_1904: bool = False) -> dt.date | None:
    day = day_or_none(value, is_1904=is_1904)
    if day and day > today:
        raise BadCell(_("同意日期不能晚于今天"))
    return day


def day_or_none(value: object, *, is_1904: bool = False) -> dt.date | None:
    """A day; None where the cell says nothing."""
    if says_nothing(value):
        return None
    typed = _date(value, is_1904=is_1904)
    if typed.precision is DatePrecision.MONTH:
        raise BadCell(_("日期要写到日"))
    return typed.day


def note(value: object, longest: int) -> str:
    """Free text; refused where it judges a person or carries what is not recorded."""
    return _guarded(text_or_none(value, longest))


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
    if isinstance(value, str) and _MOBILE.fullmatch(value):
        # As most are written; nothing below would change it.
        return value
    if says_nothing(value):
        return ""
    written = half_width(str(value)) if isinstance(value, str) else ""
    if _EXTENSION.search(written):
        raise BadCell(_("请去掉分机号，只填总机号码或手机号码"))
    if len(_NUMBERS.findall(written)) > 1:
        raise BadCell(_("一次只能填写一个电话号码"))
    try:
        return normalize_phone(value)
    except NotAPhone as error:
        raise BadCell(str(error)) from None


def email(value: object) -> str:
    address = half_width(text_or_none(value, 100)).lower()
    local, at, domain = address.rpartition("@")
    if address and not (at and local and "." in domain and address.isascii() and " " not in address):
        raise BadCell(_("电子邮箱格式不对，请检查"))
    return address


@lru_cache(maxsize=256)
def _categories(word: str) -> tuple[str, ...]:
    return tuple(category.value for category in read_categories(word))


def categories(value: object) -> tuple[str, ...]:
    try:
        return _categories(text_or_none(value, 100))
    except BadCategory as error:
        raise BadCell(str(error)) from None


def yes_or_no(value: object) -> bool | None:
    """True, False, or None where the cell is empty."""
    word = half_width(str(value if value is not None else "")).strip().lower()
    if not word:
        return None
    if _YES.fullmatch(word) or _NO.fullmatch(word):
        return bool(_YES.fullmatch(word))
    raise BadCell(_("请填写“是”或“否”"))


def title(value: object) -> str:
    return _guarded(text_or_none(value, 50))


def unit(value: object) -> str:
    """The name of a work unit; empty where the cell says that there is none."""
    words = text_or_none(value, 100)
    return organization(words) if words else ""


def unit_of_department(value: object) -> str:
    words = text_or_none(value, 100)
    return organization(without_department(words)) if words else ""


def unit_and_title(value: object) -> tuple[str, str]:
    """From one cell that holds both: 泰兴市人民医院副院长."""
    employer, post = split_title(text_or_none(value, 150))
    return (organization(employer) if employer else "", title(post))


@lru_cache(maxsize=4096)
def organization(value: str) -> str:
    """The name of a work unit or association; refused where the registry does not hold such."""
    found = _guarded(one_form(text(value, 100)))
    try:
        refuse_organization(found)
    except RefusedOrganization as error:
        raise BadCell(str(error)) from None
    return found


def one_form(words: str) -> str:
    """Names of organizations as they are compared: full-width brackets, no spaces between Han characters."""
    return _BETWEEN_HAN.sub("", words.replace("(", "（").replace(")", "）"))


def text_or_none(value: object, longest: int) -> str:
    """A cell as text; empty where it says that there is nothing (无, /)."""
    return "" if says_nothing(value) else text(value, longest)


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


def says_nothing(value: object) -> bool:
    """Empty, or a word for nothing."""
    return value is None or (isinstance(value, str) and bool(_NOTHING.fullmatch(half_width(value[:30]))))
