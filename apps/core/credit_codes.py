"""统一社会信用代码 (GB 32100-2015): one written form, and a sentence that says what is wrong with a typed one.

18 characters of 31 signs (no I, O, S, V, Z): who registers, which kind, six digits of the region, nine of the body, and a
check sign, the sum of the values weighted by the powers of 3 modulo 31.
"""

import re

from django.utils.translation import gettext_lazy as _

from apps.core.widths import half_width

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_VALUES = {sign: value for value, sign in enumerate(SIGNS)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_SEPARATORS = re.compile(r"[\s\-‐-―−·]+")
# Sign 1 and the signs it may stand before; the registrar of religious bodies (7) is none of this registry's.
_REGISTRARS = "12345689ANY"
_RELIGIOUS_AFFAIRS = "7"
# GB/T 2260: the first two digits; 10 is the country itself (100000).
_REGIONS = frozenset(
    [
        "10",
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
    ]
)
# What people type for the signs that are left out.
_MISTAKEN = {"I": "1", "O": "0", "S": "5", "Z": "2", "V": "U"}


class BadCreditCode(ValueError):
    """The text is no credit code; the message is fit to show."""


def check_sign(body: str) -> str:
    """The 18th sign for the first 17."""
    weighted = sum(_VALUES[sign] * weight for sign, weight in zip(body, _WEIGHTS, strict=True))
    return SIGNS[-weighted % len(SIGNS)]


def subject_of(code: str) -> str:
    """The nine signs of the body itself: they stay when it is registered elsewhere or by another registrar."""
    return code[8:17]


def normalize_credit_code(typed: str) -> str:
    """The code in capitals without spaces and dashes; "" stays "". Raises BadCreditCode."""
    code = _SEPARATORS.sub("", half_width(typed)).upper()
    if code and (wrong := _what_is_wrong(code)):
        raise BadCreditCode(wrong)
    return code


def _what_is_wrong(code: str) -> str:
    if len(code) != LENGTH:
        return str(_("统一社会信用代码应为 18 位，现在是 %(length)d 位") % {"length": len(code)})
    if strange := sorted({sign for sign in code if sign not in _VALUES}):
        return _strange(strange)
    if code[0] == _RELIGIOUS_AFFAIRS:
        return str(_("宗教活动场所和宗教院校不作为登记内容"))
    if code[0] not in _REGISTRARS:
        return str(_("第 1 位是登记管理部门代码，没有“%(sign)s”，请核对证照") % {"sign": code[0]})
    if not code[2:8].isdigit() or code[2:4] not in _REGIONS:
        return str(_("第 3 至 8 位应为行政区划代码，“%(region)s”不是，请核对证照") % {"region": code[2:8]})
    if code[-1] != check_sign(code[:-1]):
        return str(_("校验不通过，至少有一位填错，请对照证照逐位核对"))
    return ""


def _strange(signs: list[str]) -> str:
    likely = [
        _("%(typed)s 是否应为 %(meant)s") % {"typed": s, "meant": _MISTAKEN[s]}
        for s in signs
        if s in _MISTAKEN
    ]
    if likely:
        return str(_("代码中不用 I、O、S、V、Z：%(likely)s？") % {"likely": "，".join(likely)})
    return str(_("代码只用数字和大写字母，“%(signs)s”不能用") % {"signs": "".join(signs)})
