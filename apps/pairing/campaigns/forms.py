"""Shapes of what is typed about campaigns."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.access import Actor, Permission
from apps.core.forms import DayField, offer
from apps.core.selects import PlainSelect
from apps.core.texts import ShortLineField, ShortTextField
from apps.members.models import OrganizationKind
from apps.offices.forms import OfficeField
from apps.offices.models import Office
from apps.pairing.campaigns.actions import CampaignContent

EVERY = [("", _("全部"))]


class CampaignForm(forms.Form):
    """What a campaign is; the office is chosen once."""

    office = OfficeField(queryset=Office.objects.none(), label=_("组织机构"))
    title = ShortLineField(label=_("名称"), max_length=60)
    purpose = ShortTextField(
        label=_("目的"), max_length=200, rows=2, help_text=_("走访想了解什么、解决什么，走访干部看得到。")
    )
    starts_on = DayField(label=_("开始日期"))
    ends_on = DayField(label=_("截止日期"), help_text=_("在这段时间里当面走访才算；电话、线上不算。"))

    def __init__(self, *args: Any, actor: Actor, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_new:
            offer(self, office=Office.objects.visible_to(actor, Permission.PAIRING_MANAGE))
        else:
            del self.fields["office"]

    def content(self) -> CampaignContent:
        said = self.cleaned_data
        return CampaignContent(
            title=said["title"],
            purpose=said["purpose"],
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
        )


class TargetFilter(forms.Form):
    """Which targets of a campaign are shown; everything stands in the URL."""

    q = forms.CharField(
        label=_("单位名称"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"data-search": True}),
    )
    office = forms.ChoiceField(label=_("机构"), required=False, widget=PlainSelect)
    cadre = forms.CharField(label=_("干部姓名"), required=False, max_length=50)
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[
            *EVERY,
            ("open", _("待走访")),
            ("overdue", _("已过期限")),
            ("unassigned", _("未分派")),
            ("visited", _("已走访")),
            ("aside", _("不再走访")),
        ],
    )

    def __init__(self, *args: Any, offices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, office=[*EVERY, *offices])


class OrganizationPick(forms.Form):
    """Which organizations are offered as targets."""

    q = forms.CharField(
        label=_("名称或代码"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"data-search": True}),
    )
    office = forms.ChoiceField(label=_("机构"), required=False, widget=PlainSelect)
    kind = forms.ChoiceField(label=_("类型"), required=False, choices=[*EVERY, *OrganizationKind.choices])

    def __init__(self, *args: Any, offices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, office=[*EVERY, *offices])


class CadreChoices(forms.ModelMultipleChoiceField):
    """Cadres with the number of targets they hold in this campaign."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, cadre: User) -> str:
        return str(_("%(name)s（已有 %(n)d 家）") % {"name": cadre.name, "n": cadre.held})  # type: ignore[attr-defined]


class AssignForm(forms.Form):
    """Who visits, and by when."""

    among = CadreChoices(
        label=_("走访干部"),
        queryset=User.objects.none(),
        help_text=_("选一名，全部交给他；选几名，平均分派，先分给单位所在机构的干部。"),
        error_messages={"required": _("请选择走访干部。")},
    )
    due_on = DayField(label=_("完成期限"), required=False)

    def __init__(self, *args: Any, cadres: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, among=cadres)


class CloseForm(forms.Form):
    """The closing words."""

    summary = ShortTextField(
        label=_("小结"),
        rows=5,
        help_text=_("做了什么、共性问题、下一步打算。只写事，不评价单位和个人；结束后不能再改。"),
    )


class TargetListForm(forms.Form):
    """A list of organizations to be tried."""

    sheet = forms.FileField(
        label=_("表格文件"),
        help_text=_(
            "xlsx、xls 或 csv，不超过 10 MB；要有单位名称或统一社会信用代码，走访干部、完成期限可以不填。"
        ),
    )
