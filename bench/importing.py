"""G4: a roster of 10,000 people, dry run and import as a worker does them, against calamine and COPY alone."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from django.core.files.base import ContentFile
from django.db import connection
from python_calamine import CalamineWorkbook

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.jobs.models import Job
from apps.jobs.running import run_job
from apps.members.importing.batches import ask_to_apply, ask_to_try, ask_to_undo, open_batch
from apps.members.importing.mapping import guess
from apps.members.importing.sheet import Upload
from apps.members.models import ImportBatch, Member
from apps.offices.models import Office
from bench.browser import Unexpected
from bench.cast import busiest_town, county_of, user_with
from bench.measuring import Figure, Kind, Settings, seconds_of
from bench.pace import in_turn

ROWS, FEW = 10_000, 20
HEAD = [
    "序号",
    "姓名",
    "性别",
    "出生年月",
    "联系电话",
    "工作单位",
    "职务",
    "成员类别",
    "所在乡镇",
    "所属团体",
]
_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗"
_GIVEN = "芳伟娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华玉兰红建国文辉力"


def measure(settings: Settings) -> list[Figure]:
    """Seconds of both jobs against reading the file and copying its cells into a bare table."""
    town = busiest_town()
    keeper = user_with(RoleName.OFFICE_ADMIN, county_of(town))
    book = roster(town)
    # One that does not count: a worker reads its dictionaries and pages once, not for every import.
    _undone(_imported(roster(town, FEW), town, keeper, FEW)[0], keeper, FEW)
    batches: list[ImportBatch] = []
    undone: list[float] = []

    def imported() -> float:
        batch, seconds = _imported(book, town, keeper)
        batches.append(batch)
        return seconds

    def copied() -> float:
        seconds = seconds_of(lambda: _copied(book))
        # As before, for the next round.
        undone.append(_undone(batches[-1], keeper))
        return seconds

    pairs = in_turn(imported, copied, settings.rounds)
    mine, theirs = max(ours for ours, _raw in pairs), min(raw for _ours, raw in pairs)
    return [
        Figure(
            "G4",
            f"import of {ROWS:,} rows, dry run and apply",
            Kind.AT_MOST,
            round(mine / theirs, 1),
            16,
            10,
            f"{mine:.2f} s (undo {min(undone):.2f} s)",
            f"{theirs:.2f} s calamine + COPY",
            unit="×",
        )
    ]


def roster(town: Office, rows: int = ROWS) -> bytes:
    """A workbook of people who are not in the registry."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("花名册")
        sheet.write_row(0, 0, HEAD)
        for number in range(rows):
            sheet.write_row(number + 1, 0, _person(number, town))
    return out.getvalue()


def _person(number: int, town: Office) -> list[Any]:
    name = (
        _SURNAMES[number % 20]
        + _GIVEN[number // 20 % len(_GIVEN)]
        + _GIVEN[number // 20 // len(_GIVEN) % len(_GIVEN)]
    )
    return [
        number + 1,
        name,
        "女" if number % 2 else "男",
        f"{1950 + number % 50}.{1 + number % 12:02d}",
        f"199{number:08d}",
        f"{town.name}第{number % 500}机械厂",
        "总经理",
        "非公有制经济人士",
        town.name,
        "企业家联谊会" if number % 3 == 0 else "",
    ]


def _imported(book: bytes, town: Office, keeper: User, rows: int = ROWS) -> tuple[ImportBatch, float]:
    """Upload, then the two jobs. Only the jobs and the first reading count, not the queue."""
    before = Member.objects.count()
    batches: list[ImportBatch] = []

    def work() -> None:
        upload = Upload.read("roster.xlsx", ContentFile(book))
        batch = open_batch(
            upload=upload, mapping=guess(upload), office=county_of(town), evidence=None, by=keeper
        )
        _run(ask_to_try(batch, keeper))
        _run(ask_to_apply(batch, keeper))
        batches.append(batch)

    seconds = seconds_of(work)
    if Member.objects.count() != before + rows:
        raise Unexpected(f"{Member.objects.count() - before} of {rows} rows were entered.")
    return batches[0], seconds


def _undone(batch: ImportBatch, keeper: User, rows: int = ROWS) -> float:
    """As before, for the next round."""
    before = Member.objects.count()
    seconds = seconds_of(lambda: _run(ask_to_undo(batch, keeper)))
    if Member.objects.count() != before - rows:
        raise Unexpected("The undo left rows behind.")
    return seconds


def _run(job: Job) -> None:
    run_job(job.pk)
    job.refresh_from_db()
    if job.state != Job.State.DONE:
        raise Unexpected(f"{job.kind}: {job.error}")


def _copied(book: bytes) -> None:
    """What stays when everything else is taken away: the cells, in a table without index, key or trigger."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "roster.xlsx")
        path.write_bytes(book)
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    lines = io.StringIO()
    csv.writer(lines).writerows(rows[1:])
    lines.seek(0)
    columns = ", ".join(f"c{at} text" for at in range(len(HEAD)))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE bench_roster ({columns})")
        cursor.copy_expert("COPY bench_roster FROM STDIN WITH (FORMAT csv)", lines)
        cursor.execute("DROP TABLE bench_roster")
