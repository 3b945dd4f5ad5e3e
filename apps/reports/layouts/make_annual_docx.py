"""Makes `annual.docx`, the Word template of the annual report, in the layout of GB/T 9704-2012.

Run `python apps/reports/layouts/make_annual_docx.py` after a change here. An office may also edit the template in
Word itself: fonts, margins, a letterhead, fixed sentences; the tags in double braces are filled by
`apps.reports.writing` (docs/how-to/report-template.md lists them).
"""

from pathlib import Path
from typing import Any

from docx import Document as new_document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

TEMPLATE = Path(__file__).with_name("annual.docx")
TITLE_FONT, BODY_FONT, KAI_FONT, BLACK_FONT = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体"
LATIN_FONT = "Times New Roman"
# 22 lines of 28.95 pt in 225 mm, 28 characters of 16 pt in 156 mm (guide: experience, official documents).
LINE = Pt(28.95)
# In twentieths of a point; -4 would be 28.0 characters to the hair, and a hair too wide.
TRACKING = -5
GRID = {"type": "linesAndChars", "linePitch": "580", "charSpace": "-848"}


def make() -> None:
    document = new_document()
    _page(document)
    _styles(document)
    _footers(document)
    _content(document)
    document.save(str(TEMPLATE))


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(25)
    section.start_type = WD_SECTION.NEW_PAGE
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    section._sectPr.append(_element("w:docGrid", **GRID))
    document.settings.odd_and_even_pages_header_footer = True


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _fonts(target: Any, east_asian: str) -> None:
    properties = target.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    properties.insert(
        0, _element("w:rFonts", ascii=LATIN_FONT, hAnsi=LATIN_FONT, cs=LATIN_FONT, eastAsia=east_asian)
    )


def _defaults(document: Any) -> None:
    """16 pt as the document's own size: the character grid is counted from it, in LibreOffice and WPS too."""
    properties = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in list(properties):
        properties.remove(old)
    fonts = {"ascii": LATIN_FONT, "hAnsi": LATIN_FONT, "cs": LATIN_FONT, "eastAsia": BODY_FONT}
    properties.append(_element("w:rFonts", **fonts))
    properties.append(_element("w:sz", val="32"))
    properties.append(_element("w:szCs", val="32"))
    properties.append(_element("w:lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"))


def _styles(document: Any) -> None:
    _defaults(document)
    normal = document.styles["Normal"]
    _shape(normal, BODY_FONT, 16, indent=2)
    for name, font in (("Heading 1", BLACK_FONT), ("Heading 2", KAI_FONT)):
        style = document.styles[name]
        _shape(style, font, 16, indent=2)
        style.font.bold = style.font.italic = False
        style.paragraph_format.keep_with_next = True
    _shape(document.styles["Title"], TITLE_FONT, 22, align=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(35))
    _drop_border(document.styles["Title"])
    _shape(document.styles["Subtitle"], KAI_FONT, 16, align=WD_ALIGN_PARAGRAPH.CENTER)
    document.styles["Title"].font.bold = document.styles["Subtitle"].font.italic = False
    _added(document, "表题", BLACK_FONT, 12, align=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(24), keep=True)
    _added(document, "表头", BLACK_FONT, 12, align=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(18), keep=True)
    _added(document, "表文", BODY_FONT, 12, align=WD_ALIGN_PARAGRAPH.LEFT, line=Pt(18))
    _added(document, "表数", BODY_FONT, 12, align=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(18))
    _added(document, "附件标识", BLACK_FONT, 16, align=WD_ALIGN_PARAGRAPH.LEFT)
    _added(document, "落款", BODY_FONT, 16, align=WD_ALIGN_PARAGRAPH.RIGHT, keep=True)
    _added(document, "页码", "宋体", 14, align=WD_ALIGN_PARAGRAPH.RIGHT, line=Pt(18))
    _added(document, "校验码", "宋体", 9, align=WD_ALIGN_PARAGRAPH.LEFT, line=Pt(14))


def _added(document: Any, name: str, font: str, size: float, **shape: Any) -> None:
    style = document.styles.add_style(name, 1)
    style.base_style = document.styles["Normal"]
    _shape(style, font, size, **shape)


def _shape(
    style: Any,
    font: str,
    size: float,
    *,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    line: Pt = LINE,
    indent: int = 0,
    keep: bool = False,
) -> None:
    style.font.name, style.font.size = LATIN_FONT, Pt(size)
    style.font.color.rgb = None
    _fonts(style.element, font)
    for colour in style.element.rPr.findall(qn("w:color")):
        style.element.rPr.remove(colour)
    form = style.paragraph_format
    form.alignment, form.keep_with_next = align, keep
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, line
    # LibreOffice stretches a grid tighter than the type, so the styles carry pitch and tracking themselves: the same
    # 22 lines of 28 characters in Word, WPS and LibreOffice. The section keeps the grid for the page set-up dialogue.
    # No extra space between Chinese and figures either, as in print (autoSpaceDE, autoSpaceDN).
    for tag in ("w:autoSpaceDE", "w:autoSpaceDN", "w:snapToGrid"):
        style.element.get_or_add_pPr().insert_element_before(
            _element(tag, val="0"), "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
        )
    _track(style.element, TRACKING if line is LINE else 0)
    _indent(style.element, indent)


