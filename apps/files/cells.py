"""What every writer of tables does to a cell: no text that a spreadsheet would run, no character that breaks the file."""

import re

from django.utils.translation import gettext as _

# Excel's own limits.
LONGEST_TEXT = 32_767
_LONGEST_NAME = 31
_FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\']")
# A spreadsheet runs a cell as a formula when it begins like this, also after somebody edits or re-saves it.
_FORMULA = re.compile(r"^[\s;,|'\"]*[=+\-@＝＋－＠]|^[\t\r\n]")
# Half of a surrogate pair is no text; the control characters and the two non-characters are no XML.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def would_run(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula: = + - @, full-width too, behind spaces, quotes or ; as well."""
    return bool(_FORMULA.match(text))


def fit(text: str) -> str:
    """The text as every format can carry it, cut at Excel's limit."""
    return UNFIT.sub("\ufffd", text)[:LONGEST_TEXT]


def neutral(text: str) -> str:
    """For csv, which has no types: a text that would run gets an apostrophe in front."""
    return f"'{text}" if would_run(text) else text


def sheet_name(wanted: str, taken: set[str]) -> str:
    """A name Excel accepts and that no other sheet of the workbook carries; it is `taken` from now on."""
    clean = _FORBIDDEN_IN_NAME.sub(" ", fit(wanted)).strip() or _("工作表")
    name, number = clean[:_LONGEST_NAME], 2
    while name.casefold() in taken:
        name = f"{clean[: _LONGEST_NAME - 4]} {number}"
        number += 1
    taken.add(name.casefold())
    return name
