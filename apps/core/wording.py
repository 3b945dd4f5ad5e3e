"""The wording guard: one check on every text field that can be reached from a member (design §1).

It holds back text that judges a person or carries what is not recorded, says where, keeps what was typed, and never
logs it. The form says 只记事，不评人. The list stands in `apps.core.wordlist`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.core.edited import Edited
from apps.core.names import to_simplified
from apps.core.surnames import is_surname
from apps.core.widths import half_width
from apps.core.wordlist import BASE_RULES, MESSAGES, NAME_AT_START, Code, Rule, rule_for_words

# Text is marked in the form; the sentence above it names at most so many places.
_NAMED_IN_MESSAGE = 5
# What is longer than a name in Han characters is read as any text.
_LONGEST_NAME_OF_WORDS, _LONGEST_GIVEN = 4, 2
# Texts that stand as the patterns expect them but for the script; so many are looked through together.
_HAN_ONLY = re.compile("[\u4e00-\u9fff]+")
_TOGETHER = 500
# No pattern reaches across it.
_BETWEEN = "。"

_added: Edited[tuple[str, ...]] = Edited(())


def added_words_come_from(read: Callable[[], tuple[str, ...]]) -> None:
    """Called in `ready()` of the app that keeps the administrators' own words."""
    _added.read = read


def forget_added_words() -> None:
    """A word was added or retired: they are read anew."""
    _added.forget()


@dataclass(frozen=True)
class Finding:
    """A place in the text as typed: `text[start:end]`. `message` says in Chinese what to do about it."""

    code: Code
    start: int
    end: int
    message: str | Promise


def findings(text: str) -> list[Finding]:
    """Every place that must be rewritten, in order and without overlap: the base list and the added words."""
    plain, places = _plain(text)
    # Most texts have nothing to be excused: a search is a quarter of the cost of going through.
    found = [span for rule in _rules() if rule.pattern.search(plain) for span in _spans(rule, plain)]
    found.sort(key=lambda span: (span[1], -span[2]))
    kept: list[Finding] = []
    for code, start, end in found:
        place = Finding(code, places[start], places[end - 1] + 1, MESSAGES[code])
        if not kept or place.start >= kept[-1].end:
            kept.append(place)
    return kept


def harmless(texts: Iterable[str]) -> set[str]:
    """Those of many texts of which it is sure that nothing is found in them: a tenth of the cost of asking for each.

    What is not given back may be harmless all the same: it is looked at alone.
    """
    simple = iter(dict.fromkeys(filter(_HAN_ONLY.fullmatch, texts)))
    found: set[str] = set()
    while some := list(islice(simple, _TOGETHER)):
        joined = _BETWEEN.join(some)
        if to_simplified(joined) == joined and not any(rule.pattern.search(joined) for rule in _rules()):
            found.update(some)
    return found


def _rules() -> Sequence[Rule]:
    extra = rule_for_words(_plain(word)[0] for word in _added.get())
    return (*BASE_RULES, extra) if extra else BASE_RULES


def _plain(text: str) -> tuple[str, list[int]]:
    """The text as the patterns expect it, and for each of its characters the place in the typed text.

    Spaces and invisible characters are left out, so that 落 后 is 落后; nothing else changes its length.
    """
    kept = [
        (place, char)
        for place, char in enumerate(text)
        if not char.isspace() and unicodedata.category(char) not in ("Cf", "Cc")
    ]
    joined = half_width("".join(char for _place, char in kept))
    simplified = to_simplified(joined)
    # Some phrases change their length in simplified script; then the places would be wrong.
    plain = simplified if len(simplified) == len(joined) else joined
    return plain.replace(",", "，").replace(";", "；"), [place for place, _char in kept]


def _spans(rule: Rule, plain: str) -> Iterable[tuple[Code, int, int]]:
    harmless = [match.span() for context in rule.contexts for match in context.finditer(plain)]
    if rule.code is Code.RELIGION:
        harmless += [match.span(1) for match in NAME_AT_START.finditer(plain)]
    for start, end in (match.span() for match in rule.pattern.finditer(plain)):
        if start < end and not any(start < last and first < end for first, last in harmless):
            yield rule.code, start, end


def finding_in_name(name: str) -> Finding | None:
    """What keeps a cleaned text from being a person's name: 上访户, 危险人员, 本人信教. 张信教 and 巩城府 are names.

    In few characters a word of the list may be a given name: of at most two characters, behind a surname.
    """
    found = findings(name)
    if not found or len(name) > _LONGEST_NAME_OF_WORDS:
        return found[0] if found else None
    return next((place for place in found if not _may_be_given(name, place)), None)


def _may_be_given(name: str, place: Finding) -> bool:
    before = to_simplified(name[: place.start])
    return is_surname(before) and len(name) - len(before) <= _LONGEST_GIVEN


@dataclass(frozen=True)
class Segment:
    """A piece of the typed text; with a finding, to be shown as <mark> with its message."""

    text: str
    finding: Finding | None = None


def segments(text: str) -> list[Segment]:
    """The typed text in pieces, for a template that marks the words."""
    pieces: list[Segment] = []
    at = 0
    for finding in findings(text):
        if finding.start > at:
            pieces.append(Segment(text[at : finding.start]))
        pieces.append(Segment(text[finding.start : finding.end], finding))
        at = finding.end
    return [*pieces, Segment(text[at:])] if at < len(text) else pieces


def validate_wording(text: str) -> None:
    """For forms, serializers and imports. Raises ValidationError (code "wording") that names places and reasons."""
    found = findings(text)
    if not found:
        return
    errors = [
        ValidationError(
            _("“%(word)s”：%(why)s"),
            code="wording",
            params={"word": text[finding.start : finding.end], "why": finding.message},
        )
        for finding in found[:_NAMED_IN_MESSAGE]
    ]
    raise ValidationError(errors)
