"""The only writer of Word files: fills a docx template that an office may have edited.

Templates are jinja2 inside docx and come from administrators only; even so they run in a sandbox that reaches no
attribute of Python (guide: security B6), and every value is escaped.
"""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from docxtpl import DocxTemplate
from jinja2 import DictLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

# The first day a zip knows.
EARLIEST = (1980, 1, 1, 0, 0, 0)


class TemplateRefused(Exception):
    """The template asks for what does not exist or is not allowed; the message is fit to show."""


def fill_template(
    template: Path, context: dict[str, Any], out: Path, *, finish: Callable[[Any], None] | None = None
) -> None:
    """Write `template` filled with `context` to `out`. `finish` gets the python-docx document before it is saved.

    Raises TemplateRefused for a tag that is unknown, broken or reaches outside the sandbox.
    """
    document = DocxTemplate(str(template))
    # No template can include another: the loader knows none.
    sandbox = ImmutableSandboxedEnvironment(loader=DictLoader({}), autoescape=True, undefined=StrictUndefined)
    try:
        document.render(context, jinja_env=sandbox, autoescape=True)
    except (TemplateError, OverflowError) as error:
        raise TemplateRefused(
            _("Word 模板中的标记有误，请检查模板：%(what)s") % {"what": str(error)[:120]}
        ) from error
    if finish:
        finish(document.docx)
    save_still(document.docx, out)


def save_still(word: Any, out: Path) -> None:
    """Save a python-docx document; the same content gives the same bytes, whatever the time of day."""
    written = BytesIO()
    word.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(
                zipfile.ZipInfo(entry.filename, EARLIEST), source.read(entry), zipfile.ZIP_DEFLATED
            )
