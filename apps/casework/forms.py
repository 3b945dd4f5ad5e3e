"""Shapes of input for cases. What a step may do stands in `actions`."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.casework.models import Case, CaseKind
from apps.core.forms import DayField, offer
from apps.core.texts import ShortLineField, ShortTextField


class CaseFilter(forms.Form):
    """State of the list, as it stands in the URL."""

    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("未办结")), ("all", _("全部")), *Case.State.choices]
    )
    kind = forms.ChoiceField(label=_("类型"), required=False, choices=[("", _("全部")), *CaseKind.choices])
    due = forms.ChoiceField(
        label=_("期限"),
        required=False,
        choices=[("", _("全部")), ("overdue", _("已逾期")), ("soon", _("7 天内到期"))],
    )
    office = forms.ChoiceField(label=_("机构"), required=False)

    def __init__(self, *args: Any, offices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, office=[("", _("全部")), *offices])


class CaseForm(forms.Form):
    """A case entered by itself, not in a visit."""

    kind = forms.ChoiceField(label=_("类型"), choices=CaseKind.choices)
    text = ShortTextField(label=_("事项"), rows=4, help_text=_("只记事，不评人。"))
    opened_on = DayField(label=_("登记日期"))


class AnswerForm(forms.Form):
    answer = ShortTextField(label=_("答复内容"))
    answered_on = DayField(label=_("答复日期"))


class CloseForm(forms.Form):
    closed_on = DayField(label=_("办结日期"))
    deed_done = forms.BooleanField(label=_("为提出人办成了实事（不只是答复）"), required=False)


class AdoptForm(forms.Form):
    adopted_on = DayField(label=_("采纳日期"))
    adopted_document = ShortLineField(label=_("采纳的文件或依据"), max_length=100)
