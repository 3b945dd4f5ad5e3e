"""What tests of imports share: the rosters, and the worker's part done on the spot."""

from typing import Any

from django.core.files.base import ContentFile

from apps.core.access import Actor
from apps.files.models import StoredFile
from apps.jobs.models import Job
from apps.jobs.running import run_job
from apps.members.importing.batches import ask_to_apply, ask_to_try, open_batch
from apps.members.importing.mapping import guess
from apps.members.importing.sheet import Upload
from apps.members.models import ImportBatch
from apps.offices.models import Office
from tests.fixtures.rosters import roster_file

HEAD = ["姓名", "性别", "出生年月", "联系电话", "所在乡镇", "工作单位", "职务", "所属团体"]


_GIVEN = "芳伟娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华玉兰红建国文辉力云海波斌宇浩凯健俊"


def person(number: int, **said: str) -> list[str]:
    """A row below HEAD; the columns can be named."""
    row = {
        "姓名": f"王{_GIVEN[number % 40]}{_GIVEN[number // 40]}",
        "性别": "女",
        "出生年月": "1978.05",
        "联系电话": f"138{number:08d}",
        "所在乡镇": "东镇",
    }
    return [(row | said).get(title, "") for title in HEAD]


def signed_sheet() -> StoredFile:
    """A scan that proves the consents of a roster."""
    return StoredFile.objects.create(
        purpose=StoredFile.Purpose.EVIDENCE, name="s.pdf", content_type="application/pdf", size=1, sha256="0"
    )


def work_off() -> None:
    """What the worker does, until nothing is left."""
    while job := Job.objects.filter(state=Job.State.QUEUED).order_by("pk").first():
        run_job(job.pk)


def tried(
    rows: list[list[Any]], office: Office, by: Actor, evidence: StoredFile | None = None
) -> ImportBatch:
    """A roster uploaded and tried."""
    upload = Upload.read("花名册.xlsx", ContentFile(roster_file(rows).read()))
    batch = open_batch(upload=upload, mapping=guess(upload), office=office, evidence=evidence, by=by)
    ask_to_try(batch, by)
    return worked(batch)


def applied(
    rows: list[list[Any]], office: Office, by: Actor, evidence: StoredFile | None = None
) -> ImportBatch:
    """A roster uploaded, tried and entered."""
    batch = tried(rows, office, by, evidence)
    ask_to_apply(batch, by)
    return worked(batch)


def worked(batch: ImportBatch) -> ImportBatch:
    """The batch after the worker has done what was asked for."""
    work_off()
    batch.refresh_from_db()
    job = batch.job
    assert job is not None
    assert job.state == Job.State.DONE, job.error
    return batch
