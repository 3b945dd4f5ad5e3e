"""Shapes of input for tasks and time limits."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.casework.forms import OfficeChoice, OfficesChoice
from apps.casework.models import Unit
from apps.casework.states import TaskState
from apps.core.forms import DayField, offer
from apps.core.texts import ShortTextField
from apps.offices.models import Office


class TaskFilter(forms.Form):
    """State of the list, as it stands in the URL."""

    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("未销号")), ("all", _("全部")), *TaskState.choices]
    )
    due = forms.ChoiceField(
        label=_("期限"),
        required=False,
        choices=[("", _("全部")), ("overdue", _("已逾期")), ("supervised", _("督办中"))],
    )
    lead = forms.ChoiceField(label=_("主办机构"), required=False)
    view = forms.ChoiceField(
        required=False, choices=[("", ""), ("mine", ""), ("office", "")], widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, leads: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, lead=[("", _("全部")), *leads])


class AssignForm(forms.Form):
    """批示交办."""

    text = ShortTextField(label=_("交办事项"), rows=4, help_text=_("写要办的事，不写成员姓名，不评人。"))
    lead_office = OfficeChoice(label=_("主办机构"), queryset=Office.objects.none())
    due_on = DayField(label=_("办理期限"))
    assisting = OfficesChoice(label=_("协办机构"), queryset=Office.objects.none(), required=False)

    def __init__(self, *args: Any, offices: QuerySet[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, lead_office=offices, assisting=offices)


class TaskAnswerForm(forms.Form):
    answer = ShortTextField(label=_("办理情况"), rows=3)


class TaskReasonForm(forms.Form):
    reason = ShortTextField(label=_("原因"), rows=2)


class TaskDecideForm(forms.Form):
    grant = forms.TypedChoiceField(
        label=_("审批"),
        choices=[("yes", _("同意")), ("no", _("不同意"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
    reason = ShortTextField(label=_("理由"), rows=2)


class TermForm(forms.Form):
    """One time limit."""

    number = forms.IntegerField(label=_("期限"), min_value=1, max_value=250)
    unit = forms.ChoiceField(label=_("单位"), choices=Unit.choices)
    extension = forms.IntegerField(
        label=_("可延期（工作日）"), min_value=0, max_value=60, help_text=_("0 表示不能延期。")
    )
