"""What is chosen when a list is taken out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor, Permission
from apps.members.exports import Wish
from apps.members.listing import ListState
from apps.members.models import RosterExport
from apps.members.purposes import ExportPurpose


class ExportForm(forms.Form):
    """Format, purpose, and for those who may: numbers in full."""

    # No default: whoever takes people's data out says what for.
    purpose = forms.ChoiceField(label=_("用途"), choices=[("", _("请选择")), *ExportPurpose.choices])
    file_format = forms.ChoiceField(
        label=_("格式"),
        choices=RosterExport.Format.choices,
        initial=RosterExport.Format.XLSX,
    )
    in_full = forms.BooleanField(
        label=_("显示完整号码"),
        required=False,
        help_text=_("不勾选时电话显示为 138****5678。打印件总是遮盖的。"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Permission.MEMBER_EXPORT_FULL not in actor.permissions:
            del self.fields["in_full"]

    @property
    def said_purpose(self) -> ExportPurpose:
        return ExportPurpose(self.cleaned_data["purpose"])

    def wish(self, state: ListState) -> Wish:
        return Wish(
            state=state,
            file_format=RosterExport.Format(self.cleaned_data["file_format"]),
            purpose=self.said_purpose,
            in_full=self.cleaned_data.get("in_full", False),
        )
