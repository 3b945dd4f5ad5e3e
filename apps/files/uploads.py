"""Checks of uploaded scans before anything is kept: by their first bytes, never by name or declared type."""

import re
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from apps.core.refusals import Refusal

LARGEST_UPLOAD = 10 * 1024 * 1024  # bytes
# Larger pictures only serve to fill a viewer's memory.
LONGEST_SIDE = 20_000


class UploadRefused(Refusal):
    """The file cannot be taken; the message says why and what to do."""

    code = "upload_refused"


class Scan(NamedTuple):
    content_type: str
    extension: str


PDF, PNG, JPEG = Scan("application/pdf", "pdf"), Scan("image/png", "png"), Scan("image/jpeg", "jpg")


# Where a PDF says that it ends, and what in one acts by itself.
_TAIL = 2048  # bytes
_RUNS = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|OpenAction|RichMedia)\b")


def check_scan(upload: Any) -> Scan:
    """What a scanned sheet is: PDF, PNG or JPEG of at most 10 MB. Raises UploadRefused."""
    if not upload.size:
        raise UploadRefused(_("文件是空的，请重新选择"))
    if upload.size > LARGEST_UPLOAD:
        raise UploadRefused(_("文件超过 10 MB，请压缩后再上传"))
    upload.seek(0)
    head = upload.read(64)
    upload.seek(0)
    scan = _kind_of(head)
    if scan is None:
        raise UploadRefused(_("只能上传 PDF、PNG 或 JPG 格式的扫描件；改扩展名不能改变文件格式"))
    if scan is PNG and max(_png_sides(head)) > LONGEST_SIDE:
        raise UploadRefused(_("图片尺寸过大，请以较低分辨率重新扫描"))
    return scan


def check_pdf(upload: Any) -> None:
    """Raises UploadRefused for what is no whole PDF of at most 10 MB, or one that would run something when opened."""
    if check_scan(upload) is not PDF:
        raise UploadRefused(_("只能上传 PDF 文件；改扩展名不能改变文件格式"))
    content = upload.read()
    upload.seek(0)
    if b"%%EOF" not in content[-_TAIL:] or b"startxref" not in content[-_TAIL:]:
        raise UploadRefused(_("PDF 文件不完整，请重新扫描或导出"))
    if _RUNS.search(content):
        raise UploadRefused(_("PDF 中带有脚本、附件或自动动作，请打印为普通 PDF 后再上传"))


def without_metadata(content: bytes, scan: Scan) -> bytes:
    """The picture without what a phone writes beside it: place, device, time, comments (design §1: no GPS).

    Cut by hand, so that the picture itself is not encoded again. What cannot be followed is kept as it is: it was
    never shown as a picture either. A PDF is kept whole.
    """
    if scan is JPEG:
        return _jpeg_without_metadata(content)
    return _png_without_metadata(content) if scan is PNG else content


# JPEG: APP0 (JFIF) and APP14 (colours) belong to the picture; APP1 is EXIF and XMP, FE a comment.
_JPEG_DROPPED = frozenset({0xE1, 0xE2, *range(0xE3, 0xEE), 0xEF, 0xFE})
_START_OF_SCAN, _MARKER = 0xDA, 0xFF


def _jpeg_without_metadata(content: bytes) -> bytes:
    kept, at = [content[:2]], 2
    while at + 4 <= len(content) and content[at] == _MARKER and content[at + 1] != _START_OF_SCAN:
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at + 1] not in _JPEG_DROPPED:
            kept.append(content[at:end])
        at = end
    kept.append(content[at:])
    return b"".join(kept)


_PNG_DROPPED = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})
_PNG_HEAD, _PNG_AROUND = 8, 12  # bytes: signature; length, type and checksum of a chunk


def _png_without_metadata(content: bytes) -> bytes:
    kept, at = [content[:_PNG_HEAD]], _PNG_HEAD
    while at + _PNG_AROUND <= len(content):
        end = at + _PNG_AROUND + int.from_bytes(content[at : at + 4], "big")
        if content[at + 4 : at + 8] not in _PNG_DROPPED:
            kept.append(content[at:end])
        at = end
    return b"".join(kept)


def _kind_of(head: bytes) -> Scan | None:
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    return None


def _png_sides(head: bytes) -> tuple[int, int]:
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
