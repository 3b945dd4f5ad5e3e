"""The Word file as a word processor lays it out: LibreOffice, where it is installed, and always in CI."""

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pypdf
import pytest

from apps.reports.document import compose
from apps.reports.figures import AnnualFigures, checksum, to_snapshot
from apps.reports.writing import write_docx
from tests.unit.reports import sample
from tests.unit.reports.printed import squeezed
from tests.unit.reports.test_writing import ASKED

KINDS = ("city", "county", "town", "final")
FONTS = {"方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"}
A4 = (595, 842)  # points

soffice = shutil.which("soffice")
pytestmark = [
    pytest.mark.skipif(
        not soffice and not os.environ.get("REQUIRE_OFFICE"), reason="no LibreOffice on this machine"
    ),
    pytest.mark.xdist_group("rendered"),
]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All kinds of reports, laid out in one run."""
    folder = tmp_path_factory.mktemp("rendered")
    for kind in KINDS:
        write_docx(getattr(sample, kind)(), folder / f"{kind}.docx", ASKED)
    command = [
        soffice or "soffice",
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        *(str(folder / f"{kind}.docx") for kind in KINDS),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder


def pages(rendered: Path, kind: str) -> list[str]:
    return [squeezed(page.extract_text()) for page in pypdf.PdfReader(rendered / f"{kind}.pdf").pages]


def words(text: str) -> str:
    """Without marks of punctuation: LibreOffice loses one that stands at the very end of a line."""
    return re.sub(r"[，。；：、]", "", squeezed(text))


def figures_of(kind: str) -> AnnualFigures:
    figures: AnnualFigures = getattr(sample, kind)()
    return figures


@pytest.mark.parametrize(("kind", "most"), [("city", 9), ("county", 7), ("town", 3), ("final", 9)])
def test_pages_are_a4_numbered_and_not_too_many(rendered: Path, kind: str, most: int) -> None:
    texts = pages(rendered, kind)
    assert 2 <= len(texts) <= most
    for number, text in enumerate(texts, start=1):
        assert f"—{number}—" in text
    for page in pypdf.PdfReader(rendered / f"{kind}.pdf").pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == A4


@pytest.mark.parametrize("kind", KINDS)
def test_text_stands_in_reading_order(rendered: Path, kind: str) -> None:
    figures = figures_of(kind)
    document = compose(figures, checksum(to_snapshot(figures)))
    text = words("".join(re.sub(r"—\d+—", "", page) for page in pages(rendered, kind)))
    spoken = [block.text for block in document.body if hasattr(block, "text")]
    at = -1
    for sentence in ("".join(document.title), document.lead, *spoken, document.signature):
        found = text.find(words(sentence), at + 1)
        assert found > at, sentence
        at = found


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_holds_the_signature_alone(rendered: Path, kind: str) -> None:
    figures = figures_of(kind)
    signed = next(page for page in pages(rendered, kind) if f"{figures.office}统战部门20" in page)
    assert len(signed.partition(f"{figures.office}统战部门")[0]) > len("—1—")


@pytest.mark.parametrize("kind", KINDS)
def test_fonts_are_those_of_the_standard_by_name(rendered: Path, kind: str) -> None:
    with zipfile.ZipFile(rendered / f"{kind}.docx") as parts:
        told = "".join(parts.read(name).decode() for name in ("word/document.xml", "word/styles.xml"))
    styles = set(re.findall(r'w:eastAsia="([^"]+)"', told)) - {"zh-CN"}
    assert styles <= FONTS | {"MS Mincho", "MS Gothic"} or styles <= FONTS


@pytest.mark.parametrize(("kind", "drawn"), [("city", True), ("town", True), ("final", False)])
def test_drafts_carry_the_watermark_on_odd_and_even_pages(rendered: Path, kind: str, drawn: bool) -> None:
    with zipfile.ZipFile(rendered / f"{kind}.docx") as parts:
        headers = [parts.read(name).decode() for name in parts.namelist() if name.startswith("word/header")]
    assert ([header.count('string="送审稿"') for header in headers] == [1, 1]) is drawn


def images_of(rendered: Path, kind: str) -> Any:
    out = rendered / f"{kind}-page"
    subprocess.run(
        ["pdftoppm", "-r", "20", "-gray", str(rendered / f"{kind}.pdf"), str(out)], check=True, timeout=120
    )
    return sorted(rendered.glob(f"{kind}-page*.pgm"))


def inked(image: Path) -> float:
    """The share of a page that is not white."""
    content = image.read_bytes()
    pixels = content.split(b"\n", 3)[3]
    return sum(value < 250 for value in pixels) / len(pixels)


def test_no_page_is_blank_and_the_watermark_is_seen(rendered: Path) -> None:
    drafts = [inked(image) for image in images_of(rendered, "city")]
    finals = [inked(image) for image in images_of(rendered, "final")]
    assert min(finals) > 0.005
    assert min(drafts) > 0.05
