"""The page sources: nothing inline, no framework that needs eval, only colours of the theme, styles old browsers read."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
BUILT = Path(settings.BASE_DIR, "static", "dist", "app.css")
# Documents for print are no pages.
PAGES = [path for path in TEMPLATES if "emails" not in path.parts]

INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")|javascript:"
)
EVALUATED = re.compile(r"\sx-[a-z]+|\s@click|hx-on|[\"']js:")
UNSAFE = re.compile(r"\|\s*safe\b|autoescape off")


@pytest.mark.parametrize("forbidden", [INLINE, EVALUATED, UNSAFE], ids=["inline", "evaluated", "unescaped"])
def test_no_template_carries(forbidden: re.Pattern[str]) -> None:
    found = [
        f"{path.name}: {match[0]}" for path in PAGES for match in forbidden.finditer(path.read_text("utf-8"))
    ]
    assert found == []


def test_components_carry_no_domain_words() -> None:
    components = Path(settings.BASE_DIR, "templates", "components").rglob("*.html")
    found = [path.name for path in components if re.search("走访|成员|结对|诉求", path.read_text("utf-8"))]
    assert found == []


@pytest.mark.skipif(not BUILT.exists(), reason="the styles are not built: npm run build")
@pytest.mark.parametrize("unknown", ["@layer", "oklch(", "oklab(", "color-mix(", ":has(", "@container"])
def test_built_styles_say_nothing_chromium_80_does_not_know(unknown: str) -> None:
    # What stands behind @supports is skipped by a browser that does not know it.
    plain = re.sub(r"@supports[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", BUILT.read_text("utf-8"))
    assert unknown not in plain
