"""What members type in the own file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.members.models import ContactPreference


class EntranceForm(forms.Form):
    """The code of the letter, and one thing that the finder of a letter does not know."""

    code = forms.RegexField(
        r"^[0-9A-Za-z\s-]{12,24}$",
        label=_("信函上的自助码"),
        help_text=_("十二位字母和数字，不分大小写"),
        error_messages={"invalid": _("请填写信函上的十二位自助码")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    proof = forms.RegexField(
        r"^[0-9.\-/年月\s]*$",
        label=_("核对信息"),
        help_text=_("您的出生年月（如 1978.05），或登记手机号码的后四位"),
        max_length=12,
        required=False,
        error_messages={"invalid": _("请只填写数字，如 1978.05")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "decimal"}),
    )


class OwnContactForm(forms.Form):
    """How the member wants to be met; no reason is asked."""

    contact_preference = forms.ChoiceField(
        label=_("联系意愿"), choices=ContactPreference.choices, widget=forms.RadioSelect
    )
