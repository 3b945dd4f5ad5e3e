"""Shapes of input. What is forbidden stands in `rules`; what it does in `actions`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.casework.models import CaseKind
from apps.core.forms import DayField, offer
from apps.core.texts import ShortLineField, ShortTextField
from apps.members.models import Member
from apps.pairing.models import Duty, DutyKind, DutyPeriod, Pairing, VisitKind
from apps.pairing.progress import Owed
from apps.pairing.rules import DEFAULT_CAPACITY, MOST_PAIRS, Asked, VisitContent


class MemberChoices(forms.ModelMultipleChoiceField):
    """The cadre's own members, by public id. Whether they may be chosen is decided when they are locked."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        chosen = self.prepare_value(value)
        if not chosen:
            raise ValidationError(self.error_messages["required"], code="required")
        try:
            return tuple(UUID(str(one)) for one in chosen)
        except ValueError:
            raise ValidationError(self.error_messages["required"], code="invalid_pk_value") from None

    def label_from_instance(self, member: Member) -> str:
        return member.name


class VisitForm(forms.Form):
    """One contact, in at most five fields that the eye meets. Works without JavaScript."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    members = MemberChoices(
        label=_("见到谁"),
        queryset=Member.objects.none(),
        to_field_name="public_id",
        error_messages={"required": _("请选择见到的成员。")},
    )
    kind = forms.ChoiceField(
        label=_("方式"),
        choices=VisitKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择联系方式。")},
    )
    happened_on = DayField(label=_("日期"))
    text = ShortTextField(label=_("内容"), required=False, help_text=_("只记事，不评人。"))
    asked_kind = forms.ChoiceField(
        label=_("提出了什么"), required=False, choices=[("", _("没有提出")), *CaseKind.choices]
    )
    asked_text = ShortTextField(label=_("诉求或建议的内容"), required=False, rows=2)
    # Shown only where a warning must be thought over first.
    confirmed = forms.BooleanField(label=_("已核对，确有其事，仍要保存"), required=False)

    def __init__(self, *args: Any, own: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, members=own)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("asked_kind") and not cleaned.get("asked_text") and "asked_text" not in self.errors:
            self.add_error("asked_text", _("请写下提出的内容。"))
        if cleaned.get("asked_text") and not cleaned.get("asked_kind"):
            self.add_error("asked_kind", _("请选择是诉求、建议还是别的。"))
        return cleaned

    def content(self) -> VisitContent:
        """What the valid form says."""
        said = self.cleaned_data
        asked = (Asked(kind=said["asked_kind"], text=said["asked_text"]),) if said["asked_kind"] else ()
        return VisitContent(
            members=said["members"],
            kind=said["kind"],
            happened_on=said["happened_on"],
            text=said["text"],
            asked=asked,
        )


class VisitEditForm(VisitForm):
    """A correction; what was asked is corrected at its case."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["asked_kind"], self.fields["asked_text"]

    def content(self) -> VisitContent:
        self.cleaned_data["asked_kind"] = ""
        return super().content()


class VoidForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = ShortLineField(label=_("作废原因"), max_length=100)


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


class PairFilter(forms.Form):
    """State of the list of pairs."""

    office = forms.ChoiceField(label=_("机构"), required=False)
    cadre = forms.CharField(label=_("干部姓名"), required=False, max_length=50)
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("结对中")), ("ended", _("已结束")), ("all", _("全部"))],
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
