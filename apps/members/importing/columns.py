"""What the columns of rosters mean, by the words of their headings; and which ones the registry must not keep."""

import re
from enum import StrEnum, auto

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Column(StrEnum):
    NUMBER = auto()
    NAME = auto()
    GENDER = auto()
    BIRTH = auto()
    PHONE = auto()
    EMAIL = auto()
    EMPLOYER = auto()
    EMPLOYER_DEPARTMENT = auto()
    EMPLOYER_TITLE = auto()
    TITLE = auto()
    CATEGORY = auto()
    TOWN = auto()
    ASSOCIATION = auto()
    CONSENT = auto()
    CONSENTED_ON = auto()


LABELS: dict[Column, str | Promise] = {
    Column.NUMBER: _("序号"),
    Column.NAME: _("姓名"),
    Column.GENDER: _("性别"),
    Column.BIRTH: _("出生年月"),
    Column.PHONE: _("联系电话"),
    Column.EMAIL: _("电子邮箱"),
    Column.EMPLOYER: _("工作单位"),
    Column.EMPLOYER_DEPARTMENT: _("单位及部门（只取单位）"),
    Column.EMPLOYER_TITLE: _("单位及职务（合在一列）"),
    Column.TITLE: _("职务"),
    Column.CATEGORY: _("成员类别"),
    Column.TOWN: _("所在乡镇（街道）"),
    Column.ASSOCIATION: _("所属团体"),
    Column.CONSENT: _("本人是否同意登记"),
    Column.CONSENTED_ON: _("同意日期"),
}

WORDS: dict[Column, str] = {
    Column.NUMBER: "序号|编号|序|no|no.|行号",
    Column.NAME: "姓名|名字|成员姓名|人员姓名|成员|统战成员|统战成员姓名|代表人士姓名|人员|name",
    Column.GENDER: "性别|男女|sex|gender",
    Column.BIRTH: "出生年月|出生日期|出生年月日|出生时间|生日|出生|生年月|出生年",
    Column.PHONE: "联系电话|手机|手机号|手机号码|电话|电话号码|联系方式|移动电话|联系手机|联系电话手机|本人电话|本人手机|手机电话|"
    "联络电话|联系号码|phone|tel|mobile",
    Column.EMAIL: "邮箱|电子邮箱|电子邮件|email|e-mail|邮件地址|电邮",
    Column.EMPLOYER: "工作单位|单位|所在单位|单位名称|企业名称|现工作单位|所在企业|公司名称|任职单位|就职单位|工作单位名称|"
    "单位全称|工作单位全称|所在单位名称|从业单位|企业单位名称",
    Column.EMPLOYER_DEPARTMENT: "单位及部门|工作单位及部门|单位部门|工作单位部门|所在单位及部门|单位和部门",
    Column.EMPLOYER_TITLE: "工作单位及职务|单位及职务|单位职务|工作单位职务|工作单位和职务|单位和职务|工作单位及现任职务|单位及职位|"
    "所在单位及职务|工作单位及职称|单位与职务|现工作单位及职务|工作单位及职务职称",
    Column.TITLE: "职务|职位|现任职务|职务职称|岗位|职务职位|行政职务|现任职务职称|职称职务|担任职务",
    Column.CATEGORY: "界别|成员类别|类别|人员类别|统战类别|所属界别|统战对象类别|人员类型|身份类别|统战身份|所属类别|统战成员类别|"
    "统战人士类别",
    Column.TOWN: "所在乡镇|所在乡镇街道|乡镇|乡镇街道|镇街道|镇街|街道|所属乡镇|所属乡镇街道|所属镇街|镇街道园区|所在镇街|"
    "所在镇街道|属地|所在镇|乡镇街|所在街道|所属街道|乡镇园区|所在地乡镇街道|镇乡街道|所属镇街道|乡镇街道园区|镇",
    Column.ASSOCIATION: "所属团体|团体|社会团体|参加团体|所在团体|社会组织|所属社会组织|所属社团|所在社团|所属商会|所属协会|"
    "所在商会|所在协会|参加社团|加入团体",
    Column.CONSENT: "本人是否同意登记|是否同意登记|是否同意|本人同意|同意登记|本人是否同意|同意|是否签字|是否签字同意",
    Column.CONSENTED_ON: "同意日期|签字日期|同意时间|签署日期|签字时间|同意登记日期|签名日期",
}
# Wordings that only contain a known one; the more telling first.
CONTAINED: tuple[tuple[Column, re.Pattern[str]], ...] = tuple(
    (column, re.compile(pattern))
    for column, pattern in (
        (Column.CONSENTED_ON, "(?:同意|签字|签署|签名).{0,6}(?:日期|时间)"),
        (Column.CONSENT, "同意"),
        (Column.EMPLOYER_TITLE, "单位.{0,3}(?:职务|职位|职称)"),
        (Column.EMPLOYER_DEPARTMENT, "单位.{0,3}(?:部门|科室|处室)"),
        (Column.EMAIL, "邮箱|邮件|e-?mail"),
        (Column.PHONE, "^(?!.*(?:传真|fax)).*(?:电话|手机|联系方式|座机|固话|phone|mobile)"),
        (Column.NAME, "^姓名|姓名$"),
        (Column.GENDER, "性别"),
        (Column.BIRTH, "出生(?!地)|生日|生年"),
        (Column.CATEGORY, "(?:成员|人员|统战|对象|身份).{0,4}(?:类别|类型|界别)|界别"),
        (Column.TOWN, "乡镇|镇街|街道"),
        (Column.EMPLOYER, "工作单位|所在单位|任职单位|就职单位|(?:企业|公司|单位)(?:名称|全称)"),
        (Column.ASSOCIATION, "社会?团体?$|社会组织|团体"),
        (Column.TITLE, "(?<!社会)(?<!党内)(?<!政治)(?:职务|职位|岗位)"),
    )
)
# Telephones of the office rather than of the person: taken where there is no other.
SECOND_CHOICE = re.compile("办公|单位电话|座机|固话|固定电话|家庭电话|宅电|备用|其他|传真")

# What is not recorded (design §1), whatever stands in it. Remarks are always left out.
NOT_KEPT = re.compile(
    "身份证|证件|证号|护照|通行证|公民身份|身份号码|民族|族别|宗教|信仰|信教|教派|教职|政治|面貌|党籍|入党|党龄|住址|地址|户籍|户口|籍贯|"
    "出生地|祖籍|居住|现居|住所|家庭|健康|身体|疾病|病史|残疾|血型|备注|说明|附注|注释|备考|remark|note|memo|comment|评价|评定|评语|鉴定|"
    "等级|评分|打分|得分|积分|分数|标签|表现|思想|态度|倾向|立场|风险|重点|敏感|社会关系|婚姻|婚否|收入|资产|财产|银行|卡号|账号|帐号|"
    "微信|qq|抖音|微博|照片|相片|去向|行踪|轨迹|简历|简介|事迹|奖惩|处分|前科|犯罪|信访|idcard|id号|ethnic|relig|address|health"
)
OTHERS = re.compile(
    "配偶|丈夫|妻子|爱人|子女|儿子|女儿|父亲|母亲|父母|家属|亲属|亲友|紧急|监护|家庭成员|结对|帮扶|挂钩|包联|联系人|联系干部|联系领导|"
    "责任人|介绍人|推荐人|填表|制表|审核|经办"
)
