"""What is typed when a survey goes out; what it may mean is checked by `asking`."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.forms import DayField

_USUAL = dt.timedelta(days=21)


class OpenSurveyForm(forms.Form):
    closes_on = DayField(
        label=_("截止日期"), help_text=_("7 到 60 天之后；到期自动结束，之前不显示收回多少份。")
    )
    percent = forms.IntegerField(
        label=_("抽取比例（%）"),
        min_value=1,
        max_value=100,
        initial=100,
        help_text=_("各单位相同，随机抽取，每个单位至少 20 人（不足的全部）。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})
        kwargs["initial"].setdefault("closes_on", timezone.localdate() + _USUAL)
        super().__init__(*args, **kwargs)
