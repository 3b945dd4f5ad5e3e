"""Makes `letter.docx`, the Word template of 交办单, 督办单 and 答复函, in the layout of GB/T 9704-2012.

Run `python apps/casework/layouts/make_letter_docx.py` after a change here. Page, fonts and styles are those of the
annual report's template; an office may also edit `letter.docx` in Word itself. Tags in double braces are filled by
`apps.casework.letters`.
"""

from pathlib import Path

from docx import Document as open_document
from docx.shared import Pt

TEMPLATE = Path(__file__).with_name("letter.docx")
LOOK = Path(__file__).parents[2] / "reports" / "layouts" / "annual.docx"


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
    recipient = add("{{ recipient }}：")
    recipient.paragraph_format.first_line_indent = Pt(0)
    add("{%p for line in paragraphs %}")
    add("{{ line }}")
    add("{%p endfor %}")
    add("")
    for tag in ("{{ signature }}", "{{ date }}"):
        signed = add(tag, style="落款")
        signed.paragraph_format.right_indent = Pt(64)
    document.save(str(TEMPLATE))


if __name__ == "__main__":
    make()
