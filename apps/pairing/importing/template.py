"""The lists to fill in, always in Chinese: their headings are what the reader of lists knows."""

from typing import IO

from django.utils.translation import override

from apps.files.fill_in import Blank, FillIn, write_fill_in
from apps.members.importing.template import SAMPLE
from apps.members.models import ImportBatch
from apps.pairing.importing.columns import LABELS, ListColumn

_COLUMNS = {
    ImportBatch.Kind.PAIRS: (
        ListColumn.NUMBER,
        ListColumn.NAME,
        ListColumn.TOWN,
        ListColumn.PHONE,
        ListColumn.CADRE,
        ListColumn.START,
        ListColumn.END,
    ),
    ImportBatch.Kind.VISITS: (
        ListColumn.NUMBER,
        ListColumn.DATE,
        ListColumn.CADRE,
        ListColumn.NAME,
        ListColumn.TOWN,
        ListColumn.UNIT,
        ListColumn.KIND,
        ListColumn.CONTENT,
        ListColumn.ASKED,
    ),
    ImportBatch.Kind.TARGETS: (
        ListColumn.NUMBER,
        ListColumn.UNIT,
        ListColumn.CODE,
        ListColumn.CADRE,
        ListColumn.DUE,
    ),
}
_SAMPLES = {
    ImportBatch.Kind.PAIRS: "张三|东镇|13800000000|李干部|2025-01-01|",
    ImportBatch.Kind.VISITS: "2025-03-05|李干部|张三、李四|东镇|示例实业有限公司|走访|了解企业用工情况|希望协调职工子女入学",
    ImportBatch.Kind.TARGETS: "示例实业有限公司|91321283MA1TEST01X|李干部|2026-03-31",
}
_HINTS = {
    ListColumn.CADRE: "姓名；同名的写用户名",
    ListColumn.START: "写到日，如 2025-01-01",
    ListColumn.END: "仍在结对的留空",
    ListColumn.DATE: "写到日，如 2025-03-05",
    ListColumn.KIND: "走访、谈心、座谈或电话",
    ListColumn.CONTENT: "只记事，不评人，最多 300 字",
    ListColumn.ASKED: "作为文字保留，不重新登记为事项",
    ListColumn.UNIT: "团体和单位中登记的全称；走访单位时填写",
    ListColumn.CODE: "有代码的按代码认，没有的按名称认",
    ListColumn.DUE: "可以不填，导入后再分派",
}
_PEOPLE = (
    "认人",
    "按姓名和乡镇认；同名的再写联系电话、出生年月或成员编号。成员须已登记并同意结对联系。",
)
_WHOM = {
    ImportBatch.Kind.PAIRS: _PEOPLE,
    ImportBatch.Kind.VISITS: _PEOPLE,
    ImportBatch.Kind.TARGETS: ("认单位", "先按统一社会信用代码认，再按名称认；单位须已在团体和单位中登记。"),
}
_WIDTHS = {
    ListColumn.NUMBER: 8,
    ListColumn.CONTENT: 44,
    ListColumn.ASKED: 30,
    ListColumn.TOWN: 20,
    ListColumn.UNIT: 34,
    ListColumn.CODE: 24,
}


def write_list_template(out: IO[bytes], kind: ImportBatch.Kind) -> None:
    """The workbook for one kind of list."""
    with override("zh-hans"):
        write_fill_in(
            out,
            FillIn(
                name=str(kind.label),
                columns=[_blank(column) for column in _COLUMNS[kind]],
                samples=[[SAMPLE, *_SAMPLES[kind].split("|")]],
                notes_name="说明",
                notes=[
                    ("填写", "从示例行下面开始填；灰色的示例行（序号为“示例”）不会读入，可以留着。"),
                    _WHOM[kind],
                    ("重复", "已有的不再写入，同一张表导入两次没有影响；导入后三十天内可以撤销。"),
                    ("保密", "本系统为非涉密系统，严禁录入国家秘密和工作秘密。"),
                ],
            ),
        )


def _blank(column: ListColumn) -> Blank:
    options = ("走访", "谈心", "座谈", "电话") if column is ListColumn.KIND else ()
    return Blank(str(LABELS[column]), _WIDTHS.get(column, 16), options, _HINTS.get(column, ""))
