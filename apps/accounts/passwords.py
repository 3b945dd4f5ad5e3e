"""Rules for passwords beside length and Django's list of common ones (guide A7, ASVS 6.2)."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.names import NameKeys

LONGEST = 128
# Words an attacker of this system tries first; common lists do not know them.
CONTEXT_WORDS = (
    "tongxin",
    "tongzhan",
    "tongzhanbu",
    "tzb",
    "zhengxie",
    "dangwai",
    "taizhou",
    "jiangsu",
    "liaison",
    "password",
    "mima",
    "admin",
    "同心",
    "统战",
    "密码",
)
# What must remain of a password when those words, the user's names and plain numbers are taken out.
SHORTEST_REMAINDER = 6
PLAIN_RUNS = ("0123456789", "9876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")


class MaximumLengthValidator:
    """Longer ones are refused rather than cut: argon2 would take them, but a megabyte is no password."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(_("密码最多 %(longest)d 个字符"), params={"longest": LONGEST})

    def get_help_text(self) -> str:
        return ""


class ContextWordsValidator:
    """Refuses passwords that are little more than our words, the user's own names, years and runs of keys."""

    def validate(self, password: str, user: User | None = None) -> None:
        rest = password.casefold()
        for word in (*_own_words(user), *CONTEXT_WORDS):
            rest = rest.replace(word, "")
        if len(_without_runs(rest)) < SHORTEST_REMAINDER or len(set(password)) < SHORTEST_REMAINDER:
            raise ValidationError(_("密码太容易猜到：不要用单位、姓名、用户名、年份或连续的按键组成密码"))

    def get_help_text(self) -> str:
        return str(_("至少 12 个字符；不要用单位、姓名、用户名或年份。可以用几个不相干的词。"))


def _own_words(user: User | None) -> list[str]:
    """The user's names, whole and in parts, as characters and as pinyin; longest first, so that none hides in another."""
    if user is None:
        return []
    username = user.username.casefold()
    parts = re.split(r"[^a-z0-9]+", username)
    words = {user.name, NameKeys.of(user.name).pinyin, username, "".join(parts), *parts}
    return sorted((word for word in words if len(word) > 1), key=len, reverse=True)


def _without_runs(text: str) -> str:
    """The text less every character that continues a run of keys or repeats the one before it, and less years."""
    pairs = {run[i : i + 2] for run in PLAIN_RUNS for i in range(len(run) - 1)}
    kept = [
        character
        for before, character in zip(" " + text, text, strict=False)
        if before != character and before + character not in pairs
    ]
    rest = "".join(kept)
    for year in range(1940, 2041):
        rest = rest.replace(str(year), "")
    return rest
