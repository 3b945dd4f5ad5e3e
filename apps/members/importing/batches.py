"""The life of an import, as people ask for it: uploaded, tried, confirmed, undone. The work itself is a job's."""

from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.access import Actor
from apps.core.refusals import Conflict, Refusal
from apps.files.models import StoredFile
from apps.jobs.actions import enqueue
from apps.jobs.models import Job
from apps.members.importing.findings import RosterRefused
from apps.members.importing.kinds import kind_named
from apps.members.importing.mapping import Mapping, guess_all
from apps.members.importing.remembering import memory_of
from apps.members.importing.sheet import Upload
from apps.members.models import ImportBatch
from apps.offices.models import Office

TRY, APPLY, UNDO, WORKBOOK = (
    "members.try_import",
    "members.import",
    "members.undo_import",
    "members.import_workbook",
)


class ImportRefused(Refusal):
    """The import is not in a state in which this can be done; the message says why."""

    code = "import_refused"


def first_mapping(upload: Upload, office: Office, kind: str) -> Mapping[Any]:
    """How an upload is read as long as nobody said otherwise. Raises RosterRefused where no correction could mend it."""
    vocabulary = kind_named(kind).vocabulary
    found = guess_all(upload, memory_of(office, kind, vocabulary), vocabulary)
    missing = vocabulary.missing(found.columns)
    free = len(found.left_out) - len(upload.sheet(found.sheet).blanked)
    if len(missing) > free:
        raise RosterRefused(
            _("没有找到这些列：%(columns)s。请改好表头，或下载模板填写。")
            % {"columns": vocabulary.told(missing)}
        )
    return found


@transaction.atomic
def take_in(
    *,
    upload: Upload,
    mapping: Mapping[Any],
    office: Office,
    by: Actor,
    kind: ImportBatch.Kind,
    evidence: StoredFile | None = None,
    about: int | None = None,
) -> ImportBatch:
    """Open a batch, with its dry run in the queue where nobody need look at the columns first."""
    batch = open_batch(
        upload=upload, mapping=mapping, office=office, evidence=evidence, by=by, kind=kind, about=about
    )
    if mapping.goes_straight(kind_named(kind).vocabulary, office):
        ask_to_try(batch, by)
        batch.refresh_from_db(fields=["job_id"])
    return batch


@transaction.atomic
def open_batch(
    *,
    upload: Upload,
    mapping: Mapping[Any],
    office: Office,
    evidence: StoredFile | None,
    by: Actor,
    kind: ImportBatch.Kind = ImportBatch.Kind.ROSTER,
    about: int | None = None,
) -> ImportBatch:
    """Keep the blanked upload and how it is to be read; nothing is read from it yet.

    `about`: the key of the record that the list belongs to, for kinds that have one.
    """
    return ImportBatch.objects.create(
        office=office,
        kind=kind,
        file_name=upload.name[:120],
        sha256=upload.sha256,
        by_id=by.pk,
        evidence=evidence,
        upload=upload.keep(office, by),
        mapping=mapping.to_store() | ({} if about is None else {"about": about}),
        summary={"template": upload.template} if upload.template else {},
    )


@transaction.atomic
def ask_to_try(batch: ImportBatch, by: Actor) -> Job:
    """Queue the dry run. Raises ImportRefused, Conflict."""
    states = ImportBatch.State
    current = _free(batch, (states.UPLOADED, states.TRIED))
    if current.upload is None or current.upload.is_expired:
        raise ImportRefused(_("上传的文件已到期删除，请重新上传"))
    return _ask(TRY, current, by)


@transaction.atomic
def correct_columns(batch: ImportBatch, mapping: Mapping[Any], by: Actor) -> Job:
    """Read the upload with other columns from now on, and try it anew. Raises ImportRefused, Conflict."""
    job = ask_to_try(batch, by)
    about = {"about": batch.mapping["about"]} if "about" in batch.mapping else {}
    batch.mapping = mapping.to_store() | about
    batch.save(update_fields=["mapping"])
    return job


@transaction.atomic
def ask_to_apply(batch: ImportBatch, by: Actor) -> Job:
    """Queue the import of what the dry run showed. Raises ImportRefused, Conflict."""
    return _ask(APPLY, _free(batch, (ImportBatch.State.TRIED,)), by)


@transaction.atomic
def ask_to_undo(batch: ImportBatch, by: Actor) -> Job:
    """Queue the undo. Raises ImportRefused, Conflict."""
    current = _free(batch, (ImportBatch.State.APPLIED,))
    if not current.can_be_undone:
        raise ImportRefused(_("导入已超过三十天，不能再撤销"))
    return _ask(UNDO, current, by)


def ask_for_workbook(batch: ImportBatch) -> Job:
    """Queue the writing of the workbook back, once for each dry run. Nobody asked for it: it fills no inbox."""
    return enqueue(WORKBOOK, params=_params(batch), key=f"{WORKBOOK}:{batch.pk}:{batch.outcomes_id}")


def _free(batch: ImportBatch, states: tuple[ImportBatch.State, ...]) -> ImportBatch:
    """The batch, locked, in one of these states and with no job under way: a second click changes nothing."""
    current = ImportBatch.objects.select_for_update(of=("self",)).select_related("upload").get(pk=batch.pk)
    job = current.job
    if job is not None and not job.is_over:
        raise Conflict(_("正在处理，请等待完成"))
    if current.state not in states:
        raise Conflict(_("这次导入现在是“%(state)s”，请刷新页面") % {"state": current.get_state_display()})
    return current


def _ask(kind: str, batch: ImportBatch, by: Actor) -> Job:
    job = enqueue(kind, params=_params(batch), by=by)
    batch.work_on(job.public_id)
    return job


def _params(batch: ImportBatch) -> dict[str, Any]:
    # The language of whoever reads the reasons; asked again, the same one gives the same words.
    return {"batch": batch.pk, "language": batch.summary.get("language") or get_language()}
