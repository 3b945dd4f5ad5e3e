"""File names as people see them: kept readable, stripped of what could mislead a browser or a file system."""

import re
import unicodedata

LONGEST_NAME = 120
# Path separators, what Windows refuses, and marks that turn the direction of reading (U+202E in report…fdp.exe).
_UNFIT = re.compile(r'[\\/:*?"<>|\ufffe\uffff]')
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def clean_file_name(typed: str) -> str:
    """The last part of what was typed, without control and direction marks, at most 120 characters, never empty."""
    last = re.split(r"[\\/]", typed)[-1]
    visible = "".join(c for c in last if unicodedata.category(c) not in _INVISIBLE)
    name = re.sub(r"\s+", " ", _UNFIT.sub("_", visible)).strip(" ").rstrip(".")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        return name[:LONGEST_NAME] or "未命名"
    room = LONGEST_NAME - len(extension) - 1
    return f"{stem[:room] or '未命名'}.{extension}" if room > 0 else name[:LONGEST_NAME]
