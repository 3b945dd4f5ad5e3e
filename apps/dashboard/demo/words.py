"""Invented people and matters: every name, firm and sentence here is made up."""

from random import Random

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
DOUBLE_SURNAMES = ("欧阳", "上官", "诸葛", "司马", "尉迟")
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红文斌波辉晨宇轩梓涵雨欣怡思嘉俊浩然博雅琪瑶诗萱可心诚立建国志成学海云鹏飞翔凯瑞泽林森松柏江河清泉源远航程光耀庆春夏冬梅竹菊荷"
FIRMS = ("凤栖", "溱源", "海晏", "江畔", "泽丰", "同舟", "禾盛", "青桐", "瑞禾", "长汀", "云岫", "晴川")
TRADES = (
    "纺织有限公司", "精密机械厂", "电子商务中心", "农业合作社", "医药科技有限公司", "会计师事务所",
    "律师事务所", "传媒工作室", "建筑设计院", "职业学校", "中医门诊部", "新材料有限公司",
)  # fmt: skip
TITLES = (
    "董事长",
    "总经理",
    "副总经理",
    "工程师",
    "会计师",
    "教师",
    "主任医师",
    "理事",
    "合伙人",
    "主播",
    "设计师",
    "农艺师",
)
COMMUNITY_NAMES = (
    "东兴",
    "新民",
    "和平",
    "向阳",
    "河滨",
    "双桥",
    "兴旺",
    "长安",
    "南园",
    "北街",
    "金桥",
    "友谊",
    "前进",
    "永安",
)

TALK_TEXTS = (
    "谈到新产线招工情况，想了解技能培训补贴怎样申请。",
    "介绍近期惠企政策，约定下月一起到政务大厅咨询。",
    "听取对园区配套食堂的意见，已记下三条。",
    "交流行业协会换届筹备情况。",
    "说起孩子转学手续，答应帮助联系教育局窗口。",
    "谈合作社销路，商量参加年货节展销。",
)
VISIT_TEXTS = (
    "到厂区走访，看了新投产的车间，了解用电需求。",
    "到工作室走访，了解直播助农项目进展。",
    "到诊所走访，商量义诊安排。",
    "到学校走访，讨论校企合作课程。",
    "到合作社走访，看了冷库建设进度。",
)
PHONE_TEXTS = ("电话问候，确认活动时间。", "线上沟通政策申报材料。", "电话答复上次咨询的事项。")
FORUM_TEXTS = ("参加新阶层联谊座谈，交流行业情况。", "参加营商环境座谈，提出两条建议。")
REQUESTS = (
    "厂门口道路夜间照明不足，希望协调加装路灯。", "申请稳岗补贴材料被退回，希望了解原因。",
    "合作社冷库用电增容审批时间长，希望协调。", "希望协调园区公交站点延伸到厂区。", "希望帮助联系高校对接技术难题。",
)  # fmt: skip
SUGGESTIONS = (
    "建议政务大厅开设周末预约办理窗口。", "建议每季度公布一次惠企政策清单。", "建议老街改造保留传统门面。",
    "建议在社区设立法律咨询日。", "建议统一农产品区域品牌包装。",
)  # fmt: skip
QUESTIONS = ("咨询高新技术企业认定条件。", "咨询归国人员学历认证办理地点。", "咨询台企用工社保政策。")
ANSWERS = (
    "已协调有关部门办理，情况已向本人说明。",
    "已电话说明政策和办理地点。",
    "已列入下一年度计划，书面答复本人。",
)
ACTIVITY_TITLES = {
    "service": ("“同心”义诊进社区", "法律咨询服务日", "惠企政策面对面", "助农直播服务"),
    "fellowship": ("新春联谊茶话会", "中秋联谊会", "新阶层人士交流会", "企业家沙龙"),
    "study": ("统一战线知识培训班", "党外人士读书会"),
    "publicity": ("统战政策宣讲", "民营经济政策宣讲"),
    "plenary": ("统战工作领导小组全体会议",),
    "topical": ("民营经济统战工作专题会议", "新的社会阶层人士工作专题会议"),
}


def person_name(random: Random) -> str:
    """A two- to four-character invented name."""
    surname = random.choice(DOUBLE_SURNAMES) if random.random() < 0.01 else random.choice(SURNAMES)
    given = "".join(random.choice(GIVEN) for _ in range(1 if random.random() < 0.25 else 2))
    return surname + given


def firm_name(random: Random, town: str) -> str:
    return town.rstrip("镇乡街道园区") + random.choice(FIRMS) + random.choice(TRADES)


def phone(random: Random) -> str:
    """A number of a range that no operator has given out to subscribers (prefix 100)."""
    return "1" + random.choice("3578") + "".join(random.choice("0123456789") for _ in range(9))
