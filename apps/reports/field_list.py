"""What a Word template may ask for, with what it gives for the invented figures: the page and the how-to show it."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.reports.document import compose
from apps.reports.example import assessed
from apps.reports.writing import fields

LONGEST_EXAMPLE = 40


class Field(NamedTuple):
    tag: str
    meaning: str | Promise
    example: str


_MEANINGS = {
    "office": _("机构名称"),
    "year": _("年度"),
    "scheme": _("考核方案名称；没有方案时为空"),
    "basis": _("方案文号"),
    "subtitle": _("标题下的数据截至日期"),
    "lead": _("开头一段"),
    "signature": _("落款单位"),
    "date": _("落款日期"),
    "checksum": _("数据校验码"),
    "publication": _("公布编号和校验码；未公布时为空"),
}


def field_list() -> list[Field]:
    """Single values, figures by code, and the lists and blocks that a loop walks."""
    figures = assessed()
    given = fields(figures, compose(figures, "0" * 64))
    return [
        *(
            Field(f"{{{{ {name} }}}}", said, str(given[name])[:LONGEST_EXAMPLE])
            for name, said in _MEANINGS.items()
        ),
        *_of_figures(
            given["value"], given["sides"], {figure.code: figure.name for figure in figures.headline}
        ),
        Field("{%p for line in title %}", _("标题，按行"), "；".join(given["title"])),
        Field("{%p for block in body %}", _("正文全部段落、小标题和表格"), str(len(given["body"]))),
        Field('{%p for block in parts["总体情况"] %}', _("正文的一章，按章名取"), "、".join(given["parts"])),
        Field("{%p for block in annex %}", _("附件中的表格"), str(len(given["annex"]))),
        Field(
            "{%p for each in weak %}{{ each }}", _("需要关注的问题，逐条"), given["weak"][0][:LONGEST_EXAMPLE]
        ),
        Field("{{ weak|length }}", _("条数，用来区分没有、一条、多条的写法"), str(len(given["weak"]))),
        Field(
            "{%p for each in offices %}{{ each.name }}{{ each.total }}{{ each.grade }}",
            _("被考核单位：名称、总分、等次"),
            "、".join(office["name"] for office in given["offices"]),
        ),
    ]


def _of_figures(values: dict[str, str], sides: dict[str, str], names: dict[str, str]) -> list[Field]:
    return [
        *(Field(f'{{{{ value["{code}"] }}}}', names[code], value) for code, value in values.items()),
        *(
            Field(f'{{{{ sides["{code}"] }}}}', names[code], value)
            for code, value in sides.items()
            if "/" in value
        ),
    ]
