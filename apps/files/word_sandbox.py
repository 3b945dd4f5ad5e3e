"""Fills a Word template in a sandbox; run as a program it does so within bounds of time, memory and size.

`python -m apps.files.word_sandbox TEMPLATE OUT` reads the context as JSON from its input. It knows no Django, no
database and no secret: a template that somebody uploaded can at worst spend its own five seconds.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import DictLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

MEGABYTE = 1024 * 1024
CPU_SECONDS, MOST_MEMORY, LARGEST_FILE = 5, 1024 * MEGABYTE, 20 * MEGABYTE
# What a tag gets wrong, in so many words; anything else that ends the program is a bound.
REFUSED = 3
# MemoryError and RecursionError are what the bounds of Python itself come to.
FAULTS = (TemplateError, OverflowError, ValueError, TypeError, KeyError, MemoryError, RecursionError)


def render(template: Path, context: dict[str, Any]) -> DocxTemplate:
    """The filled template. Raises one of FAULTS for a tag that is unknown, broken or reaches outside the sandbox."""
    document = DocxTemplate(str(template))
    # No template can include another: the loader knows none. No function is there to be called either.
    sandbox = ImmutableSandboxedEnvironment(loader=DictLoader({}), autoescape=True, undefined=StrictUndefined)
    sandbox.globals.clear()
    document.render(context, jinja_env=sandbox, autoescape=True)
    return document


def _bound() -> None:
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def main(template: str, out: str) -> int:
    _bound()
    try:
        render(Path(template), json.load(sys.stdin)).save(out)
    except FAULTS as error:
        sys.stderr.write(str(error)[:200] or type(error).__name__)
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
