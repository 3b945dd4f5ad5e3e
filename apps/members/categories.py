"""成员类别: what rosters call the categories, and how a cell is read."""

import re
import unicodedata

from django.utils.translation import gettext as _

from apps.members.models import Category

_ALIASES: dict[Category, tuple[str, ...]] = {
    Category.PARTY: ("民主党派成员", "民主党派", "民主党派人士", "党派成员"),
    Category.NONPARTISAN: ("无党派人士", "无党派", "无党派代表人士"),
    Category.INTELLECTUAL: ("党外知识分子", "党外知识分子代表人士", "党外干部", "知识分子", "党外人士"),
    Category.PRIVATE_ECONOMY: (
        "非公有制经济人士",
        "非公有制经济",
        "非公经济人士",
        "非公经济",
        "民营经济人士",
        "民营企业家",
        "非公有制经济代表人士",
    ),
    Category.NEW_STRATUM: (
        "新的社会阶层人士",
        "新的社会阶层",
        "新社会阶层人士",
        "新社会阶层",
        "新阶层人士",
        "新阶层",
    ),
    Category.RETURNED_STUDENT: (
        "出国和归国留学人员",
        "出国归国留学人员",
        "留学归国人员",
        "归国留学人员",
        "留学人员",
        "海归",
    ),
    Category.HK_MACAO: (
        "港澳同胞",
        "香港同胞、澳门同胞",
        "香港同胞",
        "澳门同胞",
        "港澳",
        "香港",
        "澳门",
        "港澳人士",
    ),
    Category.TAIWAN: (
        "台湾同胞及其亲属",
        "台湾同胞及其在大陆的亲属",
        "台湾同胞及其在大陆亲属",
        "台湾同胞",
        "台胞",
        "台胞台属",
        "台属",
        "对台",
    ),
    Category.OVERSEAS: (
        "华侨归侨及侨眷",
        "华侨、归侨及侨眷",
        "华侨、归侨和侨眷",
        "华侨",
        "归侨",
        "侨眷",
        "归侨侨眷",
        "侨界",
        "侨界人士",
    ),
    Category.OTHER: ("其他", "其他需要联系和团结的人员", "其他人员", "其它"),
}
# Ethnicity and religion are not recorded (design §1): such a category is refused, whatever it is called.
_NOT_RECORDED = re.compile("民族|宗教|信教|教职|神职")
_SEPARATORS = re.compile("[、,，;；/／+＋\n]+")


class BadCategory(ValueError):
    """The text names no category; the message is fit to show."""


def _plain(text: str) -> str:
    """Aliases are compared without spaces, brackets and separators."""
    return re.sub(r"[\s()（）、,，;；/·]", "", unicodedata.normalize("NFKC", text))


_BY_ALIAS = {_plain(alias): category for category, aliases in _ALIASES.items() for alias in aliases}


def read_categories(text: str) -> list[Category]:
    """The categories a cell names, in the order of the vocabulary; an empty cell names none. Raises BadCategory."""
    if _NOT_RECORDED.search(text):
        raise BadCategory(_("本系统不登记民族、宗教类别，请改填其他类别"))
    if whole := _BY_ALIAS.get(_plain(text)):
        # Before splitting: 华侨、归侨及侨眷 is one category.
        return [whole]
    found = {_category(part) for part in _SEPARATORS.split(text) if part.strip()}
    return [category for category in Category if category in found]


def _category(part: str) -> Category:
    if (category := _BY_ALIAS.get(_plain(part))) is None:
        raise BadCategory(_("不认识的成员类别，请从说明所列类别中选择"))
    return category
