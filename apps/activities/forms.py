"""Shapes of input for activities."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.activities.models import Activity, ActivityKind, Programme, Venue
from apps.core.forms import DayField, offer
from apps.core.texts import ShortLineField
from apps.members.models import Member
from apps.offices.models import Office


class ActivityFilter(forms.Form):
    """State of the list, as it stands in the URL."""

    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), *Activity.State.choices]
    )
    kind = forms.ChoiceField(
        label=_("类型"), required=False, choices=[("", _("全部")), *ActivityKind.choices]
    )
    office = forms.ChoiceField(label=_("机构"), required=False)
    first = DayField(label=_("从"), required=False)
    last = DayField(label=_("到"), required=False)

    def __init__(self, *args: Any, offices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, office=[("", _("全部")), *offices])


class ActivityForm(forms.Form):
    """What is planned. Programme, venue and communities come from the office and the offices around it."""

    title = ShortLineField(label=_("名称"), max_length=60)
    kind = forms.ChoiceField(label=_("类型"), choices=ActivityKind.choices)
    planned_for = DayField(label=_("计划日期"))
    programme = forms.ModelChoiceField(label=_("品牌项目"), queryset=Programme.objects.none(), required=False)
    venue = forms.ModelChoiceField(label=_("阵地"), queryset=Venue.objects.none(), required=False)
    communities = forms.ModelMultipleChoiceField(
        label=_("覆盖村社区"), queryset=Office.objects.none(), required=False
    )
    replaces = forms.ModelChoiceField(
        label=_("替代已取消的活动"),
        queryset=Activity.objects.none(),
        required=False,
        help_text=_("计划内的活动取消后，由替代活动计入年度活动计划完成率。"),
    )

    def __init__(
        self, *args: Any, programmes: Any, venues: Any, communities: Any, cancelled: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, programme=programmes, venue=venues, communities=communities, replaces=cancelled)
        if not communities:
            del self.fields["communities"]
        if not cancelled:
            del self.fields["replaces"]


class HeldForm(forms.Form):
    held_on = DayField(label=_("举办日期"))
    came = forms.IntegerField(label=_("到场人数"), min_value=0, max_value=100_000)
    has_minutes = forms.BooleanField(label=_("有会议纪要或活动记录"), required=False)


class SignUpForm(forms.Form):
    """Who signs up: members of the office and below, by public id."""

    members = forms.ModelMultipleChoiceField(
        label=_("报名成员"),
        queryset=Member.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, members=members)
        self.fields["members"].label_from_instance = lambda member: member.name  # type: ignore[attr-defined]


class NameForm(forms.Form):
    """A programme."""

    name = ShortLineField(label=_("名称"), max_length=60)


class VenueForm(NameForm):
    opened_on = DayField(label=_("启用日期"))
