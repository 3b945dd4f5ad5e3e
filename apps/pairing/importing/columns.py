"""What the columns of pair lists and ledgers mean, by the words of their headings. Anything else is emptied, not kept."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum, auto

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.members.importing.columns import plain


class ListColumn(StrEnum):
    NUMBER = auto()
    NAME = auto()
    RECORD = auto()
    PHONE = auto()
    BIRTH = auto()
    TOWN = auto()
    CADRE = auto()
    START = auto()
    END = auto()
    DATE = auto()
    KIND = auto()
    CONTENT = auto()
    ASKED = auto()
    UNIT = auto()
    CODE = auto()
    DUE = auto()


LABELS: dict[ListColumn, str | Promise] = {
    ListColumn.NUMBER: _("序号"),
    ListColumn.NAME: _("成员姓名"),
    ListColumn.RECORD: _("成员编号"),
    ListColumn.PHONE: _("联系电话"),
    ListColumn.BIRTH: _("出生年月"),
    ListColumn.TOWN: _("所在乡镇（街道）"),
    ListColumn.CADRE: _("结对干部"),
    ListColumn.START: _("开始日期"),
    ListColumn.END: _("结束日期"),
    ListColumn.DATE: _("日期"),
    ListColumn.KIND: _("方式"),
    ListColumn.CONTENT: _("内容"),
    ListColumn.ASKED: _("诉求建议"),
    ListColumn.UNIT: _("单位名称"),
    ListColumn.CODE: _("统一社会信用代码"),
    ListColumn.DUE: _("完成期限"),
}

_PERSON: dict[ListColumn, str] = {
    ListColumn.NUMBER: "序号|序|no|no.|行号",
    ListColumn.NAME: "姓名|成员|成员姓名|人员姓名|统战成员|统战成员姓名|代表人士|代表人士姓名|结对对象|结对成员|结对人士|联系对象|"
    "联系对象姓名|走访对象|走访对象姓名|被走访人|谈心对象|走访成员|联谊对象|联系成员|联系人士|对象",
    ListColumn.RECORD: "编号|成员编号|登记编号|档案编号",
    ListColumn.PHONE: "联系电话|手机|手机号|手机号码|电话|成员电话|对象电话|本人电话",
    ListColumn.BIRTH: "出生年月|出生日期|生日",
    ListColumn.TOWN: "所在乡镇|所在乡镇街道|乡镇|乡镇街道|镇街|镇街道|街道|所属乡镇|所属镇街|属地|所在镇|所在镇街|所在镇街道",
    ListColumn.CADRE: "干部|干部姓名|结对干部|结对干部姓名|结对人|联系干部|联系干部姓名|联系人|联系领导|结对领导|包联干部|挂钩干部|统战干部|"
    "责任人|责任干部|走访人|走访人员|走访干部|谈心人|用户名|干部用户名",
}
_PAIR = {
    **_PERSON,
    ListColumn.START: "开始日期|开始时间|结对日期|结对时间|结对开始日期|结对起始|起始日期|起始时间|起|自",
    ListColumn.END: "结束日期|结束时间|终止日期|结对结束日期|止|至",
}
_VISIT = {
    **_PERSON,
    ListColumn.DATE: "日期|时间|走访日期|走访时间|联系日期|联系时间|谈心时间|谈心日期|活动时间",
    ListColumn.KIND: "方式|走访方式|联系方式|走访形式|联系形式|形式|类型|走访类型|种类",
    ListColumn.CONTENT: "内容|走访内容|谈话内容|谈心内容|联系内容|主要内容|走访情况|联系情况|情况|交流内容|走访记录",
    ListColumn.ASKED: "诉求|诉求建议|意见建议|反映问题|反映情况|困难诉求|诉求和建议|问题诉求|意见和建议",
}
_UNIT = {
    ListColumn.UNIT: "单位名称|单位全称|企业名称|企业全称|走访单位|走访企业|走访单位名称|走访企业名称|受访单位|受访企业|被走访单位|被走访企业|"
    "联系单位|联系企业|团体名称|团体和单位|公司名称",
    ListColumn.CODE: "统一社会信用代码|社会信用代码|信用代码|统一信用代码|统一代码",
}
_VISIT |= _UNIT
_TARGET = {
    ListColumn.NUMBER: _PERSON[ListColumn.NUMBER],
    **_UNIT,
    ListColumn.UNIT: f"{_UNIT[ListColumn.UNIT]}|名称|企业|单位",
    ListColumn.CADRE: _PERSON[ListColumn.CADRE],
    ListColumn.DUE: "完成期限|期限|完成日期|完成时间|走访期限|走访时限|时限",
}


@dataclass(frozen=True)
class Vocabulary:
    """The headings of one kind of list. `needed` must all be there, and one of `either`; `spread` are filled down merged cells."""

    words: dict[ListColumn, str]
    needed: tuple[ListColumn, ...]
    spread: tuple[ListColumn, ...]
    either: tuple[ListColumn, ...] = ()

    def missing(self, found: Collection[ListColumn]) -> list[ListColumn]:
        """What must be there and is not."""
        lacks = [column for column in self.needed if column not in found]
        return lacks if not self.either or set(self.either) & set(found) else [*lacks, self.either[0]]

    def column_of(self, heading: str) -> ListColumn | None:
        """姓名（必填） and 结对 干部 are known as 姓名 and 结对干部."""
        exact = {word: column for column, words in self.words.items() for word in words.split("|")}
        return exact.get(plain(heading)) or exact.get(plain(heading.replace("(", "（").split("（")[0]))


PAIRS = Vocabulary(
    _PAIR,
    (ListColumn.NAME, ListColumn.CADRE, ListColumn.START),
    (ListColumn.CADRE, ListColumn.TOWN, ListColumn.START, ListColumn.END),
)
VISITS = Vocabulary(
    _VISIT,
    (ListColumn.DATE, ListColumn.CADRE, ListColumn.KIND),
    (ListColumn.DATE, ListColumn.CADRE, ListColumn.TOWN, ListColumn.KIND),
    either=(ListColumn.NAME, ListColumn.UNIT),
)
TARGETS = Vocabulary(_TARGET, (ListColumn.UNIT,), (ListColumn.CADRE, ListColumn.DUE))
