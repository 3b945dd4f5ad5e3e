"""The copy, handed over at once and kept nowhere: a workbook for people, JSON for programs."""

import datetime as dt
import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.listed import listed
from apps.files.sheets import Column, Sheet, write_workbook
from apps.members.models import Member
from apps.members.ownfile.access import MemberRequest, own_file
from apps.members.ownfile.copied import Copied, columns_of, everything_of, tables, word_of
from apps.members.ownfile.looks import Look, all_looks

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@own_file
@require_http_methods(["GET", "POST"])
def copy(request: MemberRequest) -> HttpResponse:
    """What is in the copy, and the copy itself."""
    if request.method == "POST":
        if request.POST.get("form") == "json":
            return _attached(_as_json(request.member), "application/json", "json")
        return _attached(_as_workbook(request.member), XLSX, "xlsx")
    models = {getattr(table.model, "pgh_tracked_model", table.model) for table in tables().values()}
    names = sorted(str(model._meta.verbose_name) for model in models)
    return render(request, "ownfile/copy.html", {"tables": names})


def _attached(body: bytes, content_type: str, ending: str) -> HttpResponse:
    # The name says nothing of a person: it stands in the browser's list of downloads.
    headers = {"Content-Disposition": f'attachment; filename="my-file.{ending}"'}
    return HttpResponse(body, content_type=content_type, headers=headers)


def _as_json(member: Member) -> bytes:
    held: dict[str, Any] = {
        "made_at": timezone.now().isoformat(),
        "held": everything_of(member),
        "who_looked": [_plain(look) for look in all_looks(member)],
    }
    return json.dumps(held, ensure_ascii=False, indent=2).encode()


def _plain(look: Look) -> dict[str, str]:
    return {
        "at": look.at.isoformat(),
        "office": look.office,
        "role": look.role,
        "who": look.who,
        "what": look.what,
        "why": look.why,
    }


def _as_workbook(member: Member) -> bytes:
    held = everything_of(member)
    sheets = [_sheet(table, held[label]) for label, table in tables().items()]
    about = [(_("导出时间"), f"{timezone.localtime():%Y-%m-%d %H:%M}"), (_("对象"), member.record_number)]
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "copy.xlsx"
        write_workbook(out, [*sheets, _looks_sheet(all_looks(member))], about)
        return out.read_bytes()


def _sheet(table: Copied, rows: Iterable[dict[str, Any]]) -> Sheet:
    columns = columns_of(table)
    return Sheet(
        str(table.model._meta.verbose_name),
        [Column(word_of(column), width=18) for column in columns],
        [[_cell(row[column.name]) for column in columns] for row in rows],
    )


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return listed(value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return "" if value is None else str(value)


def _looks_sheet(looks: list[Look]) -> Sheet:
    titles = [_("时间"), _("机构"), _("角色"), _("姓名"), _("操作"), _("用途")]
    rows = [[_moment(k.at), k.office, k.role, k.who, k.what, k.why] for k in looks]
    return Sheet(_("谁看过"), [Column(title, width=18) for title in titles], rows)


def _moment(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
