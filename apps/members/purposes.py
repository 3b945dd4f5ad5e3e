"""Why somebody reads what is not shown by itself: closed lists, since a free text would be one more text about a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RevealPurpose(models.TextChoices):
    """Why a phone number is shown in full."""

    VISIT = "visit", _("联系走访")
    ACTIVITY = "activity", _("邀请参加活动")
    CASE = "case", _("办理诉求建议")
    CHECK = "check", _("核对登记信息")


class OpeningPurpose(models.TextChoices):
    """Why somebody above the member's own office opens the file."""

    VERIFY = "verify", _("核实统计数据")
    SUPERVISE = "supervise", _("督办诉求建议")
    COMPLAINT = "complaint", _("处理本人投诉或申请")
    VISIT = "visit", _("本人即将走访")


class ExportPurpose(models.TextChoices):
    """Why a list of members leaves the system."""

    PLAN = "plan", _("安排走访联系")
    EVENT = "event", _("组织活动")
    CHECK = "check", _("核对登记信息")
    SUPERIOR = "superior", _("按上级要求报送")


# Somebody typed in a new registration what the file holds, and was told that there is one (`members.lookalikes`).
DUPLICATE_CHECK = "duplicate_check"
DUPLICATE_CHECK_LABEL = _("登记查重")

# Every purpose that an audit row may name, in words.
PURPOSES = {
    DUPLICATE_CHECK: DUPLICATE_CHECK_LABEL,
    **dict(ExportPurpose.choices),
    **dict(RevealPurpose.choices),
    **dict(OpeningPurpose.choices),
}
