"""Words for what files write in code: kinds of rules, parts of a scheme."""

from django.utils.translation import gettext_lazy as _

# In workbooks these words are read back, so that they stay Chinese there.
RULE_WORDS = {
    "ratio": "按比例",
    "ladder": "分档",
    "per_item": "按件",
    "ladder_items": "按级别",
    "cumulative_items": "逐级累计",
    "deduct": "按件扣分",
    "judged": "评委评议",
    "survey": "满意度测评",
    "manual": "人工评定",
    "rank": "组内名次",
}
PART_WORDS = {"base": "基本分", "bonus": "加分", "deduction": "扣分"}

# For people who choose: the kind, and when it fits.
RULE_CHOICES = [
    ("ratio", _("按比例"), _("达到目标得满分，不足的按比例")),
    ("ladder", _("分档"), _("达到哪一档得哪一档的分")),
    ("per_item", _("按件"), _("每件若干分，封顶")),
    ("ladder_items", _("按级别"), _("每个事项按最高级别计一次")),
    ("cumulative_items", _("逐级累计"), _("同一事项逐级加分")),
    ("deduct", _("按件扣分"), _("只用于扣分部分")),
    ("judged", _("评委评议"), _("评委独立打分取平均")),
    ("survey", _("满意度测评"), _("成员对机构服务的满意率")),
    ("manual", _("人工评定"), _("完成、部分完成、未完成")),
    ("rank", _("组内名次"), _("按组内名次等距给分")),
]

# Keys of the file as places of findings.
PLACE_WORDS = {
    "code": _("代码"),
    "name": _("名称"),
    "basis": _("依据文号"),
    "year": _("年度"),
    "assessed": _("考核对象"),
    "assessor": _("考核机构"),
    "groups": _("分组"),
    "offices": _("单位"),
    "calendar": _("日程"),
    "open": _("启动"),
    "entry_deadline": _("录入截止"),
    "self_statement": _("自评"),
    "review": _("审核"),
    "objection_workdays": _("异议期"),
    "decision": _("审定"),
    "publish": _("公布"),
    "grades": _("等次"),
    "at_least": _("分数线"),
    "quota": _("名额比例"),
    "indicators": _("指标体系"),
    "items": _("指标"),
    "points": _("分值"),
    "cap": _("上限"),
    "rule": _("计分规则"),
    "metric": _("数据来源"),
    "declared": _("申报数"),
    "target": _("目标值"),
    "unit": _("计量单位"),
    "each": _("每件分值"),
    "steps": _("分档"),
    "levels": _("级别"),
    "judges": _("评委人数"),
    "drop_extremes": _("去掉最高最低分"),
    "descriptors": _("评分参考"),
    "minimum_answers": _("最少有效答卷"),
    "spread": _("级差"),
    "evidence": _("佐证"),
    "text": _("补充说明"),
}
