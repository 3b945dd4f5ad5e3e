"""What a file that the product made must be: whole, readable by the library of its format, and nothing in it that runs.

`faults_of` says what is wrong, `said_in` what a reader finds as text. Formats that nobody listed here are a fault.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl
import yaml
from docx import Document
from pypdf import PdfReader

from apps.files.cells import UNFIT, would_run

# What our own sums look like: names of functions, cells, numbers, a word (不适用); no other sheet or book.
_OWN_FORMULA = re.compile(r'=(?:[A-Z0-9$:(),+*/.<>= -]|"[\u4e00-\u9fff]+")+')
# Fields of Word that our layouts have: the number of a page.
_OWN_FIELDS = re.compile(r"\s*(?:PAGE|NUMPAGES)\b[^\"]*")
_FOREIGN_PARTS = re.compile(r"external|vba|macro|embed|activex|afchunk|oleobject", re.IGNORECASE)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ICS_LINE = re.compile(r"[A-Z-]+(?:;[A-Z-]+=[^:;]+)*:.*")
_PDF_ACTIONS = ("/A", "/AA", "/JS", "/URI", "/Launch", "/OpenAction", "/EmbeddedFiles", "/JavaScript")


def ending_of(name: str) -> str:
    return name.rpartition(".")[2].lower()


def faults_of(name: str, content: bytes) -> list[str]:
    """What is wrong with the file, in words."""
    checked = _CHECKS.get(ending_of(name))
    if checked is None:
        return [f"{name}: nobody knows this format"]
    try:
        return [f"{name}: {fault}" for fault in checked(content)]
    except Exception as error:
        return [f"{name}: cannot be read: {error!r}"[:300]]


def said_in(name: str, content: bytes) -> str:
    """All text of a file without faults."""
    return _TEXTS[ending_of(name)](content)


# -- xlsx, docx --------------------------------------------------------------------------------------------------------


def _parts(content: bytes) -> Iterator[str]:
    """Faults of the container: parts that are no XML, or that lead or reach outside."""
    with ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            if _FOREIGN_PARTS.search(entry.filename):
                yield f"has a part {entry.filename}"
            if entry.filename.endswith((".xml", ".rels")):
                root = ElementTree.fromstring(archive.read(entry))
                if any(each.get("TargetMode") == "External" for each in root.iter()):
                    yield f"{entry.filename} leads outside"


def _xlsx(content: bytes) -> Iterator[str]:
    yield from _parts(content)
    for cell in _cells(content):
        if cell.data_type == "f" and not _OWN_FORMULA.fullmatch(str(cell.value)):
            yield f"{cell.coordinate} is a formula: {cell.value!r}"
        is_text = cell.quotePrefix or cell.number_format == "@"
        if cell.data_type == "s" and would_run(str(cell.value)) and not is_text:
            yield f"{cell.coordinate} would run once it is edited: {cell.value!r}"
        if cell.hyperlink:
            yield f"{cell.coordinate} is a link"


def _cells(content: bytes) -> Iterator[Any]:
    for page in openpyxl.load_workbook(io.BytesIO(content)):
        yield from (cell for row in page.iter_rows() for cell in row if cell.value is not None)


def _docx(content: bytes) -> Iterator[str]:
    yield from _parts(content)
    root = Document(io.BytesIO(content)).element
    fields = [each.text or "" for each in root.iter(f"{_WORD}instrText")]
    fields += [each.get(f"{_WORD}instr", "") for each in root.iter(f"{_WORD}fldSimple")]
    yield from (f"a field runs: {field!r}" for field in fields if not _OWN_FIELDS.fullmatch(field))


def _word_text(content: bytes) -> str:
    return "".join(each.text or "" for each in Document(io.BytesIO(content)).element.iter(f"{_WORD}t"))


# -- the others --------------------------------------------------------------------------------------------------------


def _pdf(content: bytes) -> Iterator[str]:
    reader = PdfReader(io.BytesIO(content), strict=True)
    root = reader.root_object
    held = [
        root,
        root.get("/Names", {}),
        *(note.get_object() for page in reader.pages for note in page.get("/Annots", [])),
    ]
    yield from (
        f"has {name}" for each in held for name in _PDF_ACTIONS if name in each and each[name] != "/GoTo"
    )


def _pdf_text(content: bytes) -> str:
    # A line of the page ends where it is full, also within a word.
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).replace("\n", "")


def _csv(content: bytes) -> Iterator[str]:
    text = content.decode("utf-8-sig")
    if UNFIT.search(text):
        yield "has control characters"
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    # The closing row says what the file is.
    if len({len(row) for row in rows[:-1]}) > 1:
        yield "rows differ in width"
    yield from (
        f"would run: {cell!r}" for row in rows for cell in row if would_run(cell) and not cell.startswith("'")
    )


def _ics(content: bytes) -> Iterator[str]:
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    yield from (f"a line of its own: {line!r}" for line in lines[:-1] if not _ICS_LINE.fullmatch(line))
    if UNFIT.search(content.decode()) or lines[-1]:
        yield "has control characters, or no last line end"
    if lines.count("BEGIN:VEVENT") != lines.count("END:VEVENT"):
        yield "events are not closed"


def _strings(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{key}\n{_strings(each)}" for key, each in value.items())
    return "\n".join(map(_strings, value)) if isinstance(value, list) else str(value)


def _json(content: bytes) -> Iterator[str]:
    json.loads(content, parse_constant=lambda name: 1 / 0)
    return iter(())


def _yaml(content: bytes) -> Iterator[str]:
    yaml.safe_load(content)
    return iter(())


def _txt(content: bytes) -> Iterator[str]:
    return iter(("has control characters",) if UNFIT.search(content.decode()) else ())


def _members(content: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(content)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def _zip(content: bytes) -> Iterator[str]:
    for name, part in _members(content).items():
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            yield f"{name} lies outside"
        yield from faults_of(name, part)


def _zip_text(content: bytes) -> str:
    return "\n".join(said_in(name, part) for name, part in _members(content).items())


_CHECKS: dict[str, Callable[[bytes], Iterator[str]]] = {
    "xlsx": _xlsx,
    "docx": _docx,
    "pdf": _pdf,
    "csv": _csv,
    "ics": _ics,
    "json": _json,
    "yaml": _yaml,
    "zip": _zip,
    "txt": _txt,
    # The audit kit: its verifier is a program of ours.
    "py": _txt,
}
_TEXTS: dict[str, Callable[[bytes], str]] = {
    "xlsx": lambda content: "\n".join(str(cell.value) for cell in _cells(content)),
    "docx": _word_text,
    "pdf": _pdf_text,
    "ics": lambda content: content.decode().replace("\r\n ", ""),
    "json": lambda content: _strings(json.loads(content)),
    "yaml": lambda content: _strings(yaml.safe_load(content)),
    "csv": lambda content: "\n".join(
        cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row
    ),
    # Names of files beside it, as file systems take them.
    "txt": lambda content: "",
    "py": bytes.decode,
    "zip": _zip_text,
}
