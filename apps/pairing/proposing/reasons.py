"""Why a proposal says what it says: words for people, codes for the table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    OWN_TOWN = "own_town", _("同一机构")
    REACHES = "reaches", _("授权范围内最近")
    SAME_FIELD = "same_field", _("已联系同类单位")
    KNOWN = "known", _("曾经结对")
    HAS_ROOM = "has_room", _("结对数较少")
    NOBODY_REACHES = "nobody_reaches", _("没有统战干部的授权覆盖该机构")
    ALL_FULL = "all_full", _("能联系的干部都已达到结对上限")
    ASKED_TO_CHANGE = "asked_to_change", _("该成员希望换一位干部，附近没有别的干部")


# What stood against a proposal by the time it was accepted, by the code of the finding (apps.pairing.rules).
_REFUSALS = {
    "paired": _("该成员已有结对干部"),
    "no_grant": _("该干部没有该机构的授权"),
    "asked_for_another": _("该成员希望换一位干部"),
    "not_active": _("该成员已不在册"),
    "no_consent": _("该成员的同意不包括结对联系"),
    "before_consent": _("该成员的同意还未生效"),
    "asked_for_none": _("该成员希望暂不联系"),
    "full": _("该干部结对数已满"),
    "over_capacity": _("该干部结对数已达方案上限"),
}


def refusal_words(code: str) -> str:
    """The words for a code kept with a proposal; "" for none."""
    return str(_REFUSALS.get(code, _("不符合结对规则"))) if code else ""
