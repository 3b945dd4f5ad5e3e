"""What is wrong with a page, as sentences: accessibility (axe), width, words of the wrong language."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

SERIOUS = {"serious", "critical"}
# Latin words that Chinese office pages do carry.
LATIN_IS_FINE = re.compile(
    r"^(?:APP|PDF|SHA|JPG|PNG|YAML|UTF|Excel|Word|CSV|JSON|TOTP|API|URL|UUID|Chrome|Linux|Ctrl|Enter|English|docx|pdf|xlsx|xls|csv|yaml|v\d+)$"
)
WORD = re.compile(r"[A-Za-z][A-Za-z]{2,}")
# The cast's user names carry an underscore, numbers and hashes a digit among their letters; no English word does.
USER_NAME = re.compile(r"\w*_\w*|(?<![0-9A-Za-z])(?=[a-f-]*[0-9])[0-9a-f-]{4,}(?![0-9A-Za-z])")
# Text that is data and not ours: keys, browsers' names, file names.
VISIBLE_TEXT = """() => {
  const skipped = "script, noscript, style, [hidden], [data-raw], code, .select-all, dialog:not([open])";
  const words = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest(skipped)) words.push(walker.currentNode.textContent.trim());
  }
  for (const field of document.querySelectorAll("[placeholder], [aria-label], img[alt]")) {
    words.push(field.placeholder ?? "", field.getAttribute("aria-label") ?? "", field.alt ?? "");
  }
  return words.filter(Boolean);
}"""


@cache
def _axe() -> str:
    return Path(settings.BASE_DIR, "node_modules", "axe-core", "axe.min.js").read_text(encoding="utf-8")


def accessibility(page: Page) -> list[str]:
    """Serious and critical findings of axe-core, each with the first element it is about."""
    page.evaluate(_axe())
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations'], preload: false})")
    return [
        f"{rule['id']}: {rule['nodes'][0]['target'][0]} {rule['nodes'][0]['any'][:1]}"
        for rule in found["violations"]
        if rule["impact"] in SERIOUS
    ]


def overflow(page: Page) -> list[str]:
    """Whether the page can be pushed sideways, and by which elements."""
    return page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          const wide = [...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > width + 1);
          return wide.slice(0, 3).map((e) => `wider than the screen: ${e.tagName}.${e.className}`);
        }"""
    )


def foreign_words(page: Page) -> list[str]:
    """English left on a Chinese page: three letters in a row that are no name of a format."""
    texts = page.evaluate(VISIBLE_TEXT)
    words = {word for text in texts for word in WORD.findall(USER_NAME.sub("", text))}
    return sorted(f"not Chinese: {word}" for word in words if not LATIN_IS_FINE.match(word))


def small_targets(page: Page) -> list[str]:
    """Buttons and fields lower than a finger (44 px); links in running text are left out."""
    return page.evaluate(
        """() => [...document.querySelectorAll("main .btn, main select, main input, main .bottom-link")]
          .filter((e) => e.offsetParent && !["checkbox", "radio", "hidden"].includes(e.type) && e.offsetHeight < 43)
          .slice(0, 3).map((e) => `lower than a finger: ${e.tagName} ${e.textContent.trim() || e.name} ${e.offsetHeight}px`)"""
    )
