"""Every office's report at once: a job per office, side by side, and one that packs them all into a zip.

Each office is a transaction of its own, so after a kill the work goes on and nothing finished is made twice.
"""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.core.refusals import Refusal
from apps.files.models import StoredFile
from apps.files.storage import new_file, remove
from apps.jobs.actions import enqueue, enqueue_parts
from apps.jobs.models import Job
from apps.jobs.running import Work
from apps.reports.subjects import subjects

WHOLE, PART = "reports.batch", "reports.batch_part"
# As many failures are named beside the zip; the list inside has them all.
MOST_NAMED = 5


@transaction.atomic
def ask_for_all(*, year: int, formats: Sequence[str], by: User) -> Job:
    """Put the reports of every office in the queue. Raises Refusal where there is none to report on."""
    wanted = subjects(by, year)
    if not wanted:
        raise Refusal(_("没有可以报告的机构"))
    whole = enqueue(WHOLE, params={"year": year, "formats": list(formats)}, by=by)
    enqueue_parts(whole, PART, ({"subject": each.key, "formats": list(formats)} for each in wanted))
    return whole


def pack(work: Work) -> dict[str, Any]:
    """What the whole does after its parts: one zip with the files of every office, and a list of what is in it."""
    parts = list(work.job.parts.order_by("pk"))
    made = [part for part in parts if part.state == Job.State.DONE]
    failed = [part for part in parts if part.state == Job.State.FAILED]
    if not made:
        raise Refusal(failed[0].error if failed else _("这批报告已经清理，请重新提交"))
    files = _files_of(made)
    name = _("%(year)s年度统战工作报告（%(n)s个机构）.zip") % {"year": work.params["year"], "n": len(made)}
    with new_file(name, purpose=StoredFile.Purpose.REPORT, owner=work.job.owner) as draft:
        _write_zip(draft.path, _contents(made, failed, files), work, made, files)
    for stored in (stored for each in files.values() for stored in each):
        # What belongs to the archive has no end.
        if stored.expires_at:
            remove(stored)
    url = reverse("files:download", args=[draft.stored.public_id])
    return {"links": [{"label": draft.stored.name, "url": url}], "note": _note(made, failed)}


def _write_zip(
    out: Path, contents: str, work: Work, made: Sequence[Job], files: dict[int, list[StoredFile]]
) -> None:
    """Not compressed: docx and xlsx are zips already."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("清单.txt", contents)
        for done, part in enumerate(made, start=1):
            for stored in files[part.pk]:
                archive.write(stored.path, _place(part, stored))
            work.progress(done, len(made))


def _files_of(made: Sequence[Job]) -> dict[int, list[StoredFile]]:
    ids = [public_id for part in made for public_id in part.result["files"]]
    stored = {str(each.public_id): each for each in StoredFile.objects.filter(public_id__in=ids)}
    if len(stored) < len(set(ids)):
        raise Refusal(_("这批报告已经清理，请重新提交"))
    return {part.pk: [stored[public_id] for public_id in part.result["files"]] for part in made}


def _place(part: Job, stored: StoredFile) -> str:
    """Scheme and office code before the name: the order of the tree, and no two files of one name."""
    return f"{part.params['subject'].replace(':', '_')}_{stored.name}"


def _contents(made: Sequence[Job], failed: Sequence[Job], files: dict[int, list[StoredFile]]) -> str:
    lines = [f"{stored.sha256}  {_place(part, stored)}" for part in made for stored in files[part.pk]]
    if failed:
        lines += ["", "未能生成：", *(f"{part.params['subject']}  {part.error}" for part in failed)]
    return "\r\n".join(lines)


def _note(made: Sequence[Job], failed: Sequence[Job]) -> str:
    kept = _("文件保留 24 小时，每次下载都会记录。")
    if not failed:
        return kept
    named = "；".join(f"{part.params['subject']}：{part.error}" for part in failed[:MOST_NAMED])
    missing = ngettext("%(n)s 份未能生成", "%(n)s 份未能生成", len(failed)) % {"n": len(failed)}
    return f"{missing}（{named}）。{kept}"