def _track(element: Any, twentieths: int) -> None:
    properties = element.get_or_add_rPr()
    for old in properties.findall(qn("w:spacing")):
        properties.remove(old)
    properties.insert_element_before(
        _element("w:spacing", val=str(twentieths)), "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang"
    )


def _indent(element: Any, characters: int) -> None:
    properties = element.get_or_add_pPr()
    for old in properties.findall(qn("w:ind")):
        properties.remove(old)
    # firstLineChars follows the font size; firstLine is for programs that do not know it.
    indent = _element("w:ind", firstLineChars=str(characters * 100), firstLine=str(characters * 320))
    properties.insert_element_before(indent, "w:jc", "w:outlineLvl")


def _drop_border(style: Any) -> None:
    for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        style.element.pPr.remove(border)


def _footers(document: Any) -> None:
    """— 1 — at the outer edge, one character in from it: right on odd pages, left on even ones."""
    section = document.sections[0]
    for footer, align in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["页码"]
        paragraph.alignment = align
        form = paragraph.paragraph_format
        form.right_indent = form.left_indent = Pt(14)
        paragraph.add_run("— ")
        _page_field(paragraph)
        paragraph.add_run(" —")


def _page_field(paragraph: Any) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), (None, "1"), ("end", "")):
        run = paragraph.add_run()
        if kind:
            run._r.append(_element("w:fldChar", fldCharType=kind))
        elif kind is None:
            run.text = text
        else:
            instruction = _element("w:instrText")
            instruction.text = text
            run._r.append(instruction)


def _content(document: Any) -> None:
    add = document.add_paragraph
    add("")
    add("{%p for line in title %}", style="Title")
    add("{{ line }}", style="Title")
    add("{%p endfor %}", style="Title")
    add("{{ subtitle }}", style="Subtitle")
    add("")
    add("{{ lead }}")
    _blocks(document, "body")
    add("{%p if annex %}")
    add("")
    add("附件：{{ annex_title }}")
    add("{%p endif %}")
    add("")
    for tag in ("{{ signature }}", "{{ date }}"):
        signed = add(tag, style="落款")
        signed.paragraph_format.right_indent = Pt(64)
    add("{%p if annex %}")
    first = add("附件", style="附件标识")
    first.paragraph_format.page_break_before = True
    add("")
    add("{{ annex_title }}", style="Title")
    add("")
    _blocks(document, "annex")
    add("{%p endif %}")
    add("")
    add("本报告与同批生成的Word、PDF、Excel文件出自同一份数据，校验码：{{ checksum[:16] }}", style="校验码")
    add("{%p if publication %}", style="校验码")
    add("{{ publication }}", style="校验码")
    add("{%p endif %}", style="校验码")


def _blocks(document: Any, name: str) -> None:
    add = document.add_paragraph
    add("{%p for block in " + name + " %}")
    for level in (1, 2):
        add("{%p if block.kind == 'heading' and block.level == " + str(level) + " %}")
        add("{{ block.text }}", style=f"Heading {level}")
        add("{%p endif %}")
    add("{%p if block.kind == 'paragraph' %}")
    add("{{ block.text }}")
    add("{%p endif %}")
    add("{%p if block.kind == 'table' %}")
    add("{{ block.caption }}", style="表题")
    _table(document)
    add("", style="表文")
    add("{%p endif %}")
    add("{%p endfor %}")


def _table(document: Any) -> None:
    """One row of headings and one of cells; `writing` sets the widths afterwards, from the document's own."""
    table = document.add_table(rows=4, cols=3)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _borders(table)
    styles = document.styles
    cells = (
        ("{%tc for cell in block.head %}", "{{ cell }}", "{%tc endfor %}"),
        ("{%tr for row in block.rows %}", "", ""),
        ("{%tc for cell in row %}", "{{ cell }}", "{%tc endfor %}"),
        ("{%tr endfor %}", "", ""),
    )
    for index, texts in enumerate(cells):
        row = table.rows[index]
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
        for cell, text in zip(row.cells, texts, strict=True):
            cell.paragraphs[0].text = text
            cell.paragraphs[0].style = styles["表头" if index == 0 else "表数"]
            cell._tc.get_or_add_tcPr().append(_element("w:vAlign", val="center"))
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))


def _borders(table: Any) -> None:
    borders = _element("w:tblBorders")
    for edge, weight in (("top", "8"), ("bottom", "8"), ("insideH", "4")):
        borders.append(_element(f"w:{edge}", val="single", sz=weight, space="0", color="000000"))
    table._tbl.tblPr.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    padding = _element("w:tblCellMar")
    for side in ("left", "right"):
        padding.append(_element(f"w:{side}", w="57", type="dxa"))
    table._tbl.tblPr.insert_element_before(padding, "w:tblLook")


if __name__ == "__main__":
    make()
