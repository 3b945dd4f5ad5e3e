"""Shape of what people type in a round; what it may mean is checked by the actions."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.assessment.models import Decision, Indicator, Mark, Scheme, StatementItem
from apps.assessment.numbers import plain
from apps.assessment.rounds.stating import Said
from apps.core.forms import offer
from apps.core.texts import ShortLineField, ShortTextField


def points_field(label: Any, *, required: bool = True, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=5, decimal_places=2, required=required, **options)


class StatementForm(forms.Form):
    """A text and the own estimate for each indicator, under the names text-<id> and claimed-<id>."""

    def __init__(
        self,
        *args: Any,
        indicators: Iterable[Indicator],
        known: Mapping[int, StatementItem],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.indicators = list(indicators)
        for each in self.indicators:
            item = known.get(each.pk)
            self.fields[f"text-{each.pk}"] = ShortTextField(
                label=_("自评说明"), required=False, rows=2, initial=item.text if item else ""
            )
            self.fields[f"claimed-{each.pk}"] = points_field(
                _("自评分"),
                required=False,
                initial=plain(item.claimed) if item and item.claimed is not None else None,
                widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
            )

    def said(self) -> dict[int, Said]:
        """What was typed, by indicator id."""
        return {
            each.pk: Said(self.cleaned_data[f"text-{each.pk}"], self.cleaned_data[f"claimed-{each.pk}"])
            for each in self.indicators
        }

    def fields_of(self, indicator: Indicator) -> dict[str, forms.BoundField]:
        return {"text": self[f"text-{indicator.pk}"], "claimed": self[f"claimed-{indicator.pk}"]}


class MarkForm(forms.Form):
    points = points_field(_("评分"), min_value=Decimal(0))
    reason = ShortTextField(label=_("理由"), max_length=200, help_text=_("只记事，不评人。"))

    def __init__(self, *args: Any, known: Mark | None, **kwargs: Any) -> None:
        if known is not None:
            kwargs.setdefault("initial", {"points": plain(known.points), "reason": known.reason})
        super().__init__(*args, **kwargs)


class GridForm(forms.Form):
    file = forms.FileField(
        label=_("填好的表格"),
        help_text=_("从本页导出的 xlsx 文件，不超过 2 MB。先核对，确认后才导入。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )


class ExaminersForm(forms.Form):
    users = forms.ModelMultipleChoiceField(
        label=_("人员"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, offered: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, users=User.objects.filter(pk__in=[user.pk for user in offered]))
        # Drawn from what was read already: a form a group and task would ask for the same people again.
        self.fields["users"].choices = [(user.pk, str(user)) for user in offered]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = ShortTextField(label=_("原因"), max_length=200, rows=2)


class ObjectionForm(forms.Form):
    text = ShortTextField(
        label=_("异议内容"), rows=4, help_text=_("写明哪里计算有误、依据是什么。只记事，不评人。")
    )


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("复核结论"),
        choices=[("maintained", _("维持原结果")), ("changed", _("更改得分"))],
        widget=forms.RadioSelect,
    )
    points = points_field(_("更改后的得分"), required=False)
    answer = ShortTextField(label=_("复核意见和理由"), rows=4)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if (
            cleaned.get("outcome") == "changed"
            and cleaned.get("points") is None
            and "points" not in self.errors
        ):
            self.add_error("points", _("更改得分时须填写新的得分"))
        if cleaned.get("outcome") == "maintained":
            cleaned["points"] = None
        return cleaned


class DecideForm(forms.Form):
    grade = forms.ChoiceField(label=_("审定等次"), required=False)
    reason = ShortTextField(
        label=_("调整理由"),
        required=False,
        max_length=200,
        rows=2,
        help_text=_("改变等次时必填，会随结果公布。"),
    )
    veto_basis = ShortLineField(
        label=_("一票否决依据（文号）"),
        required=False,
        max_length=100,
        help_text=_("没有文号不能一票否决；留空即不否决。"),
    )

    def __init__(self, *args: Any, scheme: Scheme, known: Decision | None, **kwargs: Any) -> None:
        if known is not None:
            kwargs.setdefault(
                "initial", {"grade": known.grade, "reason": known.reason, "veto_basis": known.veto_basis}
            )
        super().__init__(*args, **kwargs)
        names = [(grade.name, grade.name) for grade in scheme.grade_bounds()]
        offer(self, grade=[("", _("按得分确定")), *names])


class CorrectForm(forms.Form):
    points = points_field(_("更正后的得分"))
    reason = ShortTextField(label=_("更正理由"), max_length=200, rows=2)
