"""Reads the official list of divisions: code,name,level,parent_code. All of it or nothing."""

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.access import SYSTEM
from apps.core.listed import listed
from apps.offices.actions import add_office, rename_office
from apps.offices.kinds import BELOW, LEVELS, kind_of, takes_part_by_itself
from apps.offices.models import Office, OfficeKind

COLUMNS = ("code", "name", "level", "parent_code")
CODE = re.compile(r"[0-9A-Za-z-]{1,20}")
LONGEST_NAME = 60
# More than any province has; a larger file is no list of offices.
MOST_ROWS = 100_000


class Finding(NamedTuple):
    """What is wrong in which line of the file (the header is line 1)."""

    line: int
    message: str


class BadFile(Exception):
    """The file cannot be loaded; `findings` say where and why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = findings


@dataclass(frozen=True)
class Row:
    line: int
    code: str
    name: str
    level: str
    parent_code: str

    @property
    def kind(self) -> OfficeKind:
        return kind_of(self.level, self.name)


class Loaded(NamedTuple):
    """How many offices were new, were renamed, and stood as they are."""

    new: int
    renamed: int
    unchanged: int


def read_rows(content: bytes) -> list[Row]:
    """The rows of the file. Raises BadFile for what is no list of offices. UTF-8, or what Excel here writes."""
    reader = csv.DictReader(io.StringIO(_text(content), newline=""))
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or [])]
    if missing:
        raise BadFile([Finding(1, _("缺少列：%s") % listed(missing))])
    rows = []
    try:
        for cells in reader:
            if reader.line_num > MOST_ROWS:
                raise BadFile([Finding(reader.line_num, _("行数太多，不是机构名录"))])
            values = {column: (cells[column] or "").strip() for column in COLUMNS}
            if any(values.values()):
                rows.append(Row(line=reader.line_num, **values))
    except csv.Error:
        raise BadFile([Finding(reader.line_num, _("无法解析这一行"))]) from None
    return rows


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadFile([Finding(1, _("文件不是文本，请另存为 CSV（UTF-8）"))])


@transaction.atomic
def load_offices(content: bytes, *, takes_part_from: dt.date) -> Loaded:
    """Add the offices that are new and rename those whose name changed. Loading the same file again does nothing.

    Raises BadFile, with every bad line, and then has changed nothing. Kinds that were corrected by hand stay;
    an office that stands under another parent than in the file is a finding: moving is a decision.
    """
    rows = read_rows(content)
    known = {office.code: office for office in Office.objects.with_parent_code()}
    if findings := _findings(rows, known):
        raise BadFile(sorted(findings))
    renamed = 0
    for row in rows:
        if row.code in known and known[row.code].name != row.name:
            rename_office(office=known[row.code], name=row.name, by=SYSTEM)
            renamed += 1
    new = _add_all([row for row in rows if row.code not in known], takes_part_from)
    return Loaded(new, renamed, len(rows) - new - renamed)


def _add_all(rows: list[Row], takes_part_from: dt.date) -> int:
    """Parents before children, else in the order of the file."""
    for row in sorted(rows, key=lambda row: (LEVELS.index(row.level), row.line)):
        since = takes_part_from if takes_part_by_itself(row.kind) else None
        fields: dict[str, Any] = {
            "code": row.code,
            "name": row.name,
            "kind": row.kind,
            "takes_part_from": since,
        }
        if row.parent_code:
            parent = Office.objects.get(code=row.parent_code)
            add_office(parent=parent, by=SYSTEM, **fields)
        else:
            Office.objects.add_root(create_kwargs=fields)
    return len(rows)


def _findings(rows: list[Row], known: dict[str, Office]) -> list[Finding]:
    """Every line that is wrong by itself, and every line that does not fit the others or the tree that is there."""
    findings = [Finding(row.line, message) for row in rows for message in _wrong_in_itself(row)]
    if findings:
        return findings
    first: dict[str, Row] = {}
    for row in rows:
        earlier = first.setdefault(row.code, row)
        if earlier is not row:
            findings.append(Finding(row.line, _("代码与第 %s 行重复") % earlier.line))
    findings += [Finding(row.line, message) for row in rows for message in _wrong_place(row, first, known)]
    roots = {row.code for row in rows if not row.parent_code} | {
        office.code for office in known.values() if office.depth == 1
    }
    if len(roots) != 1:
        line = max((row.line for row in rows if not row.parent_code), default=1)
        findings.append(Finding(line, _("应有且只有一个最上级机构（parent_code 为空）")))
    return findings


def _wrong_in_itself(row: Row) -> list[str]:
    wrong = []
    if not CODE.fullmatch(row.code):
        wrong.append(_("代码应为 1 至 20 位数字、字母或横线"))
    if not 0 < len(row.name) <= LONGEST_NAME or not row.name.isprintable():
        wrong.append(_("名称应为 1 至 60 个字，不含控制字符"))
    if row.level not in LEVELS:
        wrong.append(_("级别应为 %s 之一") % listed(LEVELS))
    return wrong


def _wrong_place(row: Row, in_file: dict[str, Row], known: dict[str, Office]) -> list[str]:
    if not row.parent_code:
        return [] if row.kind == OfficeKind.CITY else [_("只有市可以没有上级")]
    above = in_file.get(row.parent_code) or known.get(row.parent_code)
    if above is None:
        return [_("找不到上级机构 %s") % row.parent_code]
    wrong = []
    if row.kind not in BELOW[above.kind]:
        below = {"parent": OfficeKind(above.kind).label, "kind": row.kind.label}
        wrong.append(_("%(parent)s之下不能设%(kind)s") % below)
    there = known.get(row.code)
    if there is not None and there.parent_code != row.parent_code:
        wrong.append(_("现隶属 %s；隶属变化请在机构页面办理") % there.parent_code)
    return wrong
