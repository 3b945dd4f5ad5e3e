"""What a composed document is made of; the renderers know nothing else."""

import dataclasses
from typing import Any, Literal

from apps.reports import phrases


@dataclasses.dataclass(frozen=True)
class Heading:
    text: str
    level: Literal[1, 2]
    kind: str = "heading"


@dataclasses.dataclass(frozen=True)
class Paragraph:
    text: str
    kind: str = "paragraph"


@dataclasses.dataclass(frozen=True)
class Table:
    """`widths` share out the width of the page; the first column is text, the others are centred."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    kind: str = "table"


@dataclasses.dataclass(frozen=True)
class Chart:
    """Drawn by our own Typst functions; `values` None are months without data."""

    shape: Literal["bars", "line", "ranking"]
    title: str
    unit: str
    labels: tuple[str, ...]
    values: tuple[str | None, ...]
    kind: str = "chart"


Block = Heading | Paragraph | Table | Chart


@dataclasses.dataclass(frozen=True)
class Document:
    """`title` is already broken into lines where the sense breaks (GB/T 9704 §7.3.1)."""

    title: tuple[str, ...]
    subtitle: str
    lead: str
    body: tuple[Block, ...]
    annex_title: str
    annex: tuple[Block, ...]
    signature: str
    date: str
    checksum: str
    # 送审稿 across each page before the decision; empty after.
    watermark: str = ""
    # Where the figures were published: its number and sha256.
    publication: str = ""

    def parts(self) -> dict[str, list[dict[str, Any]]]:
        """The body by chapter, named without its number, for templates that keep some chapters and write others."""
        found: dict[str, list[dict[str, Any]]] = {}
        name = ""
        for block in self.body:
            if isinstance(block, Heading) and block.level == 1:
                name = block.text.partition("、")[2]
            else:
                found.setdefault(name, []).append(dataclasses.asdict(block))
        return found

    def as_data(self) -> dict[str, Any]:
        """For the renderers: plain values only, numbered captions included."""
        return dataclasses.asdict(self)


class Captions:
    """Numbers the tables through the document: 表1, 表2 …"""

    def __init__(self) -> None:
        self.last = 0

    def __call__(self, text: str) -> str:
        self.last += 1
        return f"表{self.last}　{text}"


class Chapters:
    """Numbers the first level: 一、二、…, whatever chapters a report has."""

    def __init__(self) -> None:
        self.last = 0

    def __call__(self, text: str) -> Heading:
        self.last += 1
        return Heading(f"{phrases.ordinal(self.last)}、{text}", 1)


class SubHeadings:
    """Numbers the second level within a chapter: （一）（二）…"""

    def __init__(self) -> None:
        self.last = 0

    def __call__(self, text: str) -> Heading:
        self.last += 1
        return Heading(f"（{phrases.ordinal(self.last)}）{text}", 2)
