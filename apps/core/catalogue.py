"""The English catalogue: found in the code, kept in order, compiled, all without GNU gettext.

Our msgids are Chinese, the language the product is written in; English is the one translation.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

# What xgettext is told by Django's makemessages: which arguments of which function are msgid, plural, context.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...]] = {
    "_": (1,),
    "gettext": (1,),
    "gettext_lazy": (1,),
    "gettext_noop": (1,),
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
CHINESE = re.compile(r"[\u3400-\u9fff]")
# A msgid of punctuation alone joins parts (“%(name)s · %(office)s”); a formula may name min and max.
FOREIGN_WORD = re.compile(r"(?!\b(?:min|max)\()\b[A-Za-z]{2,}")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
# Lines of the header that change without anybody changing a word.
RESTLESS = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Report-Msgid-Bugs-To|Generated-By|'
    r"Project-Id-Version):.*\n",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Found:
    """A message in the code: its words (singular, and plural where there is one), context, and place."""

    words: str | tuple[str, ...]
    context: str | None
    place: str

    @property
    def singular(self) -> str:
        """The msgid proper."""
        return self.words if isinstance(self.words, str) else self.words[0]


def messages_in_code(base: Path) -> list[Found]:
    """Every translatable message of our Python modules and templates."""
    found: list[Found] = []
    for path in sorted([*base.glob("apps/**/*.py"), *base.glob("config/**/*.py")]):
        found += _messages(path.read_text(), str(path.relative_to(base)))
    for path in sorted(base.glob("templates/**/*")):
        if path.is_file() and path.suffix in {".html", ".txt"}:
            found += _messages(_as_python(path), str(path.relative_to(base)))
    return found


def _as_python(template: Path) -> str:
    """The template as Django shows it to xgettext; without indentation, which is Python's business only."""
    text = templatize(template.read_text(), origin=str(template))
    return "\n".join(line.strip() for line in text.splitlines())


def _messages(source: str, place: str) -> Iterator[Found]:
    for line, function, words, _comments in extract_python(
        io.BytesIO(source.encode()), dict.fromkeys(KEYWORDS), [], {}
    ):
        numbers = KEYWORDS[str(function)]
        given = (words,) if isinstance(words, str | None) else words
        texts, context = [], None
        for number in numbers:
            position = number if isinstance(number, int) else number[0]
            text = given[position - 1] if position <= len(given) else None
            if text is None:
                break  # not a literal: the message is marked where it is written
            if isinstance(number, int):
                texts.append(text)
            else:
                context = text
        else:
            yield Found(texts[0] if len(texts) == 1 else tuple(texts), context, f"{place}:{line}")


def read_catalogue(path: Path) -> Catalog:
    """The catalogue as it stands; an empty one where there is no file."""
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def renewed(catalogue: Catalog, messages: list[Found]) -> Catalog:
    """A catalogue of exactly these messages, with the translations of the one before."""
    fresh = Catalog(locale="en", charset="utf-8")
    for found in messages:
        known = catalogue.get(found.singular, context=found.context)
        translated = (
            known.string
            if known is not None and known.pluralizable == (found.words != found.singular)
            else ""
        )
        fresh.add(found.words, string=translated or None, context=found.context)
    return fresh


def as_text(catalogue: Catalog) -> str:
    """The .po file: sorted, without places, so that it changes only when words do."""
    file = io.BytesIO()
    write_po(file, catalogue, no_location=True, sort_output=True, ignore_obsolete=True, width=0)
    text = file.getvalue().decode()
    return RESTLESS.sub("", text[text.index("msgid") :])


def faults(catalogue: Catalog, messages: list[Found]) -> list[str]:
    """What keeps the catalogue from being complete, each in a sentence."""
    not_chinese = [
        f"{found.place}: “{found.singular}” holds no Chinese; msgids are Chinese"
        for found in messages
        if not CHINESE.search(found.singular) and FOREIGN_WORD.search(PLACEHOLDER.sub("", found.singular))
    ]
    return [*not_chinese, *(fault for message in catalogue if message.id for fault in _faults_of(message))]


def _faults_of(message: Message) -> Iterator[str]:
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    given = message.string if isinstance(message.string, tuple | list) else (message.string,)
    strings = [text for text in given if text]
    if len(strings) < len(given):
        yield f"“{ids[0]}” has no English"
        return
    wanted = set(PLACEHOLDER.findall(ids[-1]))
    if (
        any(set(PLACEHOLDER.findall(text)) - wanted for text in strings)
        or set(PLACEHOLDER.findall(strings[-1])) != wanted
    ):
        yield f"“{ids[0]}”: the English “{strings[-1]}” has other placeholders"


def compile_catalogue(path: Path) -> bool:
    """Write the .mo beside the .po where it is older; whether it was written."""
    compiled = path.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime_ns >= path.stat().st_mtime_ns:
        return False
    file = io.BytesIO()
    write_mo(file, read_catalogue(path))
    half_written = compiled.with_suffix(".mo.new")
    half_written.write_bytes(file.getvalue())
    half_written.replace(compiled)
    return True
