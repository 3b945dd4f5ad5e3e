"""The only writer of Word files: fills a docx template, ours or one that an office uploaded.

Templates are jinja2 inside docx; they run in a sandbox that reaches no attribute of Python (guide: security B6), and
every value is escaped. One that was uploaded is filled by a program of its own, bounded in time and memory.
"""

import json
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from docx import Document

from apps.core.refusals import Refusal
from apps.files.cells import fit
from apps.files.word_sandbox import FAULTS, REFUSED, render

# Midnight of 1 January 1980, the first moment a zip knows: two bytes of time, two of day.
EARLIEST = struct.pack("<2H", 0, 1 << 5 | 1)
# Longer than the program's own bound on its computing: it may have to wait for a processor.
PATIENCE = 60

Finish = Callable[[Any], None]


class TemplateRefused(Refusal):
    """The template asks for what does not exist or is not allowed; the message is fit to show."""

    code = "template_refused"


def fill_template(
    template: Path, context: dict[str, Any], out: Path, *, finish: Finish | None = None
) -> None:
    """Write a template of ours filled with `context` to `out`. `finish` gets the python-docx document before it is saved.

    Raises TemplateRefused for a tag that is unknown, broken or reaches outside the sandbox.
    """
    try:
        document = render(template, _fit(context))
    except FAULTS as error:
        raise _refused(str(error)) from error
    if finish:
        finish(document.docx)
    save_still(document.docx, out)


def fill_uploaded(
    template: Path, context: dict[str, Any], out: Path, *, finish: Finish | None = None
) -> None:
    """The same with a template that somebody uploaded. Raises TemplateRefused, also where it takes too long."""
    raw = out.with_name(f"{out.name}.raw")
    try:
        _run_program(template, context, raw)
        document = Document(str(raw))
    finally:
        raw.unlink(missing_ok=True)
    if finish:
        finish(document)
    save_still(document, out)


def _run_program(template: Path, context: dict[str, Any], out: Path) -> None:
    command = [sys.executable, "-m", "apps.files.word_sandbox", str(template), str(out)]
    try:
        ended = subprocess.run(  # noqa: S603
            command,
            input=json.dumps(_fit(context), default=str),
            cwd=settings.BASE_DIR,
            # No key and no address of a database goes along.
            env={"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TemplateRefused(_("Word 模板中的循环或重复过多，已停止生成，请检查模板")) from error
    if ended.returncode == REFUSED:
        raise _refused(ended.stderr)
    if ended.returncode:
        raise TemplateRefused(_("Word 模板中的循环或重复过多，已停止生成，请检查模板"))


def _fit(value: Any) -> Any:
    """The same without characters that no XML can hold: behind one, the reader of Word parts loses every < and &."""
    if isinstance(value, str):
        return fit(value)
    if isinstance(value, dict):
        return {key: _fit(each) for key, each in value.items()}
    return [_fit(each) for each in value] if isinstance(value, list | tuple) else value


def _refused(what: str) -> TemplateRefused:
    return TemplateRefused(_("Word 模板中的标记有误，请检查模板：%(what)s") % {"what": what[:120]})


def save_still(word: Any, out: Path) -> None:
    """Save a python-docx document; the same content gives the same bytes, whatever the time of day."""
    written = BytesIO()
    word.save(written)
    out.write_bytes(_stilled(bytearray(written.getvalue())))


def _stilled(archive: bytearray) -> bytearray:
    """Sets the time of every entry of a zip to the first day a zip knows, where it stands: nothing is packed again."""
    with zipfile.ZipFile(BytesIO(archive)) as source:
        entries, at = source.infolist(), source.start_dir
    for entry in entries:
        archive[entry.header_offset + 10 : entry.header_offset + 14] = EARLIEST
        archive[at + 12 : at + 16] = EARLIEST
        # The fixed part of a central entry, and the lengths of name, extra and comment that follow it.
        at += 46 + sum(struct.unpack_from("<3H", archive, at + 28))
    return archive
