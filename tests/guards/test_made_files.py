"""Every file that the product makes, with code, formulas and broken characters in all texts it is made of.

What a page asks for is sent and the work it queues is done; the answer's own file and all files kept are opened with
the library of their format. A kind of long work that is in neither list fails.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse

from apps.accounts.roles import RoleName
from apps.core.routes import every_route
from apps.files.models import StoredFile
from apps.files.storage import CONTENT_TYPES
from apps.jobs import kinds as registered
from apps.jobs.models import Job
from apps.jobs.running import run_job
from apps.notifications.calendar import Entry, ics
from tests.fixtures import formulas
from tests.guards.entering import enter
from tests.guards.made_files import faults_of, said_in
from tests.guards.payloads import BODIES, PAYLOADS, SCRIPT, plant_everywhere
from tests.guards.world import Cast, Page, known_pages

# What no XML can hold, what ends a line of a calendar, what other formats take for markup.
BROKEN = [
    "\x0b\x1f甲\ufffe",
    "甲\r\nBEGIN:VEVENT\r\n乙",
    "<w:p/>&]]>&amp;",
    '#import "/etc/passwd"',
    '&"&G&F_x000D_',
    "\u202e\u2028甲",
]
# All of it in each: a formula, something broken, a piece of code.
TEXTS = [
    f"{formula}{broken}{code}"
    for formula, broken, code in zip(formulas.PAYLOADS * 2, BROKEN * 10, PAYLOADS, strict=True)
]
# A roster with many control characters is no text to its reader.
ROSTER = [
    ["姓名", "性别", "工作单位", "日期", "干部", "对象", "方式"],
    *(
        [formula, code, "丙", "丁", TEXTS[1], code, formula]
        for formula, code in zip(formulas.PAYLOADS, PAYLOADS, strict=False)
    ),
]


def _csv() -> SimpleUploadedFile:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(ROSTER)
    return SimpleUploadedFile("=1+1<script>.csv", written.getvalue().encode())


# Pages that make files, and what is sent beside the world's own data.
MAKERS: list[tuple[str, dict[str, Any]]] = [
    ("own:copy", {"form": "json"}),
    ("own:copy", {"form": "xlsx"}),
    ("members:export", {"file_format": "csv"}),
    ("members:export", {"file_format": "xlsx"}),
    ("members:touched", {"export": "1"}),
    ("members:import_template", {}),
    ("members:import", {"roster": _csv}),
    ("pairing:import_visits", {"sheet": _csv}),
    ("pairing:campaign_word", {}),
    ("casework:answer_letter", {}),
    ("casework:hand_out", {}),
    ("casework:supervision_letter", {}),
    ("dashboard:export", {}),
    ("files:export_audit", {}),
    ("files:audit_kit", {}),
    ("assessment:xlsx", {}),
    ("assessment:yaml", {}),
    ("assessment:snapshot", {}),
    ("assessment:export_scores", {"format": "json"}),
    ("assessment:export_scores", {"format": "xlsx"}),
    ("assessment:survey_letters", {}),
    ("assessment:grid_export", {}),
    ("reports:make", {"subject": "W-1:990001", "formats": ["docx", "pdf", "xlsx"]}),
    ("reports:make_all", {"formats": ["xlsx"]}),
    ("reports:template_try", {}),
]
# Nothing that somebody typed stands in it: figures of an example.
UNTYPED = {"reports:template_try"}
# Work that somebody asks for and that makes no file.
WITHOUT_FILE = {
    *("members.import", "members.undo_import", "members.settle_words"),
    *("pairing.propose", "pairing.accept_proposals"),
}
ROUTES = {route.name: route for route in every_route()}
ENDINGS = {content_type: ending for ending, content_type in CONTENT_TYPES.items()} | {
    "application/json": "json"
}

File = tuple[str, bytes]


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"


def _asked(name: str, more: dict[str, Any], cast: Cast) -> Any:
    """The answer to whoever may have the file, with all texts planted before."""
    route, page, client = ROUTES[name], known_pages().get(name, Page()), Client()
    method = "POST" if "POST" in route.methods else "GET"
    address = reverse(name, kwargs=page.kwargs(cast) if page.kwargs else {})
    sent = page.data(method, cast) | {key: each() if callable(each) else each for key, each in more.items()}
    assert plant_everywhere(TEXTS) > 50
    cache.clear()
    enter(client, route, cast, method)
    if name == "files:audit_kit":
        client.force_login(cast.owners[RoleName.AUDITOR])
    before = set(StoredFile.objects.values_list("pk", flat=True))
    answer = getattr(client, method.lower())(address, sent)
    assert answer.status_code < 400, name
    return answer, before


def _worked() -> Iterator[str]:
    """What was queued is done, parts first, and what it queues itself; the kinds."""
    order = (F("part_of").desc(nulls_last=True), "-pk")
    while job := Job.objects.filter(state=Job.State.QUEUED).order_by(*order).first():
        run_job(job.pk)
        job.refresh_from_db()
        assert job.part_of or job.state == Job.State.DONE, f"{job.kind}: {job.error}"
        yield job.kind


def _files(answer: Any, before: set[int]) -> Iterator[File]:
    if "attachment" in answer.headers.get("Content-Disposition", ""):
        ending = answer.headers["Content-Disposition"].rpartition(".")[2].strip('"')
        yield f"answer.{ending}", b"".join(answer) if answer.streaming else answer.content
    for stored in StoredFile.objects.exclude(pk__in=before):
        yield f"{stored.name}.{ENDINGS[stored.content_type]}", stored.path.read_bytes()


def _made(name: str, more: dict[str, Any], cast: Cast) -> tuple[list[File], set[str]]:
    """The files of one page, and the kinds of work that made them. The world is as before afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        # An import checks its rows at once, for the rest of what the program takes for one transaction.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        answer, before = _asked(name, more, cast)
        worked = set(_worked())
        files = list(_files(answer, before))
        transaction.set_rollback(True)
    return files, worked


def _asked_for() -> set[str]:
    """The kinds of the program's long work that nothing but a person's wish begins."""
    ours = (kind for kind in registered._kinds.values() if kind.run.__module__.startswith("apps."))
    return {kind.name for kind in ours if not kind.schedule}


def _faults(name: str, content: bytes) -> list[str]:
    faults = faults_of(name, content)
    if not faults and SCRIPT in re.sub("|".join(map(re.escape, BODIES)), "", said_in(name, content)):
        return [f"{name}: a text is not what was typed"]
    return faults


@pytest.mark.usefixtures("code_in_every_text")
def test_files_are_whole_and_run_nothing(cast: Cast) -> None:
    wrong, silent, worked = [], set(), set()
    for name, more in MAKERS:
        files, kinds = _made(name, more, cast)
        worked |= kinds
        wrong += [fault for file in files for fault in _faults(*file)]
        if not any(SCRIPT in said_in(*file) for file in files):
            silent.add(name)
    assert wrong == []
    assert silent == UNTYPED
    assert _asked_for() - worked == WITHOUT_FILE


def test_calendar_of_a_phone_is_whole() -> None:
    entries = [
        Entry(day=dt.date(2026, 3, 2), title=text, key=f"{number}") for number, text in enumerate(TEXTS)
    ]
    assert _faults("calendar.ics", ics(entries).encode()) == []
