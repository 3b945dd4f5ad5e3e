"""Words about people and organizations: closed in code, with a CHECK in the database. There are no tags."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """成员类别: closed in code, confirmed by the person. What rosters call them stands in `apps.members.categories`."""

    PARTY = "party", _("民主党派成员")
    NONPARTISAN = "nonpartisan", _("无党派人士")
    INTELLECTUAL = "intellectual", _("党外知识分子")
    PRIVATE_ECONOMY = "private_economy", _("非公有制经济人士")
    NEW_STRATUM = "new_stratum", _("新的社会阶层人士")
    RETURNED_STUDENT = "returned_student", _("出国和归国留学人员")
    HK_MACAO = "hk_macao", _("港澳同胞")
    TAIWAN = "taiwan", _("台湾同胞及其亲属")
    OVERSEAS = "overseas", _("华侨归侨及侨眷")
    OTHER = "other", _("其他")


class ContactPreference(models.TextChoices):
    """How the member wants to be met; any answer but NORMAL takes the pair out of denominators and due lists."""

    NORMAL = "normal", _("正常联系")
    PHONE_ONLY = "phone_only", _("只电话联系")
    HALF_YEARLY = "half_yearly", _("半年最多一次")
    NONE = "none", _("暂不联系")


class OrganizationKind(models.TextChoices):
    PARTY_BRANCH = "party_branch", _("民主党派基层组织")
    CHAMBER = "chamber", _("商会")
    FRIENDSHIP = "friendship", _("联谊会")
    PROFESSIONAL = "professional", _("专业协会")
    THINK_TANK = "think_tank", _("智库")
    ENTERPRISE = "enterprise", _("企业")
    INSTITUTION = "institution", _("事业单位及其他单位")


# Kinds that bring people together; enterprises and institutions employ them (guide: organizations.town_coverage).
ASSOCIATION_KINDS = (
    OrganizationKind.PARTY_BRANCH,
    OrganizationKind.CHAMBER,
    OrganizationKind.FRIENDSHIP,
    OrganizationKind.PROFESSIONAL,
    OrganizationKind.THINK_TANK,
)
# A branch stands under an organization of its own family: 支部 under 总支, a town's chamber under the county's.
ORGANIZATION_FAMILIES = (
    frozenset({OrganizationKind.PARTY_BRANCH}),
    frozenset({OrganizationKind.CHAMBER}),
    frozenset({OrganizationKind.FRIENDSHIP, OrganizationKind.PROFESSIONAL, OrganizationKind.THINK_TANK}),
    frozenset({OrganizationKind.ENTERPRISE}),
    frozenset({OrganizationKind.INSTITUTION}),
)
