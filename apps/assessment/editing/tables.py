"""A scheme as a workbook of four sheets, and back: the same document as the YAML file, in tables that people fill in.

Several values stand in one cell, each in its line: “0.95 5” for a step, “2 省级” for a level, “5 可复制推广” for a mark.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.assessment.editing.document import Document
from apps.assessment.editing.words import PART_WORDS, RULE_WORDS
from apps.assessment.reading import Finding, as_text
from apps.assessment.schemeyaml import SchemeRefused
from apps.core.listed import listed
from apps.files.sheets import Column, Sheet
from apps.files.tables import Cell, Rows, Table

HEAD, GROUPS, GRADES, ITEMS = "方案", "分组", "等次", "指标"
YES = "是"

# Key of the document → label in the sheet.
HEAD_LABELS = {
    "code": "代码",
    "name": "名称",
    "basis": "依据文号",
    "year": "年度",
    "assessed": "考核对象类别",
    "assessor": "考核机构编码",
}
CALENDAR_LABELS = {
    "open": "启动",
    "entry_deadline": "录入截止",
    "self_statement": "自评（起/止）",
    "review": "审核（起/止）",
    "objection_workdays": "异议期（工作日）",
    "decision": "审定",
    "publish": "公布",
}
SECTION_LABELS = {"name": "部分", "part": "类型", "points": "部分分值", "cap": "部分上限"}
ITEM_LABELS = {
    "name": "指标",
    "points": "分值",
    "groups": "适用分组",
    "rule": "计分规则",
    "metric": "指标数据",
    "declared": "申报数",
    "target": "目标值",
    "unit": "单位",
    "each": "每件分值",
    "cap": "最高分",
    "steps": "分档（数值 得分）",
    "levels": "级别（得分 级别）",
    "judges": "评委人数",
    "drop_extremes": "去掉最高最低分",
    "descriptors": "评分参考（分值 描述）",
    "minimum_answers": "最少有效答卷",
    "spread": "级差",
    "evidence": "须附佐证",
    "text": "说明",
}
_WIDE = {"name": 26, "text": 40, "descriptors": 40, "levels": 20, "steps": 20, "metric": 26}


# Out ----------------------------------------------------------------------------------------------------------------


def sheets_of(document: Document) -> list[Sheet]:
    """The workbook of a document; always in Chinese, as its reader knows the headings."""
    with override("zh-hans"):
        return [
            Sheet(HEAD, [Column("项目", width=20), Column("内容", width=60)], list(_head_rows(document))),
            Sheet(
                GROUPS,
                [Column("组名", width=20), Column("机构编码", width=60)],
                [
                    [group.get("name"), _lines(group.get("offices", []))]
                    for group in document.get("groups", [])
                ],
            ),
            Sheet(
                GRADES,
                [Column("等次"), Column("分数线"), Column("名额比例")],
                [
                    [_cell(grade.get(name)) for name in ("name", "at_least", "quota")]
                    for grade in document.get("grades", [])
                ],
            ),
            Sheet(
                ITEMS,
                [
                    *(Column(label, width=_WIDE.get(name, 12)) for name, label in SECTION_LABELS.items()),
                    *(Column(label, width=_WIDE.get(name, 12)) for name, label in ITEM_LABELS.items()),
                ],
                list(_item_rows(document)),
            ),
        ]


def _head_rows(document: Document) -> Iterable[list[str | None]]:
    for name, label in HEAD_LABELS.items():
        yield [label, _cell(document.get(name))]
    for name, label in CALENDAR_LABELS.items():
        yield [label, _cell(document.get("calendar", {}).get(name))]


def _item_rows(document: Document) -> Iterable[list[str | None]]:
    for section in document.get("indicators", []):
        first = [_cell(_section_value(section, name)) for name in SECTION_LABELS]
        for item in section.get("items", []) or [{}]:
            yield [*first, *(_cell(_item_value(item, name)) for name in ITEM_LABELS)]


def _section_value(section: Document, name: str) -> Any:
    if name == "part":
        part = "bonus" if section.get("bonus") else "deduction" if section.get("deduction") else "base"
        return PART_WORDS[part]
    points = section.get(name)
    if isinstance(points, dict):
        return [[worth, group] for group, worth in points.items()]
    return points


def _item_value(item: Document, name: str) -> Any:
    value = item.get(name)
    if name == "rule":
        return RULE_WORDS.get(str(value), value)
    if name == "levels":
        return [[points, level] for level, points in value or []]
    return value == "required" if name == "evidence" else value


def _cell(value: Any) -> str | None:
    """Text throughout, so that codes keep their digits and numbers theirs."""
    if value is None or value is False or value == []:
        return None
    if value is True:
        return YES
    return _lines(value) if isinstance(value, list) else str(value)


def _lines(values: Sequence[Any]) -> str:
    return "\n".join(" ".join(map(str, each)) if isinstance(each, list) else str(each) for each in values)


# In -----------------------------------------------------------------------------------------------------------------


def document_of_tables(tables: Sequence[Table]) -> Document:
    """The document of a workbook; `check` says what is wrong in it. Raises SchemeRefused where a sheet is missing."""
    found = {table.name.strip(): table.rows for table in tables}
    missing = [name for name in (HEAD, GROUPS, GRADES, ITEMS) if name not in found]
    if missing:
        words = {"names": listed(missing)}
        raise SchemeRefused([Finding("", _("工作簿里没有工作表：%(names)s；请先导出一份作样本") % words)])
    head = {_text(row[0]): row[1] for row in found[HEAD] if len(row) > 1 and _text(row[0])}
    document: Document = {name: _text(head.get(label, "")) for name, label in HEAD_LABELS.items()}
    document["year"] = _plain(document["year"])
    calendar = {name: _plain(head.get(label, "")) for name, label in CALENDAR_LABELS.items()}
    return _filled(document) | {
        "groups": [
            _filled({"name": _text(row["组名"]), "offices": _split(row["机构编码"])})
            for row in _rows(found[GROUPS], ("组名", "机构编码"), GROUPS)
        ],
        "calendar": _filled(calendar),
        "grades": [
            _filled(
                {
                    "name": _text(row["等次"]),
                    "at_least": _plain(row["分数线"]),
                    "quota": _plain(row["名额比例"]),
                }
            )
            for row in _rows(found[GRADES], ("等次", "分数线", "名额比例"), GRADES)
        ],
        "indicators": _sections(found[ITEMS]),
    }


def _rows(rows: Rows, labels: Iterable[str], sheet: str) -> list[dict[str, Cell]]:
    """The rows below the headings, by heading. Raises SchemeRefused where a heading is missing."""
    headings = [_text(cell) for cell in rows[0]] if rows else []
    missing = [label for label in labels if label not in headings]
    if missing:
        words = {"names": listed(missing)}
        raise SchemeRefused([Finding(sheet, _("没有这些列：%(names)s") % words)])
    return [dict(zip(headings, row, strict=False)) for row in rows[1:] if any(cell != "" for cell in row)]


def _sections(rows: Rows) -> list[Document]:
    """Rows of one section follow each other; an empty cell of a section's own columns repeats the one above."""
    sections: list[Document] = []
    for row in _rows(rows, [SECTION_LABELS["name"], ITEM_LABELS["name"], ITEM_LABELS["rule"]], ITEMS):
        name = _text(row.get(SECTION_LABELS["name"], ""))
        if not sections or (name and name != sections[-1].get("name", "")):
            sections.append(_section(row))
        item = _item(row)
        if item:
            sections[-1]["items"].append(item)
    return sections


