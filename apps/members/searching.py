"""How members are found: by characters, full pinyin, initials, traditional script, or record number."""

import re

from django.db.models import Case, F, Q, Value, When

from apps.core.names import bigrams, to_simplified
from apps.core.widths import half_width
from apps.members.models import MemberQuerySet
from apps.members.naming import Naming

_RECORD_NUMBER = re.compile(r"[cC]([0-9]{1,12})")
# Letters of a search that count.
LONGEST = 60


def search(members: MemberQuerySet, typed: str, naming: Naming) -> MemberQuerySet:
    """Members whose name holds what was typed; only among those whose names the searcher sees."""
    words = "".join(half_width(typed[:LONGEST]).split()).lower()
    if not words:
        return members
    if number := _RECORD_NUMBER.fullmatch(words):
        return members.filter(pk=int(number[1]))
    return members.filter(naming.named()).filter(
        _by_letters(words) if words.isascii() else _by_characters(words)
    )


def _by_letters(letters: str) -> Q:
    """zhangsan, zhangs, zs."""
    plain = "".join(letter for letter in letters if letter.isalnum())
    if not plain:
        return Q(pk__in=[])
    return Q(pinyin__startswith=plain) | Q(pinyin_initials__startswith=plain)


def _by_characters(words: str) -> Q:
    simplified = to_simplified("".join(char for char in words if char.isalnum()))
    if len(simplified) < 2:
        return Q(name_simplified__startswith=simplified) if simplified else Q(pk__in=[])
    # The bigrams find candidates by index; the substring decides.
    return Q(bigrams__contains=list(bigrams(simplified))) & Q(name_simplified__contains=simplified)


def in_order(members: MemberQuerySet, naming: Naming, *, all_named: bool) -> MemberQuerySet:
    """By pinyin. Members whose names are hidden come after, by record number: their order must not tell the name."""
    if all_named:
        return members.order_by("pinyin", "pk")
    visible = Case(When(naming.named(), then=F("pinyin")), default=Value(None))
    return members.order_by(visible.asc(nulls_last=True), "pk")
