from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class MailForm(forms.Form):
    """Whether the digest also comes by e-mail."""

    is_wanted = forms.BooleanField(label=_("每日提醒同时发到邮箱"), required=False)
    address = forms.EmailField(
        label=_("电子邮箱"),
        required=False,
        max_length=120,
        help_text=_("邮件只写数量和链接，不含任何人的信息；每个工作日最多一封。"),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("is_wanted") and not said.get("address") and "address" not in self.errors:
            raise ValidationError({"address": _("请填写电子邮箱。")})
        return said
