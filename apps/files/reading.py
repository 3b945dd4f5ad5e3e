"""Uploaded tables of any kind, told by their content and never by their name."""

from typing import IO

from django.utils.translation import gettext_lazy as _

from apps.files.delimited import read_delimited
from apps.files.legacy import read_xls
from apps.files.tables import EMPTY_FILE, Book, WorkbookRefused
from apps.files.uploads import LARGEST_UPLOAD
from apps.files.workbooks import OLE2, ZIP, read_workbook

TOO_LARGE = _("文件超过 10 MB，请拆分后分批导入")


def read_book(source: IO[bytes]) -> Book:
    """An xlsx, xls or text table. Raises WorkbookRefused with a sentence that says what to do."""
    size = source.seek(0, 2)
    source.seek(0)
    if size == 0:
        raise WorkbookRefused(EMPTY_FILE)
    if size > LARGEST_UPLOAD:
        raise WorkbookRefused(TOO_LARGE)
    head = source.read(8)
    if head == OLE2:
        return read_xls(source)
    return read_workbook(source) if head.startswith(ZIP) else read_delimited(source)
