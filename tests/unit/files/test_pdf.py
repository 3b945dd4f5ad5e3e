import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.files import pdf


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    pdf.font_folders.cache_clear()
    pdf.families.cache_clear()
    yield
    pdf.font_folders.cache_clear()
    pdf.families.cache_clear()


def packaged() -> Path:
    return next(Path(place) for place in pdf.font_folders() if place.endswith("400Regular"))


def test_fonts_of_the_office_come_first(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "a.ttf").symlink_to(next(packaged().glob("*.ttf")))
    pdf.font_folders.cache_clear()
    settings.REPORT_FONT_DIR = str(tmp_path)
    assert pdf.font_folders()[0] == str(tmp_path)


def test_fonts_missing_says_where_they_were_looked_for(settings: Any, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    with pytest.raises(pdf.FontsMissing, match="REPORT_FONT_DIR"):
        pdf.font_folders()


def test_fonts_are_copied_to_where_the_image_looks(settings: Any) -> None:
    """The image has no node_modules: its build copies both fonts to the folder that is searched."""
    recipe = (Path(settings.BASE_DIR) / "Dockerfile").read_text()
    copied = re.findall(r"node_modules/(\S+\.ttf)", recipe)
    assert "./fonts/" in recipe
    assert len(copied) == 2
    assert all((Path(settings.BASE_DIR) / "node_modules" / font).is_file() for font in copied)
