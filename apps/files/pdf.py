"""The only writer of PDF files: Typst sets a template of ours, all content reaching it as JSON values."""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

# Where the fonts of @expo-google-fonts/noto-serif-sc may lie: as npm puts them, or as the image's build copies them.
_NOTO = "@expo-google-fonts/noto-serif-sc"


class FontsMissing(Exception):
    """No font for Chinese was found; the message says where they were looked for."""


@lru_cache(maxsize=1)
def font_folders() -> tuple[str, ...]:
    """Folders with fonts, the office's own (`REPORT_FONT_DIR`) first. Raises FontsMissing without any TTF or OTF."""
    own = getattr(settings, "REPORT_FONT_DIR", "")
    packaged = Path(settings.BASE_DIR) / "node_modules" / _NOTO
    places = [Path(own)] if own else []
    places += [Path(settings.BASE_DIR) / "fonts", packaged / "400Regular", packaged / "700Bold"]
    found = tuple(str(place) for place in places if place.is_dir() and _has_font(place))
    if not found:
        raise FontsMissing(
            f"No fonts in {', '.join(map(str, places))}: run `make assets` or set REPORT_FONT_DIR."
        )
    return found


def _has_font(place: Path) -> bool:
    return any(re.fullmatch(r"\.(ttf|otf|ttc)", file.suffix.lower()) for file in place.iterdir())


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """The names of the font families that templates may ask for."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=list(font_folders()))
    return tuple(fonts.families())


def typeset(template: Path, data: dict[str, Any], out: Path) -> None:
    """Write the PDF of `template` to `out`. The template reads `data` as JSON, never as markup; `fonts` is added."""
    content = json.dumps({**data, "fonts": families()}, ensure_ascii=False)
    typst.compile(
        str(template),
        output=str(out),
        format="pdf",
        font_paths=list(font_folders()),
        ignore_system_fonts=True,
        sys_inputs={"data": content},
    )
