"""What an organization's name says about its kind, and which names the registry refuses."""

import re

from django.utils.translation import gettext as _

from apps.core.names import to_simplified
from apps.core.widths import half_width
from apps.members.models import OrganizationKind

# Religious and ethnic bodies and places are no organizations of this registry (design §1). A name is read in steps: what
# only names a place (土家族苗族自治县, 清真寺街) is taken out; colleges of religions are refused; what by its last word is a
# firm, a school, a hospital or an office of the state passes (民族饭店有限公司, 民族大学, 民族宗教事务局); of the rest, above
# all of associations, the words below are refused.
_PEOPLE = (
    "(?:蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|(?<!本)土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|东乡|纳西|景颇|柯尔克孜|"
    "达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺)族"
)
_PLACES = re.compile(
    f"(?:{_PEOPLE})+(?:自治[州县区旗]|民族乡|乡|镇|区|村)|(?:各族自治县|民族自治[州县])|"
    "(?:清真寺|教堂|礼拜堂|福音堂|回民|民族)(?:大街|街道|街|路|巷|弄|胡同|里|口|广场|桥|社区|新村|村|区|公园)"
)
_COLLEGES = re.compile("佛学院|神学院|经学院|道教学院|修道院|修院$|圣经学校|经文学校")
_HARMLESS_END = re.compile(
    "(?:公司|集团|企业|厂|店|铺|商行|超市|市场|饭店|酒店|宾馆|餐厅|酒楼|工作室|事务所|合作社|农场|茶场|中心|银行|支行|剧院|剧团|乐团|歌舞团|"
    "艺术团|文工团|文化宫|博物馆|图书馆|出版社|报社|杂志社|电台|大学|学院|中学|小学|学校|幼儿园|[一二三四]中|医院|卫生院|诊所|药房|研究院|研究所|"
    "人民政府|政府|[局厅]|民族事务委员会|民委|民宗委|街道办事处|居委会|居民委员会|村委会|村民委员会|办公室|法院|检察院)$"
)
_REFUSED = re.compile(
    "佛教(?!育)|(?<!向)道教(?![育学师材研练辅])|天主教|基督教|东正教|伊斯兰|回教(?!育)|喇嘛教|宗教(?!育)|清真寺|教堂|礼拜堂|福音堂|三自爱国|"
    "居士林|念佛|佛光会|佛学|教区$|(?<![家职成幼特高宣助])教会$|"
    "(?:寺|寺院|寺庙|庙|庵|禅院|精舍|佛堂|道观|宫观|道院)(?:管理委员会|管委会|民主管理委员会|民管会|管理处|管理组|筹备处|修缮委员会)?$|"
    "(?<![景大奇外参宏微壮客主直概])观(?:管理委员会|管委会|民管会)?$|"
    "(?:天后|妈祖|上清|三清|太清|玉皇|纯阳|万寿|长春|青羊|文昌|真武|玄天)宫(?:管理委员会|管委会|民管会)?$|"
    "少数民族|各民族|回民|民族(?:团结|联谊|工作|事务|事业|进步|发展|经济|企业家|同胞|商)|"
    f"{_PEOPLE}|水族(?:同乡|联谊|商会|企业家)"
)

_PARTIES = {
    "民革": "民革|国民党革命委员会",
    "民盟": "民盟|民主同盟",
    "民建": "民建|民主建国会",
    "民进": "民进|民主促进会",
    "农工党": "农工党|农工民主党",
    "致公党": "致公党",
    "九三学社": "九三学社",
    "台盟": "台盟|台湾民主自治同盟",
}
_ASSOCIATIONS: tuple[tuple[OrganizationKind, re.Pattern[str]], ...] = (
    (OrganizationKind.PARTY_BRANCH, re.compile("|".join(_PARTIES.values()))),
    (OrganizationKind.CHAMBER, re.compile("商会|工商业联合会|工商联$|总商会")),
    (
        OrganizationKind.FRIENDSHIP,
        re.compile("联谊会|联谊总会|同学会|侨联$|归国华侨联合会|台联$|台湾同胞联谊会|海联会|知联会"),
    ),
    (OrganizationKind.THINK_TANK, re.compile("智库|研究会")),
    (OrganizationKind.PROFESSIONAL, re.compile("协会$|学会$|联合会$|促进会$")),
)
_INSTITUTION = re.compile(
    "医院|卫生院|门诊部$|保健院|学校|中学|小学|幼儿园|大学|学院|研究院|研究所|农科所|图书馆|博物馆|文化馆|体育馆|"
    "局$|委员会$|办公室$|政府$|人大|政协|法院|检察院|街道办|居委会|村委会|疾控中心|服务中心|事业单位|银行.*支行"
)


class RefusedOrganization(ValueError):
    """The registry does not hold such organizations; the message is fit to show."""


def refuse_organization(name: str) -> None:
    """Raises RefusedOrganization for religious and ethnic bodies and places."""
    if found := _refused_words(name):
        raise RefusedOrganization(
            _("“%(words)s”：宗教、民族团体和场所不作为登记内容，请不要登记") % {"words": found}
        )


def _refused_words(name: str) -> str:
    """The words for which the name is refused, or ""."""
    plain = to_simplified("".join(half_width(name).split()))
    rest = _PLACES.sub("", plain)
    if college := _COLLEGES.search(rest):
        return college[0]
    if _HARMLESS_END.search(rest):
        return ""
    found = _REFUSED.search(rest)
    return found[0] if found else ""


def party_of(name: str) -> str:
    """The party whose branch the name says it is, or ""."""
    return next((party for party, words in _PARTIES.items() if re.search(words, name)), "")


def association_kind(name: str) -> OrganizationKind:
    """The kind of what a roster lists as 所属团体; where no word tells, a professional association."""
    for kind, words in _ASSOCIATIONS:
        if words.search(name):
            return kind
    return OrganizationKind.PROFESSIONAL


def employer_kind(name: str) -> OrganizationKind:
    """The kind of a 工作单位: associations employ people too; what is no public institution is an enterprise."""
    for kind, words in _ASSOCIATIONS:
        if words.search(name):
            return kind
    return OrganizationKind.INSTITUTION if _INSTITUTION.search(name) else OrganizationKind.ENTERPRISE
