"""One set of figures as Word, PDF and Excel. Each function writes one whole file and reads nothing else."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from apps.files.pdf import typeset
from apps.files.sheets import write_workbook
from apps.files.word import fill_template, fill_uploaded
from apps.reports import phrases, workbook
from apps.reports.blocks import Document, Table
from apps.reports.document import DRAFT, compose
from apps.reports.figures import AnnualFigures, Standing, checksum, to_snapshot
from apps.reports.remarks import weak_points
from apps.reports.watermark import stamp
from apps.reports.workbook import Requested

LAYOUTS = Path(__file__).parent / "layouts"
BUILTIN = LAYOUTS / "annual.docx"
PAGE_WIDTH_MM = 156
# Longer cells are sentences and read from the left.
LONGEST_CENTRED = 14
# A table of at most so many rows, its head included, is not broken over two pages.
LONGEST_UNBROKEN = 15
AFTER_KEEP_NEXT = ("w:keepLines", "w:pageBreakBefore", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr")


def write_docx(figures: AnnualFigures, out: Path, requested: Requested) -> None:
    document = _composed(figures, requested)
    context, finish = fields(figures, document), _finishing(document)
    if requested.template:
        fill_uploaded(requested.template, context, out, finish=finish)
    else:
        fill_template(BUILTIN, context, out, finish=finish)


def write_pdf(figures: AnnualFigures, out: Path, requested: Requested) -> None:
    typeset(LAYOUTS / "annual.typ", _composed(figures, requested).as_data(), out)


def write_xlsx(figures: AnnualFigures, out: Path, requested: Requested) -> None:
    mark = _checksum(figures, requested)[:16]
    write_workbook(
        out,
        workbook.sheets(figures),
        workbook.about(figures, requested, mark),
        watermark="" if figures.is_final else DRAFT,
        made_at=figures.as_of,
    )


WRITERS: dict[str, Callable[[AnnualFigures, Path, Requested], None]] = {
    "docx": write_docx,
    "pdf": write_pdf,
    "xlsx": write_xlsx,
}


def _composed(figures: AnnualFigures, requested: Requested) -> Document:
    return compose(figures, _checksum(figures, requested))


def _checksum(figures: AnnualFigures, requested: Requested) -> str:
    return requested.checksum or checksum(to_snapshot(figures))


def fields(figures: AnnualFigures, document: Document) -> dict[str, Any]:
    """The blocks the template walks, and single facts that an office may put into sentences of its own."""
    return {
        **document.as_data(),
        "parts": document.parts(),
        "is_final": figures.is_final,
        "weak": list(weak_points(figures)),
        "offices": [_spelled(standing) for standing in figures.standings],
        "office": figures.office,
        "year": figures.year,
        "scheme": figures.scheme,
        "basis": phrases.with_brackets(figures.basis),
        "value": {figure.code: phrases.value_of(figure) for figure in figures.headline},
        "sides": {figure.code: phrases.sides_of(figure) for figure in figures.headline},
    }


def _spelled(standing: Standing) -> dict[str, str]:
    return {
        "name": standing.name,
        "group": standing.group,
        "total": phrases.score(standing.total),
        "grade": standing.grade,
    }


def _finishing(document: Document) -> Callable[[Any], None]:
    """What a template cannot say, or must not leave out."""

    def finish(word: Any) -> None:
        _set_tables(word, document)
        _keep_signature(word)
        _describe(word, document)
        if document.watermark:
            stamp(word, document.watermark)

    return finish


def _set_tables(word: Any, document: Document) -> None:
    """Widths of columns that vary in number, and what must stay on one page."""
    widths = {
        block.head: block.widths for block in (*document.body, *document.annex) if isinstance(block, Table)
    }
    text_style = _style_named(word, "表文")
    for table in word.element.body.iter(qn("w:tbl")):
        rows = [row.findall(qn("w:tc")) for row in table.findall(qn("w:tr"))]
        head = tuple(_text(cell) for cell in rows[0]) if rows else ()
        if head in widths:
            _set_widths(table, rows, widths[head])
            if text_style:
                _read_from_left(rows[1:], text_style)
        if len(rows) <= LONGEST_UNBROKEN:
            _keep_together(table.iter(qn("w:p")))


def _describe(word: Any, document: Document) -> None:
    """What the file says of itself: fixed by the figures, so that the same figures give the same bytes."""
    about = word.core_properties
    about.title, about.author = "".join(document.title), document.signature
    about.last_modified_by, about.comments, about.revision = document.signature, "", 1


def _keep_together(paragraphs: Iterable[Any]) -> None:
    """Each paragraph stays on the page of the next one."""
    for paragraph in paragraphs:
        properties = paragraph.get_or_add_pPr()
        if properties.find(qn("w:keepNext")) is None:
            properties.insert_element_before(OxmlElement("w:keepNext"), *AFTER_KEEP_NEXT)


def _keep_signature(word: Any) -> None:
    """The signature never stands alone on a page (GB/T 9704): the paragraphs before it come along."""
    paragraphs = list(word.element.body.iterchildren(qn("w:p")))
    style = _style_named(word, "落款")
    signed = next((i for i, paragraph in enumerate(paragraphs) if style and paragraph.style == style), 0)
    _keep_together(paragraphs[max(0, signed - 5) : signed])


def _style_named(word: Any, name: str) -> str:
    """The id of a style; "" where a template of an office's own has dropped it."""
    for style in word.styles.element.style_lst:
        if style.name_val == name:
            return str(style.styleId)
    return ""


def _text(cell: Any) -> str:
    return "".join(node.text or "" for node in cell.iter(qn("w:t")))


def _set_widths(table: Any, rows: list[list[Any]], shares: tuple[int, ...]) -> None:
    twips = [str(Mm(PAGE_WIDTH_MM * share / sum(shares)).twips) for share in shares]
    for column, width in zip(table.find(qn("w:tblGrid")), twips, strict=True):
        column.set(qn("w:w"), width)
    for row in rows:
        for cell, width in zip(row, twips, strict=True):
            measure = cell.find(qn("w:tcPr")).find(qn("w:tcW"))
            measure.set(qn("w:w"), width)
            measure.set(qn("w:type"), "dxa")


def _read_from_left(rows: list[list[Any]], style: str) -> None:
    """The first column, and a last column of sentences; the template centres every cell."""
    last = len(rows[0]) - 1 if rows else 0
    columns = {0, last} if any(len(_text(row[last])) > LONGEST_CENTRED for row in rows) else {0}
    for row in rows:
        for index in columns:
            for name in row[index].iter(qn("w:pStyle")):
                name.set(qn("w:val"), style)
