"""Which names the registry refuses, which it must take, and what kind a name tells."""

import pytest

from apps.core.wording import findings
from apps.members.models import OrganizationKind
from apps.members.organization_words import (
    RefusedOrganization,
    association_kind,
    employer_kind,
    refuse_organization,
)

REFUSED = """
泰州市佛教协会 姜堰区道教协会 泰兴市伊斯兰教协会 天主教爱国会 天主教泰州教区 基督教三自爱国运动委员会 基督教协会 基督教青年会
江苏佛学院 金陵协和神学院 伊斯兰教经学院 道教学院 天主教修道院 光孝寺 南山禅寺 清真寺 南门清真寺民主管理委员会 报恩寺管理委员会
天主教堂 城南基督教堂 福音堂 礼拜堂 城隍庙 关帝庙管委会 观音庵 紫云精舍 玄妙观 白云观管委会 妈祖宫 天后宫管委会 居士林 黄桥教会
宗教界人士联谊会 少数民族联谊会 民族团结进步促进会 民族联谊会 民族企业家商会 回族联谊会 满族同乡会 朝鲜族企业家协会 藏族青年社
维吾尔族商会 回民联谊会 蒙古族协会 少數民族聯誼會 基督教協會 佛 教 协 会 国际佛光会 各民族联谊会
"""
PASSING = """
民族饭店有限公司 佛山商会 民族路小学 民族路社区居委会 中央民族大学 西南民族学院 回民中学 民族小学 民族医院 民族乐团 民族文化宫
民族宗教事务局 民族事务委员会 宗教事务局 泰州市民族服饰有限公司 恩施土家族苗族自治州工商业联合会 延边朝鲜族自治州商会 瀍河回族区商会
畲族乡商会 满族乡中心小学 大佛寺商会 白马寺镇商会 夫子庙商会 清真寺街社区居委会 教堂街小学 佛光照明有限公司 观音山茶业有限公司
少林寺文化旅游有限公司 清真食品有限公司 街道教育促进会 向道教育培训中心 职教会 家教会 观光农业协会 景观设计协会 少年宫 青少年宫
佛山市南海区工商联 道县商会 教师发展中心 回天新材料有限公司 白塘村委会 水族馆 观赏水族协会 本土家族企业协会 家族企业研究会
民革泰州市委会 民盟黄桥支部 九三学社泰州市委会 新的社会阶层人士联谊会 归国留学人员联谊会 泰兴市黄桥镇商会 民族音乐学会 民族医药学会
庙头镇商会 寺巷街道商会 中国农业银行寺巷支行 世界宗教研究所 道路运输协会 天主教会医院
"""


def words(lines: str) -> list[str]:
    return lines.replace("佛 教 协 会", "佛\u3000教\u3000协\u3000会").replace("\n", " ").strip().split(" ")


@pytest.mark.parametrize("name", words(REFUSED))
def test_religious_and_ethnic_bodies_are_refused(name: str) -> None:
    with pytest.raises(RefusedOrganization, match="不作为登记内容"):
        refuse_organization(name)


@pytest.mark.parametrize("name", words(PASSING))
def test_names_that_only_sound_like_it_pass(name: str) -> None:
    refuse_organization(name)


@pytest.mark.parametrize("name", [name for name in words(PASSING) if "教会医院" not in name])
def test_the_wording_guard_takes_them_too(name: str) -> None:
    assert findings(name) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("民革泰兴市总支", OrganizationKind.PARTY_BRANCH),
        ("泰兴市工商业联合会", OrganizationKind.CHAMBER),
        ("归国留学人员联谊会", OrganizationKind.FRIENDSHIP),
        ("乡村振兴研究会", OrganizationKind.THINK_TANK),
        ("律师协会", OrganizationKind.PROFESSIONAL),
    ],
)
def test_associations_tell_their_kind(name: str, kind: OrganizationKind) -> None:
    assert association_kind(name) == kind == employer_kind(name)
