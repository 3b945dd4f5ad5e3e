"""Shape of what is typed about holds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import DayField
from apps.members.models import ErasureHold


class HoldForm(forms.Form):
    clause = forms.ChoiceField(label=_("依据"), choices=ErasureHold.Clause.choices, widget=forms.RadioSelect)
    ends_on = DayField(label=_("暂缓至"), help_text=_("最长六个月；到期自动删除，不必再办手续。"))


class ToldForm(forms.Form):
    told_on = DayField(label=_("告知本人日期"))
