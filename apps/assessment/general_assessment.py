"""The final scores of a round, for the general assessment (综合考核) of a county or city: JSON and xlsx of one content."""

import hashlib
import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.models import Result, Scheme
from apps.core.access import Permission
from apps.core.refusals import Conflict, Refusal
from apps.files.models import StoredFile
from apps.files.sheets import Column, Kind, Sheet, Value, write_workbook
from apps.files.storage import new_file, record_export

# Whoever reads the file asks for these two; a change of any key is a new version.
SCHEMA, VERSION = "tongxin.final-scores", 1
_FIGURES = ("base", "bonus", "deduction", "total")


def may_hand_up(scheme: Scheme, by: User) -> bool:
    """Whoever runs the assessment, once the leader has decided."""
    return scheme.is_final and by.may(Permission.ASSESSMENT_MANAGE, scheme.office)


@transaction.atomic
def export_scores(scheme: Scheme, file_format: str, *, by: User) -> StoredFile:
    """The file, written down as an export. Raises Refusal before the decision, and where a score is still open."""
    if not by.may(Permission.ASSESSMENT_MANAGE, scheme.office):
        raise Refusal(_("得分由考核机构导出"))
    content = final_scores(scheme)
    name = f"{_('最终得分')}-{scheme.code}.{file_format}"
    with new_file(
        name,
        purpose=StoredFile.Purpose.EXPORT,
        owner=by,
        office_path=scheme.office.path,
        content_type=_CONTENT_TYPES.get(file_format, ""),
    ) as draft:
        _WRITERS[file_format](draft.path, content)
    record_export(draft.stored, by=by, what=f"final_scores:{scheme.code}", rows=len(content["results"]))
    return draft.stored


def final_scores(scheme: Scheme) -> dict[str, Any]:
    """What is handed up, with the hash of itself: of the JSON without `sha256`, keys sorted, no spaces, UTF-8."""
    if not scheme.is_final:
        raise Conflict(_("考核结果审定后才能导出最终得分"))
    results = Result.objects.filter(scheme=scheme).select_related("office", "group")
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "version": VERSION,
        "scheme": {
            "code": scheme.code,
            "name": scheme.name,
            "basis": scheme.basis,
            "year": scheme.year,
            "office": scheme.office.code,
            "state": scheme.state,
        },
        "results": [_row(each) for each in results.order_by("group__position", "office__path")],
    }
    return {**content, "sha256": digest_of(content)}


def digest_of(content: dict[str, Any]) -> str:
    """The hash of a file's content, for who made it and for who received it."""
    bare = {key: value for key, value in content.items() if key != "sha256"}
    text = json.dumps(bare, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _row(result: Result) -> dict[str, str]:
    """Numbers as text, so that no reader turns 92.30 into 92.29999."""
    return {
        "group": result.group.name,
        "office": result.office.code,
        "office_name": result.office.name,
        **{name: str(getattr(result, name)) for name in _FIGURES},
        "standing": result.standing,
        "grade": result.grade,
    }


def _write_json(out: Path, content: dict[str, Any]) -> None:
    out.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _write_xlsx(out: Path, content: dict[str, Any]) -> None:
    columns = [
        Column(_("分组"), width=12),
        Column(_("机构代码"), width=14),
        Column(_("机构"), width=20),
        Column(_("基本分"), Kind.POINTS, 10),
        Column(_("加分"), Kind.POINTS, 10),
        Column(_("扣分"), Kind.POINTS, 10),
        Column(_("总分"), Kind.POINTS, 10),
        Column(_("等次"), width=10),
    ]
    scheme = content["scheme"]
    sheet = Sheet(_("最终得分"), columns, [_cells(row) for row in content["results"]], [scheme["name"]])
    about = [
        (_("考核方案"), f"{scheme['code']} {scheme['name']}"),
        (_("依据文号"), scheme["basis"]),
        (_("年度"), str(scheme["year"])),
        (_("格式"), f"{content['schema']} {content['version']}"),
        ("SHA-256", content["sha256"]),
    ]
    write_workbook(out, [sheet], about)


def _cells(row: dict[str, str]) -> Sequence[Value]:
    figures = [Decimal(row[name]) for name in _FIGURES]
    return [row["group"], row["office"], row["office_name"], *figures, row["grade"]]


_WRITERS: dict[str, Callable[[Path, dict[str, Any]], None]] = {"json": _write_json, "xlsx": _write_xlsx}
_CONTENT_TYPES = {"json": "application/json"}
FORMATS = tuple(_WRITERS)
