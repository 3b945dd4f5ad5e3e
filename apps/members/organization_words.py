"""What an organization's name says about its kind, and which names the registry refuses."""

import re

from django.utils.translation import gettext as _

from apps.members.models import OrganizationKind

# Religious and ethnic bodies and places are no organizations of this registry (design §1). Kept to words that no
# firm or school carries, so that 清真寺 is refused and 民族大学 is not a false alarm for a professor: 民族 alone is refused
# only for associations.
_REFUSED = re.compile(
    "佛教|道教|天主教|基督教|伊斯兰教|宗教|清真寺|教堂|寺院|寺庙|道观|教会$|修道院|佛学院|神学院|少数民族|民族团结进步协会"
)

_PARTIES = "民革|民盟|民建|民进|农工党|农工民主党|致公党|九三学社|台盟|民主同盟|民主建国会|民主促进会|国民党革命委员会|台湾民主自治同盟"
_ASSOCIATIONS: tuple[tuple[OrganizationKind, re.Pattern[str]], ...] = (
    (OrganizationKind.PARTY_BRANCH, re.compile(_PARTIES)),
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
    if _REFUSED.search(name):
        raise RefusedOrganization(_("宗教、民族团体和场所不作为登记内容，请删除"))


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
