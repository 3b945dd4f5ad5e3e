"""Scheme files of either kind, told by their content: YAML or an xlsx workbook."""

import io

from django.utils.translation import gettext as _

from apps.assessment.editing.document import Document
from apps.assessment.editing.tables import document_of_tables
from apps.assessment.reading import Finding
from apps.assessment.schemeyaml import MOST_BYTES, SchemeRefused, parsed
from apps.files.tables import WorkbookRefused
from apps.files.workbooks import OLE2, ZIP, read_workbook


def document_in(content: bytes) -> Document:
    """The document of a scheme file. Raises SchemeRefused where it is none."""
    if len(content) > MOST_BYTES:
        raise SchemeRefused([Finding("", _("文件过大，考核方案不应超过 200 KB"))])
    if content.startswith(OLE2):
        raise SchemeRefused([Finding("", _("请另存为 xlsx 格式后再导入"))])
    if not content.startswith(ZIP):
        return parsed(content)
    try:
        book = read_workbook(io.BytesIO(content))
    except WorkbookRefused as refused:
        raise SchemeRefused([Finding("", refused.message)]) from refused
    return document_of_tables(book.tables)
