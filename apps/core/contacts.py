"""Phone numbers and e-mail addresses: one written form, and a masked form for lists."""

import re

from django.utils.translation import gettext_lazy as _

from apps.core.widths import half_width

# 13800005678.0 is what spreadsheets make of a number typed without an apostrophe; beyond 11 digits 8.6E+12.
_FLOAT = re.compile(r"([0-9]+)\.0+")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+")
_SEVERAL = re.compile(r"[/、,;]|或")
_SEPARATORS = re.compile(r"[\s()\-‐-―−_.·]+")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
# Area code (010, 02x: 8 digits; 03xx to 09xx: 7 or 8), and the national numbers 400 and 800.
_LANDLINE = re.compile(r"(?:010|02[0-9])[2-9][0-9]{7}|0[3-9][0-9]{2}[2-9][0-9]{6,7}|[48]00[0-9]{7}")
# Members live in Hong Kong, Macao, Taiwan and abroad too (E.164: at most 15 digits).
_ABROAD = re.compile(r"(?:\+|00)(?!86)([1-9][0-9]{6,14})")


class NotAPhone(ValueError):
    """The text is no phone number; the message is fit to show and does not repeat the text."""


def normalize_phone(typed: object) -> str:
    """One written form of a number: 13812345678, 052386881234, +85291234567.

    Accepts full-width digits, +86, 0086, spaces, dashes, brackets and the floats of spreadsheets. Raises NotAPhone
    for anything else; an empty value is the caller's matter and is refused here too.
    """
    text = half_width(_as_text(typed)).strip()
    if _SCIENTIFIC.fullmatch(text) and not (text := _whole(text)):
        raise NotAPhone(_("号码已被表格改成科学计数，请把该列设为文本后重新填写"))
    if _SEVERAL.search(text):
        raise NotAPhone(_("一次只能填写一个电话号码"))
    if whole := _FLOAT.fullmatch(text):
        text = whole[1]
    number = _without_country(_SEPARATORS.sub("", text))
    if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
        return number
    if abroad := _ABROAD.fullmatch(number):
        return f"+{abroad[1]}"
    raise NotAPhone(_refusal(number))


def _whole(scientific: str) -> str:
    """1.3812345678E+10 with all its digits; empty where some were cut off and became zeros."""
    digits, _e, exponent = re.sub(r"[+.]", "", scientific.lower()).partition("e")
    return digits if len(digits) == int(exponent[:3]) + 1 else ""


def _without_country(number: str) -> str:
    for prefix in ("+86", "0086", "86"):
        rest = number.removeprefix(prefix)
        if rest != number and _MOBILE.fullmatch(rest):
            return rest
        # +86 523 8688 1234: abroad the 0 of the area code is left out.
        if rest != number and prefix != "86" and _LANDLINE.fullmatch("0" + rest):
            return "0" + rest
    return number


def _refusal(number: str) -> str:
    # isascii: str.isdigit() also takes ² and Arabic-Indic digits.
    if not (number.isascii() and number.removeprefix("+").isdigit()):
        return str(_("电话号码只能由数字组成"))
    if number.startswith("1"):
        return str(_("手机号码应为 11 位，以 13 至 19 开头"))
    return str(_("请填写 11 位手机号码，或带区号的座机号码"))


def _as_text(typed: object) -> str:
    if isinstance(typed, float) and typed.is_integer() and abs(typed) < 1e15:
        return str(int(typed))
    return str(typed)


def mask_phone(number: str) -> str:
    """138****5678; for landlines and broken numbers too, never more than seven characters are shown."""
    if len(number) < 7:
        return "*" * len(number)
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 11 else f"{number[:2]}****{number[-2:]}"


def mask_email(address: str) -> str:
    """z***@example.cn; the domain stays, since it tells nothing about the person beyond the provider."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}" if at else "***"
