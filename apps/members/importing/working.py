"""What the jobs of an import do: each in one transaction that also ends the job, so a killed one leaves nothing."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.core.access import SYSTEM, Actor, Permission, may_at
from apps.core.collecting import without_collecting
from apps.files.storage import remove
from apps.jobs.running import Work
from apps.members.importing import outcomes
from apps.members.importing.batches import ImportRefused, ask_for_workbook
from apps.members.importing.closing import one_import_at_a_time
from apps.members.importing.kinds import Found, kind_of
from apps.members.importing.workbook import write_back
from apps.members.models import ImportBatch

State = ImportBatch.State


@without_collecting()
def run_try(work: Work) -> dict[str, Any]:
    """The dry run: what would come of every row, kept beside the upload."""
    batch, by = _claimed(work)
    if batch.state in (State.UPLOADED, State.TRIED):
        with override(work.params["language"]):
            _keep(_tried(batch, work), batch, by, work.params["language"])
    return _leads_to(batch, _("试读结果"))


@without_collecting()
def run_apply(work: Work) -> dict[str, Any]:
    """Enter what was shown. Where the registry gives another result by now, nothing is written and that is said."""
    batch, by = _claimed(work)
    if batch.state != State.TRIED:
        return _leads_to(batch, _("导入结果"))
    one_import_at_a_time()
    with override(work.params["language"]):
        found = _tried(batch, work)
        if _is_as_shown(found, batch):
            kind_of(batch).apply(found, batch, by, _share_of(work))
        else:
            _keep(found, batch, by, work.params["language"], is_outdated=True)
    return _leads_to(batch, _("导入结果"))


def run_undo(work: Work) -> dict[str, Any]:
    """Take the import back."""
    batch, by = _claimed(work)
    if batch.state == State.APPLIED:
        kind_of(batch).undo(batch, by, _share_of(work))
    return _leads_to(batch, _("撤销结果"))


def run_workbook(work: Work) -> dict[str, Any]:
    """The sheet as it came, blanked, with the reasons beside the rows. For its owner only."""
    batch = ImportBatch.objects.select_related("upload", "outcomes", "office", "by").get(
        pk=work.params["batch"]
    )
    if batch.upload is None or batch.outcomes is None:
        return {}
    with override(work.params["language"]):
        stored = write_back(batch, batch.by or SYSTEM, _share_of(work))
    # Only this column: the import may be under way.
    if not ImportBatch.objects.filter(pk=batch.pk, outcomes=batch.outcomes).update(workbook=stored):
        remove(stored)
        return {}
    label = _("带错误原因的原表")
    return {"links": [{"label": label, "url": reverse("files:download", args=[stored.public_id])}]}


def _claimed(work: Work) -> tuple[ImportBatch, Actor]:
    """The batch, locked, and who asked. Raises ImportRefused where they no longer keep this office's registry."""
    batches = ImportBatch.objects.select_for_update(of=("self",)).select_related(
        "office", "upload", "outcomes", "workbook", "evidence", "reading"
    )
    batch = batches.get(pk=work.params["batch"])
    by: Actor = work.job.owner or SYSTEM
    needed = {Permission.MEMBER_IMPORT, kind_of(batch).permission}
    if not all(may_at(by, permission, batch.office_path) for permission in needed):
        raise ImportRefused(_("您已没有这个机构的导入权限"))
    return batch, by


def _tried(batch: ImportBatch, work: Work) -> Found:
    if batch.upload is None or not batch.upload.path.is_file():
        raise ImportRefused(_("上传的文件已到期删除，请重新上传"))
    return kind_of(batch).trial(batch, _share_of(work))


def _keep(found: Found, batch: ImportBatch, by: Actor, language: str, *, is_outdated: bool = False) -> None:
    """Keep what was found, in place of what an earlier dry run found."""
    old = [stored for stored in (batch.outcomes, batch.workbook) if stored]
    batch.outcomes, batch.workbook = outcomes.keep(found.outcomes, batch, by), None
    batch.summary = batch.summary | found.summary.to_store() | {"language": language}
    batch.state, batch.is_outdated = State.TRIED, is_outdated
    batch.save()
    for stored in old:
        remove(stored)
    ask_for_workbook(batch)


def _is_as_shown(found: Found, batch: ImportBatch) -> bool:
    digest = hashlib.sha256(outcomes.as_bytes(found.outcomes)).hexdigest()
    return batch.outcomes is not None and digest == batch.outcomes.sha256


def _share_of(work: Work) -> Callable[[float], None]:
    return lambda share: work.progress(share)


def _leads_to(batch: ImportBatch, label: str) -> dict[str, Any]:
    return {"links": [{"label": label, "url": reverse("members:import_batch", args=[batch.pk])}]}
