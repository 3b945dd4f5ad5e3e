from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor
from apps.core.forms import offer
from apps.reports.actions import FORMATS
from apps.reports.subjects import Subject, subjects

FORMAT_LABELS = {
    "docx": _("Word 文档（公文格式，可修改）"),
    "pdf": _("PDF（打印用，含图）"),
    "xlsx": _("Excel 工作簿（含指标明细和记录编号）"),
}


def _formats() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("格式"),
        choices=[(name, FORMAT_LABELS[name]) for name in FORMATS],
        initial=list(FORMATS),
        widget=forms.CheckboxSelectMultiple,
    )


class BatchForm(forms.Form):
    """In which formats all offices' reports are wanted."""

    formats = _formats()


class StampedForm(forms.Form):
    """The report as it came back, edited and stamped."""

    file = forms.FileField(
        label=_("盖章件"), help_text=_("PDF，不超过 10 MB。上传后不能更换，可以再传一份。")
    )


class TemplateForm(forms.Form):
    """A Word template of the office's own."""

    file = forms.FileField(
        label=_("Word 模板"), help_text=_("docx，不超过 2 MB，不带宏。上传后先试打印，标记有误的不会启用。")
    )


class ReportForm(forms.Form):
    """Which report of a year: an office, under a scheme or without, and in which formats."""

    subject = forms.ChoiceField(label=_("方案和机构"))
    formats = _formats()

    def __init__(
        self, *args: Any, by: Actor, year: int | None, years: Sequence[int] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.year, self.years = year, years
        self._offered = {subject.key: subject for subject in subjects(by, year)} if year else {}
        offer(self, subject=list(self._groups()))

    @property
    def subjects(self) -> list[Subject]:
        return list(self._offered.values())

    def _groups(self) -> Iterator[tuple[Any, list[tuple[str, str]]]]:
        """Each scheme with its offices, and last those that nobody assesses."""
        groups: dict[str, list[tuple[str, str]]] = {}
        unscored: list[tuple[str, str]] = []
        for key, subject in self._offered.items():
            scheme = subject.scheme
            # The office tells what is chosen once the list is folded; the scheme heads its group.
            choices = groups.setdefault(scheme.name, []) if scheme else unscored
            choices.append((key, subject.office.name))
        yield from groups.items()
        if unscored:
            yield _("没有考核方案：只列数据，不计得分"), unscored

    def clean_subject(self) -> Subject:
        chosen = self._offered.get(self.cleaned_data["subject"])
        if chosen is None:
            raise ValidationError(_("请重新选择机构"))
        return chosen
