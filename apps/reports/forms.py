from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.assessment.models import Scheme
from apps.core.access import Actor, Permission
from apps.core.forms import offer
from apps.offices.models import Office
from apps.reports.actions import FORMATS
from apps.reports.building import offices_to_report

FORMAT_LABELS = {
    "docx": _("Word 文档（公文格式，可修改）"),
    "pdf": _("PDF（打印用，含图）"),
    "xlsx": _("Excel 工作簿（含指标明细和记录编号）"),
}


class ReportForm(forms.Form):
    """Which report: an office under a scheme, and in which formats."""

    subject = forms.ChoiceField(label=_("方案和机构"))
    formats = forms.MultipleChoiceField(
        label=_("格式"),
        choices=[(name, FORMAT_LABELS[name]) for name in FORMATS],
        initial=list(FORMATS),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offered: dict[str, tuple[Scheme, Office]] = {}
        choices: Any = [(scheme.name, self._offices(scheme, by)) for scheme in _schemes(by)]
        offer(self, subject=[group for group in choices if group[1]])

    @property
    def has_subjects(self) -> bool:
        return bool(self._offered)

    def _offices(self, scheme: Scheme, by: Actor) -> list[tuple[str, str]]:
        offices = offices_to_report(scheme, by)
        self._offered |= {f"{scheme.code}:{office.code}": (scheme, office) for office in offices}
        return [(f"{scheme.code}:{office.code}", f"{office.name} · {scheme.name}") for office in offices]

    def clean_subject(self) -> tuple[Scheme, Office]:
        chosen = self._offered.get(self.cleaned_data["subject"])
        if chosen is None:
            raise ValidationError(_("请重新选择方案和机构"))
        return chosen


def _schemes(by: Actor) -> Any:
    return (
        Scheme.objects.visible_to(by, Permission.REPORT_EXPORT)
        .exclude(state=Scheme.State.DRAFT)
        .select_related("office")
    )
