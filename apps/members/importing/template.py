"""The roster to fill in: drop-downs for what is a closed list, samples that are not read, and the text to sign.

Always in Chinese: its headings are what the reader of rosters knows, and the member signs the Chinese text.
"""

from collections.abc import Sequence
from typing import IO, Any

from django.utils.translation import override

from apps.files.fill_in import Blank, FillIn, write_fill_in
from apps.members.consent_text import CONSENT_TEXTS, CURRENT_VERSION
from apps.members.importing.columns import LABELS, Column
from apps.members.models import Category
from apps.offices.models import TOWN_KINDS, Office

# A change of the columns is a new version; older ones are still read, and named.
VERSION = "2026-1"
VERSION_LABEL = "模板版本"
# In the first cell of a row: not read.
SAMPLE = "示例"
_NOTES = "说明"
_LANGUAGE = "zh-hans"

_HINTS = {
    Column.BIRTH: "写到月即可，如 1978.05 或 1978年5月",
    Column.PHONE: "一格一个号码；手机 11 位，座机写区号",
    Column.CATEGORY: "可选一类；有几类的用“、”隔开",
    Column.ASSOCIATION: "参加的民主党派组织、商会、联谊会、协会；有几个的用“、”隔开",
    Column.CONSENT: "本人签了同意书的填“是”；填“否”的不登记",
    Column.CONSENTED_ON: "本人在同意书上签字的日期，如 2026-11-22",
}
_WIDTHS = {
    Column.NUMBER: 8,
    Column.GENDER: 8,
    Column.EMPLOYER: 28,
    Column.CATEGORY: 22,
    Column.ASSOCIATION: 26,
}
_ORDER = (
    Column.NUMBER,
    Column.NAME,
    Column.GENDER,
    Column.BIRTH,
    Column.PHONE,
    Column.EMAIL,
    Column.EMPLOYER,
    Column.TITLE,
    Column.CATEGORY,
    Column.TOWN,
    Column.ASSOCIATION,
    Column.CONSENT,
    Column.CONSENTED_ON,
)
_SAMPLES = (
    "张三|男|1978.05|13800000000|zhangsan@example.cn|某某机械有限公司|总经理|非公有制经济人士|{town}|某某商会|是|2026-03-01",
    "李四|女|1985年12月|0523-86880000||某某中学|教师|无党派人士|{town}||是|2026-03-01",
)


def write_template(out: IO[bytes], office: Office) -> None:
    """The workbook for one office, with its towns."""
    with override(_LANGUAGE):
        towns = _towns(office)
        write_fill_in(
            out,
            FillIn(
                name="花名册",
                columns=[_blank(column, towns) for column in _ORDER],
                samples=[[SAMPLE, *sample.format(town=towns[0]).split("|")] for sample in _SAMPLES],
                notes_name=_NOTES,
                notes=_notes(office),
                paper_name="同意书",
                paper=_paper(),
            ),
        )


def version_of(tables: Sequence[Any]) -> str:
    """The version of the template that a workbook was made from; "" for any other workbook."""
    for table in tables:
        if table.name == _NOTES:
            for row in table.rows:
                if len(row) > 1 and str(row[0]).strip() == VERSION_LABEL:
                    return str(row[1]).strip()[:20]
    return ""


def _towns(office: Office) -> list[str]:
    below = Office.objects.filter(path__startswith=office.path, kind__in=TOWN_KINDS).order_by("path")
    return list(below.values_list("name", flat=True)) or [office.name]


def _blank(column: Column, towns: Sequence[str]) -> Blank:
    options: dict[Column, Sequence[str]] = {
        Column.GENDER: ("男", "女"),
        Column.CATEGORY: [str(label) for label in Category.labels],
        Column.TOWN: towns,
        Column.CONSENT: ("是", "否"),
    }
    return Blank(
        str(LABELS[column]), _WIDTHS.get(column, 16), options.get(column, ()), _HINTS.get(column, "")
    )


def _notes(office: Office) -> list[tuple[str, str]]:
    return [
        ("用途", f"{office.name}统战成员花名册，填好后在“统战成员—导入花名册”中上传。"),
        (VERSION_LABEL, VERSION),
        (
            "填写",
            "在“花名册”表中从示例行下面开始填，一人一行；灰色的示例行（序号为“示例”）不会读入，可以留着。",
        ),
        ("必填", "姓名，以及联系电话或出生年月中的一项；县（市、区）填报的还要填所在乡镇（街道）。"),
        (
            "同意",
            "本人签字的同意书（见“同意书”表）扫描后随花名册一起上传，写明同意的人员直接在册；没有扫描件的为“待本人确认”，六十天后删除。",
        ),
        (
            "不登记",
            "身份证号、民族、宗教信仰、政治态度、健康状况、家庭住址和备注一律不登记；加了这些列也不会读入、不会保存。",
        ),
        (
            "重复",
            "同名且电话相同，或同名、同出生年月且同一乡镇的，视为同一人：有变化的更新，没有变化的跳过；空白的格子不改动原有内容。",
        ),
        ("保密", "本系统为非涉密系统，严禁录入国家秘密和工作秘密。"),
    ]


def _paper() -> list[str]:
    text = CONSENT_TEXTS[CURRENT_VERSION]
    signing = "姓名（签字）：＿＿＿＿＿＿＿＿＿＿　　　日期：＿＿＿＿年＿＿月＿＿日"
    return [
        text.title,
        *text.paragraphs,
        "本人已了解以上内容，同意登记。",
        *[signing] * 12,
        "见证人（签字，不得为结对干部或所在单位人员）：＿＿＿＿＿＿＿＿",
        text.version,
    ]
