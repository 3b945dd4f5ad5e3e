import struct

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.files.naming import clean_file_name
from apps.files.uploads import JPEG, LARGEST_UPLOAD, PNG, UploadRefused, check_scan, without_metadata


def png(wide: int = 10, high: int = 10) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", wide, high) + b"\x08\x02\x00\x00\x00"


@pytest.mark.parametrize(
    ("content", "extension"), [(b"%PDF-1.7\n", "pdf"), (png(), "png"), (b"\xff\xd8\xff\xe0JFIF", "jpg")]
)
def test_scan_is_known_by_its_first_bytes(content: bytes, extension: str) -> None:
    assert check_scan(SimpleUploadedFile("a.exe", content, "text/html")).extension == extension


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"GIF89a/*...*/=0;alert(1)",
        b"MZ\x90\x00",
        b"PK\x03\x04",
        b"\n%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
        png(50_000, 50_000),
        b"%PDF-" + b"0" * LARGEST_UPLOAD,
    ],
)
def test_scan_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(UploadRefused) as refused:
        check_scan(SimpleUploadedFile("a.pdf", content, "application/pdf"))
    assert len(refused.value.message) > 5


def jpeg_part(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def png_part(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + b"crc!"


def test_metadata_is_cut_from_a_photo() -> None:
    picture = jpeg_part(0xDB, b"table") + b"\xff\xda\x00\x02" + b"pixels \xff\xe1 in the scan" + b"\xff\xd9"
    start = b"\xff\xd8" + jpeg_part(0xE0, b"JFIF")
    photo = start + jpeg_part(0xE1, b"Exif GPS 32.4N") + jpeg_part(0xFE, b"comment") + picture
    assert without_metadata(photo, JPEG) == start + picture


def test_metadata_is_cut_from_a_png() -> None:
    kept = png() + b"crc!" + png_part(b"IDAT", b"pixels") + png_part(b"IEND", b"")
    told = png_part(b"eXIf", b"GPS 32.4N") + png_part(b"tEXt", b"Author")
    whole = png() + b"crc!" + told + png_part(b"IDAT", b"pixels") + png_part(b"IEND", b"")
    assert without_metadata(whole, PNG) == kept


@pytest.mark.parametrize("content", [b"\xff\xd8\xff", b"\xff\xd8\xff\xe1\xff\xff", b"\xff\xd8\xff\xe1"])
def test_metadata_of_a_broken_photo_ends(content: bytes) -> None:
    assert len(without_metadata(content, JPEG)) <= len(content)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\机密\\表.xlsx", "表.xlsx"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("报告\u202efdp.exe", "报告fdp.exe"),
        ("", "未命名"),
        (".pdf", "未命名.pdf"),
        ("名" * 300 + ".pdf", "名" * 116 + ".pdf"),
    ],
)
def test_file_name_is_made_safe(typed: str, clean: str) -> None:
    assert clean_file_name(typed) == clean
