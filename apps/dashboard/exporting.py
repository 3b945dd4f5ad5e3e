"""导出 Excel: the board's workbook as a job, through the one writer and the one door."""

from typing import Any

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.accounts.models import User
from apps.core.refusals import Refusal
from apps.dashboard.asking import Reach, asked_of
from apps.dashboard.board import Asked, read_board
from apps.dashboard.standing import standings
from apps.dashboard.workbook import about, sheets
from apps.files.models import StoredFile
from apps.files.sheets import write_workbook
from apps.files.storage import new_file, record_export
from apps.jobs.actions import enqueue
from apps.jobs.models import Job
from apps.jobs.running import Work

EXPORT = "dashboard.export"


def ask_for_workbook(asked: Asked, *, by: User) -> Job:
    """Put the writing of this board in the queue."""
    params = {
        "office": asked.office.code,
        "period": asked.period.code,
        "tiles": asked.tiled,
        "trend": asked.trend,
    }
    return enqueue(EXPORT, params=params, by=by)


def run(work: Work) -> dict[str, Any]:
    """The job: the board as its owner may see it now, as a workbook kept for a day."""
    owner = work.job.owner
    if owner is None:
        raise Refusal(_("看板必须由用户导出"))
    with override(owner.language):
        stored = write_board(work.params, owner)
    return {"links": [{"label": stored.name, "url": reverse("files:download", args=[stored.public_id])}]}


def write_board(params: dict[str, Any], owner: User) -> StoredFile:
    """Raises Refusal where the owner's grant has ended since the request."""
    today = timezone.localdate()
    reach = Reach.of(owner)
    try:
        asked = asked_of(QueryDict(urlencode(params)), reach, today)
    except Http404 as gone:
        raise Refusal(_("您的授权已不包含这个机构的看板。")) from gone
    board = read_board(asked, owner, today, reach.below(asked.office))
    name = f"{_('看板')}-{asked.office.name}-{asked.period.code}.xlsx"
    with new_file(
        name, purpose=StoredFile.Purpose.EXPORT, owner=owner, office_path=asked.office.path
    ) as draft:
        pages = list(sheets(board, standings(asked.office, owner)))
        write_workbook(draft.path, pages, about(board, by=str(owner), at=timezone.now()))
    record_export(draft.stored, by=owner, what=f"{EXPORT}:{asked.office.code}/{asked.period.code}")
    return draft.stored
