"""Checks of uploaded Word templates before anything is kept: by content, never by name or declared type."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.files.uploads import UploadRefused

LARGEST_TEMPLATE = 2 * 1024 * 1024  # bytes
MOST_UNPACKED = 20 * 1024 * 1024
MOST_ENTRIES = 200
_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
# Macros, controls and files inside the file.
_RUNS = re.compile(r"(?i)(vbaproject|vbadata|/activex/|/embeddings/|\.bin$|\.ole$)")
_DECLARES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# What Word would fetch from elsewhere when the document is opened; a link waits until somebody follows it.
_RELATION = re.compile(rb"<(?:[^\s<>:/]+:)?Relationship\s[^<>]*>")
_BROKEN = _("这不是 Word 文档（.docx）；改扩展名不能改变文件格式，请另存为 .docx")


def check_docx(upload: Any) -> None:
    """Raises UploadRefused for what is no docx of at most 2 MB, or one that would run, fetch or swell."""
    if not upload.size:
        raise UploadRefused(_("文件是空的，请重新选择"), field="file")
    if upload.size > LARGEST_TEMPLATE:
        raise UploadRefused(_("模板超过 2 MB，请去掉图片后再上传"), field="file")
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            _check_archive(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise UploadRefused(_BROKEN, field="file") from error
    finally:
        upload.seek(0)


def _check_archive(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if not {"[Content_Types].xml", "word/document.xml"} <= set(names) or len(names) > MOST_ENTRIES:
        raise UploadRefused(_BROKEN, field="file")
    if any(_RUNS.search(name) or name.startswith("/") or ".." in name.split("/") for name in names):
        raise UploadRefused(_("模板中带有宏、控件或嵌入的文件，请去掉后再上传"), field="file")
    room = MOST_UNPACKED
    for name, content in _unpacked(archive):
        room -= len(content)
        if room < 0:
            raise UploadRefused(_("模板解压后过大，请去掉多余内容后再上传"), field="file")
        _check_part(name, content)


def _unpacked(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Each part, read no further than the bound: the sizes a zip states about itself may lie."""
    for entry in archive.infolist():
        with archive.open(entry) as part:
            yield entry.filename, part.read(MOST_UNPACKED + 1)


def _check_part(name: str, content: bytes) -> None:
    if name == "[Content_Types].xml" and _MAIN not in content:
        raise UploadRefused(_BROKEN, field="file")
    if name.endswith((".xml", ".rels")) and (_DECLARES.search(content) or b"\x00" in content):
        raise UploadRefused(_BROKEN, field="file")
    if name.endswith(".rels") and any(_fetches(relation) for relation in _RELATION.findall(content)):
        raise UploadRefused(_("模板引用了外部文件或图片，请改为插入到文档中再上传"), field="file")


def _fetches(relation: bytes) -> bool:
    return b"External" in relation and b"/hyperlink" not in relation
