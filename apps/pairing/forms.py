"""Shapes of input. What is forbidden stands in `rules`; what it does in `actions`."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.access import Actor, Permission
from apps.core.forms import DayField, offer
from apps.core.selects import PlainSelect
from apps.core.texts import ShortLineField
from apps.members.forms import member_offices
from apps.members.searching import LONGEST
from apps.offices.forms import OfficeField
from apps.offices.models import Office
from apps.pairing.models import Duty, DutyKind, DutyPeriod, Pairing, VisitKind
from apps.pairing.progress import Owed
from apps.pairing.rules import DEFAULT_CAPACITY, MOST_PAIRS


class VisitFilter(forms.Form):
    """State of the visit list, as it stands in the URL."""

    first = DayField(label=_("从"), required=False)
    last = DayField(label=_("到"), required=False)
    office = forms.ChoiceField(label=_("机构"), required=False)
    cadre = forms.CharField(label=_("干部姓名"), required=False, max_length=50)
    kind = forms.ChoiceField(label=_("方式"), required=False, choices=[("", _("全部")), *VisitKind.choices])

    def __init__(self, *args: Any, offices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, office=[("", _("全部")), *offices])


class UnpairedFilter(forms.Form):
    """The filter bar of members without a pair, posted: what is searched for is a name (decision 0005)."""

    q = forms.CharField(
        label=_("姓名、单位或编号"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(
            attrs={"data-search": True, "placeholder": _("汉字、拼音、首字母"), "autocomplete": "off"}
        ),
    )
    office = forms.ChoiceField(label=_("机构"), required=False, widget=PlainSelect)

    def __init__(self, *args: Any, offices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, office=[("", _("全部")), *offices])


class PairFilter(forms.Form):
    """State of the list of pairs."""

    office = forms.ChoiceField(label=_("机构"), required=False)
    cadre = forms.CharField(label=_("干部姓名"), required=False, max_length=50)
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[
            ("", _("结对中")),
            ("asleep90", _("90 天未联系")),
            ("asleep180", _("180 天未联系")),
            ("asleep", _("超过方案最长周期未联系")),
            ("ended", _("已结束")),
            ("all", _("全部")),
        ],
    )

    def __init__(self, *args: Any, offices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, office=[("", _("全部")), *offices])


class CadreChoice(forms.ModelChoiceField):
    """Cadres with the number of pairs they hold."""

    def label_from_instance(self, cadre: User) -> str:
        return str(_("%(name)s（已结对 %(held)d）") % {"name": cadre.name, "held": cadre.held})  # type: ignore[attr-defined]


class StartForm(forms.Form):
    cadre = CadreChoice(label=_("结对干部"), queryset=User.objects.none(), empty_label=_("请选择"))
    started_on = DayField(label=_("开始日期"))
    confirmed = forms.BooleanField(label=_("已核对，仍要保存"), required=False)

    def __init__(self, *args: Any, cadres: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, cadre=cadres)


class ProposeForm(forms.Form):
    """For whom proposals are wanted."""

    office = forms.ChoiceField(
        label=_("机构"), help_text=_("为该机构及下级所有未结对的成员提出建议；不采纳就什么也不会改变。")
    )

    def __init__(self, *args: Any, offices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, office=offices)


class EndForm(forms.Form):
    ended_on = DayField(label=_("结束日期"))
    reason = forms.ChoiceField(label=_("结束原因"), choices=Pairing.EndReason.choices)


class PlanForm(forms.Form):
    """Capacity and the five duties; number 0 means: not asked for."""

    capacity = forms.IntegerField(
        label=_("每名干部结对上限"), min_value=1, max_value=MOST_PAIRS, initial=DEFAULT_CAPACITY
    )

    from_on = DayField(label=_("自何日起"), help_text=_("此前已结束的季度、半年不受影响。"))
    why = ShortLineField(label=_("调整原因"), max_length=100)
    confirmed = forms.BooleanField(label=_("已核对，仍要保存"), required=False)

    def __init__(self, *args: Any, changes: bool, **kwargs: Any) -> None:
        """`changes`: the plan is being followed already, so that it changes from a day on."""
        super().__init__(*args, **kwargs)
        if not changes:
            del self.fields["from_on"], self.fields["why"], self.fields["confirmed"]
        for kind in DutyKind:
            self.fields[f"{kind}_number"] = forms.IntegerField(label=_("次数"), min_value=0, max_value=52)
            self.fields[f"{kind}_per"] = forms.ChoiceField(label=_("周期"), choices=DutyPeriod.choices)

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Name of the duty, its number field, its period field."""
        return [(kind.label, self[f"{kind}_number"], self[f"{kind}_per"]) for kind in DutyKind]

    def said(self) -> dict[str, Any]:
        """All but the duties, as `actions.save_plan` takes it."""
        asked = ("capacity", "from_on", "why", "confirmed")
        return {name: self.cleaned_data[name] for name in asked if name in self.cleaned_data}

    def duties(self) -> list[Owed]:
        said = self.cleaned_data
        return [Owed(kind, said[f"{kind}_number"], said[f"{kind}_per"]) for kind in DutyKind]


def plan_initial(capacity: int, duties: Sequence[Duty]) -> dict[str, Any]:
    """What the form shows of a plan."""
    shown: dict[str, Any] = {"capacity": capacity}
    for kind in DutyKind:
        shown |= {f"{kind}_number": 0, f"{kind}_per": DutyPeriod.YEAR}
    for duty in duties:
        shown |= {f"{duty.kind}_number": duty.number, f"{duty.kind}_per": duty.per}
    return shown


class ListForm(forms.Form):
    """A pair list or a ledger to be tried."""

    office = OfficeField(queryset=Office.objects.none(), label=_("导入机构"))
    sheet = forms.FileField(label=_("表格文件"), help_text=_("xlsx、xls 或 csv，不超过 10 MB"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, office=member_offices(actor, Permission.PAIRING_MANAGE))
