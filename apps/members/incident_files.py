"""The list of people an account dealt with, as a workbook: record numbers, moments, deeds."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.files.bulk import Table, write_table
from apps.files.models import StoredFile
from apps.files.sheets import Column
from apps.files.storage import new_file, record_export
from apps.jobs.running import Work
from apps.members.incidents import Touched, people_touched

JOB = "members.people_touched"


def run(work: Work) -> dict[str, Any]:
    """`params`: the account's id and the window, as the page's form read them."""
    auditor = User.objects.get(pk=work.job.owner_id)
    account = User.objects.get(pk=work.params["account"])
    since, until = (dt.datetime.fromisoformat(work.params[key]) for key in ("since", "until"))
    found = people_touched(account, since, until, by=auditor)
    moment = timezone.localtime()
    name = f"{_('涉及的人')}-{moment:%Y%m%d-%H%M}.xlsx"
    with new_file(name, purpose=StoredFile.Purpose.EXPORT, owner=auditor) as draft:
        titles = [_("编号"), _("首次"), _("末次"), _("操作")]
        mark = f"{auditor.name} {moment:%Y-%m-%d %H:%M}"
        table = Table(_("涉及的人"), [Column(title, width=22) for title in titles], _lines(found), mark)
        rows = write_table(draft.path, table, lambda count: _about(account, since, until, count))
    record_export(draft.stored, by=auditor, what="people_touched", rows=rows)
    return {
        "links": [
            {"label": draft.stored.name, "url": reverse("files:download", args=[draft.stored.public_id])}
        ]
    }


def _lines(found: list[Touched]) -> Iterator[Sequence[str]]:
    for person in found:
        yield [person.number, _moment(person.first), _moment(person.last), deeds_in_words(person)]


def deeds_in_words(person: Touched) -> str:
    """查看 3；导出 1."""
    labels = dict(AuditEvent.Action.choices)
    return "；".join(f"{labels[action]} {number}" for action, number in sorted(person.deeds.items()))


def _moment(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


def _about(account: User, since: dt.datetime, until: dt.datetime, count: int) -> list[tuple[str, str]]:
    return [
        (_("用户名"), account.username),
        (_("自"), _moment(since)),
        (_("至（不含）"), _moment(until)),
        (_("人数"), str(count)),
    ]
