"""What the columns of pair lists, ledgers and lists of organizations mean, by their headings and by what stands in them."""

import re
from enum import StrEnum, auto

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.members.importing.columns import NOT_KEPT
from apps.members.importing.looks import (
    ASSOCIATION,
    EMPLOYER,
    TOWN,
    is_credit_code,
    is_date,
    is_name,
    is_phone,
    written,
)
from apps.members.importing.vocabulary import Fit, Vocabulary
from apps.pairing.models import VisitKind

SEPARATORS = re.compile(r"[、,，;；\n]+")

KINDS = {
    word: kind
    for kind, words in {
        VisitKind.HOME_VISIT: "走访|上门|上门走访|入户|入户走访|家访|实地走访|走访慰问|慰问|拜访|登门|登门拜访",
        VisitKind.TALK: "谈心|谈心谈话|谈话|面谈|交心谈心|谈心交流|交流谈心",
        VisitKind.FORUM: "座谈|座谈会|集体座谈",
        VisitKind.PHONE: "电话|电话联系|线上|电话线上|微信|微信联系|视频|短信|通话|网络|线上联系",
    }.items()
    for word in words.split("|")
}


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


LABELS: dict[ListColumn, Promise] = {
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


# What a heading contains; the more telling first. Whoever visits stands before whoever is visited: 走访人员姓名.
_CONTAINED: dict[ListColumn, str] = {
    ListColumn.RECORD: "(?:成员|登记|档案)编号",
    ListColumn.PHONE: "电话|手机",
    ListColumn.BIRTH: "出生(?!地)|生日",
    ListColumn.TOWN: "乡镇|镇街|街道",
    ListColumn.CODE: "信用代码",
    ListColumn.DATE: "(?:走访|联系|谈心|座谈|活动).{0,3}(?:日期|时间)",
    ListColumn.START: "(?:结对|开始|起始).{0,4}(?:日期|时间)",
    ListColumn.END: "(?:结束|终止|截止).{0,4}(?:日期|时间)",
    ListColumn.DUE: "(?:完成|走访).{0,3}(?:期限|时限)",
    ListColumn.KIND: "(?:走访|联系|谈心|活动).{0,3}(?:方式|形式|类型)",
    ListColumn.CONTENT: "(?:走访|联系|谈心|谈话|交流|座谈|活动).{0,4}(?:内容|情况|记录|要点)",
    ListColumn.ASKED: "诉求|意见|建议",
    ListColumn.UNIT: "(?:企业|公司|单位)(?:名称|全称)$",
    ListColumn.CADRE: "干部|领导|责任人|(?:走访|联系|谈心|结对|挂钩|包联)人员?(?:姓名)?$",
    ListColumn.NAME: "(?:成员|人士|对象)(?:姓名)?$|^姓名",
}
_OTHERS = re.compile(
    "配偶|丈夫|妻子|爱人|子女|儿子|女儿|父亲|母亲|父母|家属|亲属|亲友|紧急|监护|家庭成员|介绍人|推荐人|填表|制表|审核|经办|"
    "(?:干部|领导|联系人|责任人|走访人|谈心人).{0,4}(?:电话|手机|职务|职级|单位|部门|方式)"
)


def is_unit(value: object) -> bool:
    """Whether a value is written as organizations are: 某某有限公司, 某某商会."""
    return any(written(pattern)(value) for pattern in (EMPLOYER, ASSOCIATION))


def _are_names(value: object) -> bool:
    """张三、李四; in a ledger an organization may stand among those who were visited."""
    parts = [part for part in SEPARATORS.split(value) if part.strip()] if isinstance(value, str) else []
    return bool(parts) and all(is_name(part) or is_unit(part.strip()) for part in parts)


_FITS: dict[ListColumn, Fit] = {
    ListColumn.NAME: is_name,
    ListColumn.PHONE: is_phone,
    ListColumn.BIRTH: is_date,
    ListColumn.TOWN: written(TOWN),
    ListColumn.CADRE: is_name,
    ListColumn.START: is_date,
    ListColumn.END: is_date,
    ListColumn.DATE: is_date,
    ListColumn.KIND: lambda value: isinstance(value, str) and value.strip() in KINDS,
    ListColumn.UNIT: is_unit,
    ListColumn.CODE: is_credit_code,
    ListColumn.DUE: is_date,
}


def _vocabulary(
    words: dict[ListColumn, str],
    *,
    names: tuple[ListColumn, ...],
    no_head: Promise,
    day: ListColumn,
    spread: tuple[ListColumn, ...],
    needed: tuple[ListColumn, ...] = (),
    varied: tuple[ListColumn, ...] = (),
    fits: dict[ListColumn, Fit] | None = None,
    fewest: int = 2,
) -> Vocabulary[ListColumn]:
    """The columns of one kind of list; `day`: what a date without a heading is."""
    fit = {column: look for column, look in {**_FITS, **(fits or {})}.items() if column in words}
    telling = (*names, ListColumn.CADRE, ListColumn.PHONE, ListColumn.TOWN, ListColumn.KIND, ListColumn.CODE)
    return Vocabulary(
        column=ListColumn,
        labels={column: LABELS[column] for column in words},
        words=words,
        contained=[
            (column, re.compile(pattern)) for column, pattern in _CONTAINED.items() if column in words
        ],
        fits=fit,
        names=names,
        number=ListColumn.NUMBER,
        needed=needed,
        others=_OTHERS,
        not_kept=NOT_KEPT,
        no_head=no_head,
        fewest=fewest,
        texts=(ListColumn.CONTENT, ListColumn.ASKED),
        free=(ListColumn.NUMBER, ListColumn.RECORD, ListColumn.CONTENT, ListColumn.ASKED),
        telling=tuple(column for column in telling if column in fit),
        telling_alone=(day,),
        contradicting=tuple(column for column in (*telling, day) if column in fit),
        varied=varied,
        spread=frozenset(spread),
    )


PAIRS = _vocabulary(
    _PAIR,
    no_head=_("没有找到结对表的表头：要有成员姓名、结对干部、开始日期。请改好表头，或下载模板填写。"),
    names=(ListColumn.NAME,),
    needed=(ListColumn.CADRE, ListColumn.START),
    day=ListColumn.START,
    spread=(ListColumn.CADRE, ListColumn.TOWN, ListColumn.START, ListColumn.END),
    varied=(ListColumn.NAME,),
)
VISITS = _vocabulary(
    _VISIT,
    no_head=_(
        "没有找到走访台账的表头：要有日期、干部、走访对象或走访单位、方式。请改好表头，或下载模板填写。"
    ),
    names=(ListColumn.NAME, ListColumn.UNIT),
    needed=(ListColumn.DATE, ListColumn.CADRE, ListColumn.KIND),
    day=ListColumn.DATE,
    spread=(ListColumn.DATE, ListColumn.CADRE, ListColumn.TOWN, ListColumn.KIND),
    fits={ListColumn.NAME: _are_names},
)
TARGETS = _vocabulary(
    _TARGET,
    no_head=_("没有找到走访单位名单的表头：要有单位名称。请改好表头，或下载模板填写。"),
    names=(ListColumn.UNIT,),
    day=ListColumn.DUE,
    spread=(ListColumn.CADRE, ListColumn.DUE),
    fewest=1,
)
