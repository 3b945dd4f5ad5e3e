"""Shape of what people type into the assessment; what it may mean is checked by the actions."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.assessment.declaring import Declared, is_by_item, takes_denominator
from apps.assessment.evidence import Outcome
from apps.assessment.models import DeclaredFigure, Indicator
from apps.assessment.rules import CumulativeItems, LadderItems
from apps.core.forms import offer
from apps.core.wording import validate_wording

# A scheme is a page or two of text.
MOST_BYTES = 200_000


class SchemeFileForm(forms.Form):
    file = forms.FileField(
        label=_("方案文件"),
        help_text=_(
            "xlsx 或 yaml 文件，不超过 200 KB；样式可从现有方案导出。导入后为草稿，启动前可以重新导入。"
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.yaml,.yml"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("文件过大，考核方案不应超过 200 KB。"))
        return file


class DeclareForm(forms.Form):
    """One declared figure: a share, a count, or a matter with its level, as the indicator's rule takes it."""

    matter = forms.CharField(validators=[validate_wording], label=_("事项"), max_length=60)
    level = forms.ChoiceField(label=_("级别"))
    numerator = forms.DecimalField(label=_("数量"), min_value=Decimal(0), max_digits=10, decimal_places=2)
    denominator = forms.DecimalField(
        label=_("应有数（分母）"), min_value=Decimal(0), max_digits=10, decimal_places=2, required=False
    )
    evidence = forms.CharField(
        validators=[validate_wording],
        label=_("佐证"),
        max_length=100,
        required=False,
        help_text=_("文号或材料名称。只记事，不评人。"),
    )
    scan = forms.FileField(
        label=_("佐证扫描件"),
        required=False,
        help_text=_("PDF、PNG 或 JPG，不超过 10 MB。"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )

    def __init__(
        self, *args: Any, indicator: Indicator, row: DeclaredFigure | None = None, **kwargs: Any
    ) -> None:
        if row is not None:
            names = ("matter", "level", "numerator", "denominator", "evidence")
            kwargs.setdefault("initial", {name: getattr(row, name) for name in names})
        super().__init__(*args, **kwargs)
        rule = indicator.rule
        if isinstance(rule, LadderItems | CumulativeItems):
            offer(self, level=[(name, name) for name, _points in rule.levels])
            unwanted = ["numerator", "denominator"]
        else:
            unwanted = ["matter", "level"]
            if not takes_denominator(indicator):
                unwanted.append("denominator")
        for name in unwanted:
            del self.fields[name]
        self.fields["evidence"].required = indicator.evidence_required
        if not is_by_item(indicator) and "denominator" in self.fields:
            self.fields["numerator"].label = _("完成数（分子）")

    def declared(self) -> Declared:
        return Declared(**{name: value for name, value in self.cleaned_data.items() if name != "scan"})


class ReviewForm(forms.Form):
    review_note = forms.CharField(
        validators=[validate_wording],
        label=_("审核意见"),
        max_length=100,
        required=False,
        help_text=_("退回时必填。"),
    )


class VerdictForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("结论"),
        choices=[(Outcome.MET, _("完成")), (Outcome.PART, _("部分完成")), (Outcome.NOT_MET, _("未完成"))],
        widget=forms.RadioSelect,
    )
    points = forms.DecimalField(
        label=_("部分完成的得分"), min_value=Decimal(0), max_digits=5, decimal_places=2, required=False
    )
    reason = forms.CharField(validators=[validate_wording], label=_("依据"), max_length=100)
