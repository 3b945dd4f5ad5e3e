"""The member's page on which a correction of one field is asked for."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from apps.core.forms import MonthField, PersonNameField, PhoneField, show_refusal
from apps.core.refusals import Refusal
from apps.core.wording import validate_wording
from apps.members.models import Category, Correction, Member
from apps.members.ownfile.access import MemberRequest, own_file
from apps.members.ownfile.corrections import ask_correction, stored

_WANTED = gettext_lazy("应为")


def field_for(name: str) -> forms.Field:
    """The input in which this field is typed, with the checks that the office's own form has."""
    fields: dict[str, Any] = {
        Correction.Field.NAME: lambda: PersonNameField(label=_WANTED, max_length=50),
        Correction.Field.GENDER: lambda: forms.ChoiceField(
            label=_WANTED, choices=[("", gettext_lazy("未填")), *Member.Gender.choices], required=False
        ),
        Correction.Field.BIRTH_MONTH: lambda: MonthField(label=_WANTED, required=False),
        Correction.Field.PHONE: lambda: PhoneField(label=_WANTED, required=False, max_length=40),
        Correction.Field.EMAIL: lambda: forms.EmailField(label=_WANTED, required=False, max_length=100),
        Correction.Field.CATEGORIES: lambda: forms.MultipleChoiceField(
            label=_WANTED, choices=Category.choices, required=False, widget=forms.CheckboxSelectMultiple
        ),
        Correction.Field.POSTS: lambda: forms.CharField(
            label=_WANTED,
            max_length=300,
            validators=[validate_wording],
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=gettext_lazy("请写明单位或团体、职务和起止时间，由单位核对后更正"),
        ),
    }
    field: forms.Field = fields[name]()
    return field


class CorrectionForm(forms.Form):
    """One field."""

    def __init__(self, *args: Any, field: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wanted"] = field_for(field)


@own_file
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def correct(request: MemberRequest, field: str) -> HttpResponse:
    """Say what should stand in one field."""
    if field not in Correction.Field.values:
        raise Http404
    form = CorrectionForm(request.POST or None, field=field)
    if request.method == "POST" and form.is_valid():
        try:
            ask_correction(
                member=request.member, field=field, wanted=stored(field, form.cleaned_data["wanted"])
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已提交，由登记机构核对后更正或答复"))
            return redirect("own:file")
    context = {"form": form, "label": Correction.Field(field).label}
    return render(request, "ownfile/correct.html", context, status=422 if form.errors else 200)
