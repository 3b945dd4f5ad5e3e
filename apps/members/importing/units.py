"""Where the name of a work unit ends: for columns that hold unit and department, or unit and post, in one."""

import re

# Words with which names of work units end.
UNIT_ENDS = (
    "公司|厂|医院|卫生院|学校|中学|小学|大学|学院|幼儿园|局|委员会|中心|事务所|合作社|银行|支行|研究所|研究院|工作室|集团|超市|商行|门店|"
    "经营部|政府|法院|检察院|农场|传媒|诊所|酒店|饭店|农科所|图书馆|文化馆|博物馆|商会|协会|工商联"
)
TITLE_ENDS = (
    "经理|董事长?|主任|[局处科股所院校厂行会社部组园馆台站队]长|教师|教授|讲师|老师|[医药护]师|护士长?|医生|工程师|会计师?|律师|主席|主管|"
    "秘书长?|总裁|总监|研究员|理事|监事|负责人|职员|员工|店主|技术员|农艺师|合伙人|法人|法定代表人|创始人|编辑|记者|画家|书法家|科员|"
    "调研员|书记|委员|顾问|助理|干事|经济师|设计师|建筑师|造价师|主播|村医"
)
_UNIT_AND_TITLE = re.compile(
    rf"(.{{1,60}}(?:{UNIT_ENDS}))[\s,，、:：/-]*(.{{0,40}}(?:{TITLE_ENDS})(?:[（(].{{1,12}}[)）])?)"
)
_SPACED = re.compile(rf"(.{{2,80}})[\s,，/]+(\S{{0,20}}(?:{TITLE_ENDS}))")
_UNIT_AND_REST = re.compile(
    rf"(.{{1,60}}(?:{UNIT_ENDS}))[\s,，、/-]*(?=.+(?:部|科|处|室|系|组|中心|车间|所|股|办)$)"
)


def split_title(words: str) -> tuple[str, str]:
    """泰兴市人民医院副院长 → the unit and the post. Where nothing tells them apart all is the unit."""
    found = _UNIT_AND_TITLE.fullmatch(words) or _SPACED.fullmatch(words)
    return (found[1].strip(), found[2].strip()) if found else (words, "")


def without_department(words: str) -> str:
    """泰兴市人民医院内科 → 泰兴市人民医院: the registry knows units, not their departments."""
    found = _UNIT_AND_REST.match(words)
    return found[1] if found else words
