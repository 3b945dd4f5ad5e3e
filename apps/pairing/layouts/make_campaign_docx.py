"""Makes `campaign.docx`, the Word template of 走访小结, in the layout of GB/T 9704-2012.

Run `python apps/pairing/layouts/make_campaign_docx.py` after a change here. Page, fonts and styles are those of the
annual report's template; an office may also edit `campaign.docx` in Word itself. Tags in double braces are filled by
`apps.pairing.campaigns.summary`.
"""

from pathlib import Path
from typing import Any

from docx import Document as open_document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_PARAGRAPH_ALIGNMENT
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt

TEMPLATE = Path(__file__).with_name("campaign.docx")
LOOK = Path(__file__).parents[2] / "reports" / "layouts" / "annual.docx"
COLUMNS = {
    "机构": "{{ row.name }}",
    "应走访": "{{ row.wanted }}",
    "已走访": "{{ row.visited }}",
    "提出": "{{ row.asked }}",
    "已答复": "{{ row.answered }}",
    "已办结": "{{ row.closed }}",
}
# Together the 156 mm of the text.
WIDTHS = [Mm(56), *[Mm(20)] * 5]


def make() -> None:
    document = open_document(str(LOOK))
    body = document.element.body
    for element in list(body):
        if not element.tag.endswith("}sectPr"):
            body.remove(element)
    add = document.add_paragraph
    add("{{ title }}", style="Title")
    add("{{ number }}", style="Subtitle")
    add("")
    add("{%p for line in paragraphs %}")
    add("{{ line }}")
    add("{%p endfor %}")
    _table(document)
    add("")
    for tag in ("{{ signature }}", "{{ date }}"):
        signed = add(tag, style="落款")
        signed.paragraph_format.right_indent = Pt(64)
    document.save(str(TEMPLATE))


def _table(document: Any) -> None:
    table = document.add_table(rows=4, cols=len(COLUMNS))
    table.style = "Table Grid"
    table.autofit = False
    for at, (head, tag) in enumerate(COLUMNS.items()):
        for part in (table.columns[at], *(row.cells[at] for row in table.rows)):
            part.width = WIDTHS[at]
        _say(table.cell(0, at), head, is_bold=True)
        _say(table.cell(2, at), tag, is_figure=at > 0)
    _say(table.cell(1, 0), "{%tr for row in rows %}")
    _say(table.cell(3, 0), "{%tr endfor %}")
    # The heading on every page, no office broken over two.
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    table.rows[2]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _say(cell: Any, text: str, *, is_bold: bool = False, is_figure: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.text = text
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    layout = paragraph.paragraph_format
    layout.first_line_indent = Pt(0)
    layout.line_spacing = Pt(20)
    if is_bold or is_figure:
        layout.alignment = WD_PARAGRAPH_ALIGNMENT.CENTER
    for run in paragraph.runs:
        run.font.size = Pt(12)
        run.font.bold = is_bold


if __name__ == "__main__":
    make()