def _section(row: dict[str, Cell]) -> Document:
    part = _code(PART_WORDS, _text(row.get(SECTION_LABELS["part"], "")))
    points = row.get(SECTION_LABELS["points"], "")
    by_group = _marks(points) if "\n" in str(points) or " " in str(points).strip() else None
    section = _filled(
        {
            "name": _text(row.get(SECTION_LABELS["name"], "")),
            "points": {pair[-1]: pair[0] for pair in by_group} if by_group else _plain(points),
            "cap": _plain(row.get(SECTION_LABELS["cap"], "")),
        }
    )
    if part in {"bonus", "deduction"}:
        section[part] = True
    return {**section, "items": []}


def _item(row: dict[str, Cell]) -> Document:
    values = {
        name: _ITEM_READERS.get(name, _plain)(row.get(label, "")) for name, label in ITEM_LABELS.items()
    }
    return _filled(values)


def _pairs(cell: Cell) -> list[list[Any]]:
    """Lines of a number and what it is for."""
    return [[_plain(part) for part in line.split(maxsplit=1)] for line in _split(cell)]


def _turned(cell: Cell) -> list[list[Any]]:
    return [pair[::-1] for pair in _marks(cell)]


def _marks(cell: Cell) -> list[list[Any]]:
    """Lines of points and words: the words stay words, whatever they look like."""
    rows = [line.split(maxsplit=1) for line in _split(cell)]
    return [[_plain(row[0]), *row[1:]] for row in rows]


def _yes(cell: Cell) -> Any:
    return True if _text(cell) == YES else None if _text(cell) in {"", "否"} else _text(cell)


def _required(cell: Cell) -> Any:
    return "required" if _yes(cell) is True else _yes(cell)


def _text(cell: Cell) -> str:
    value = int(cell) if isinstance(cell, float) and cell.is_integer() else cell
    return as_text(value) or ""


def _split(cell: Cell) -> list[str]:
    return [line.strip() for line in _text(cell).splitlines() if line.strip()]


def _plain(cell: Cell) -> Any:
    """A number where the cell holds one, a day as 2026-01-15, else the text; None for an empty cell."""
    if isinstance(cell, dt.datetime | dt.date):
        return cell.isoformat()[:10]
    text = _text(cell)
    try:
        number = float(text)
    except ValueError:
        return text or None
    if number != number or abs(number) >= 1e9 or "e" in text.lower() or "_" in text:
        return text
    return int(number) if number.is_integer() else number


def _code(words: dict[str, str], word: str) -> str:
    return next((code for code, known in words.items() if known == word), word)


def _filled(values: Document) -> Document:
    return {name: value for name, value in values.items() if value is not None and value not in ("", [])}


_ITEM_READERS: dict[str, Callable[[Cell], Any]] = {
    "name": lambda cell: _text(cell),
    "groups": lambda cell: _split(cell),
    "rule": lambda cell: _code(RULE_WORDS, _text(cell)),
    "metric": lambda cell: _text(cell),
    "declared": _yes,
    "unit": lambda cell: _text(cell),
    "steps": _pairs,
    "levels": _turned,
    "drop_extremes": _yes,
    "descriptors": _marks,
    "evidence": _required,
    "text": lambda cell: _text(cell),
}
