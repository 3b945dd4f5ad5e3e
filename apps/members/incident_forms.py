"""What an auditor asks after an incident: which account, from when until when."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.forms import DayField


class TouchedForm(forms.Form):
    account = forms.CharField(label=_("用户名"), max_length=150)
    since = DayField(label=_("自"))
    until = DayField(label=_("到"))

    def clean_account(self) -> User:
        found = User.objects.filter(username=self.cleaned_data["account"].strip()).first()
        if found is None:
            raise ValidationError(_("没有这个用户名"), code="unknown")
        return found

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            raise ValidationError({"until": _("止日不能早于起日")})
        return data

    @property
    def window(self) -> tuple[dt.datetime, dt.datetime]:
        """From the first moment of the first day to that after the last."""
        first, after = self.cleaned_data["since"], self.cleaned_data["until"] + dt.timedelta(days=1)
        return tuple(timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in (first, after))  # type: ignore[return-value]
