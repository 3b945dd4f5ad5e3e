"""The page on privacy: docs/privacy.md in Chinese, docs/privacy.en.md in English, as it stands there."""

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.translation import get_language

from apps.core.links import register

WORD = "privacy"
_EMPHASIS = re.compile(r"\*\*|`")


class Block(NamedTuple):
    """A heading (h2, h3), a paragraph (p), or a list (ul) with its lines."""

    kind: str
    lines: tuple[str, ...]


def register_page() -> None:
    register(WORD, page)


def page(request: HttpRequest, secret: str) -> HttpResponse:
    """For everybody: who thinks of agreeing reads it before."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    language = "en" if get_language() == "en" else "zh"
    return render(request, "ownfile/privacy.html", {"blocks": blocks_of(language)})


@lru_cache(maxsize=2)
def blocks_of(language: str) -> tuple[Block, ...]:
    name = "privacy.en.md" if language == "en" else "privacy.md"
    text = Path(settings.BASE_DIR, "docs", name).read_text(encoding="utf-8")
    return tuple(_block(part) for part in re.split(r"\n\s*\n", text.strip()))


def _block(part: str) -> Block:
    lines = tuple(_EMPHASIS.sub("", line).strip() for line in part.splitlines())
    for mark, kind in (("### ", "h3"), ("## ", "h2"), ("# ", "h1")):
        if lines[0].startswith(mark):
            return Block(kind, (lines[0].removeprefix(mark),))
    if lines[0].startswith("- "):
        return Block("ul", tuple(line.removeprefix("- ") for line in lines))
    return Block("p", ("".join(lines) if lines[0] > "\u2fff" else " ".join(lines),))
