"""The form of one item: what it is worth, where its figure comes from, and a part of its own for each kind of rule."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.assessment.editing.document import Document
from apps.assessment.editing.forms.rows import Column, NotANumber, Rows, number_in, shown_number
from apps.assessment.editing.words import RULE_CHOICES
from apps.assessment.schemefile import LONGEST_ITEM
from apps.core.metrics import Metric, all_metrics
from apps.core.metrics import metric as metric_of

COUNTED = frozenset({"ratio", "ladder", "per_item", "deduct", "rank"})
# What each kind asks for beside name, points, groups and words.
FIELDS: dict[str, tuple[str, ...]] = {
    "ratio": ("target",),
    "ladder": (),
    "per_item": ("each", "cap"),
    "ladder_items": ("cap",),
    "cumulative_items": ("cap",),
    "deduct": ("each", "cap"),
    "judged": ("judges", "drop_extremes"),
    "survey": ("target", "minimum_answers"),
    "manual": (),
    "rank": ("spread",),
}
OWN = ("target", "each", "cap", "judges", "drop_extremes", "minimum_answers", "spread")
NEEDED = {"points", "metric", "unit", "target", "each", "judges", "minimum_answers"}
EXTRAS = ("per_item", "ladder_items", "cumulative_items")


class FigureField(forms.CharField):
    """A number as people type it, with % or without; `share` reads it in percent."""

    def __init__(self, *, share: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)
        self.share = share

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None  # what is required is asked for by `validate`
        try:
            return number_in(text, share=self.share)
        except NotANumber as error:
            raise forms.ValidationError(str(error)) from None

    def prepare_value(self, value: Any) -> Any:
        # What was typed comes back as it was typed.
        return value if value is None or isinstance(value, str) else shown_number(value, share=self.share)


class ItemForm(forms.Form):
    """`part` is base, bonus or deduction; `groups` are the names of the scheme's groups."""

    rows: Rows | None = None

    name = forms.CharField(label=_("指标名称"), max_length=LONGEST_ITEM)
    points = FigureField(label=_("分值"), help_text=_("本指标最多得多少分"))
    groups = forms.MultipleChoiceField(
        label=_("只用于这些组"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选时用于所有组。权重不同的，按组各建一项，名称可以相同。"),
    )
    rule = forms.ChoiceField(label=_("计分规则"))
    metric = forms.ChoiceField(
        label=_("数据来源"),
        required=False,
        help_text=_("系统已统计的从指标库选；没有统计的由单位申报，另一人审核。"),
    )
    unit = forms.ChoiceField(
        label=_("申报的是"),
        required=False,
        choices=[("%", _("比率（分子和分母）")), ("件", _("件数")), ("次", _("次数"))],
    )
    target = FigureField(label=_("目标值"))
    each = FigureField(label=_("每件分值"))
    cap = FigureField(label=_("最高分"), help_text=_("不填则只受本部分上限限制"))
    judges = FigureField(label=_("评委人数"))
    drop_extremes = forms.BooleanField(label=_("去掉一个最高分和一个最低分"), required=False)
    minimum_answers = FigureField(label=_("最少有效答卷"), help_text=_("不足的不适用；至少 10 份"))
    spread = FigureField(
        label=_("级差（%）"), share=True, help_text=_("末位比第一名少得的比例；100 表示末位得 0 分")
    )
    evidence = forms.BooleanField(label=_("申报时必须写明佐证"), required=False)
    text = forms.CharField(
        label=_("补充说明"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("显示在系统生成的规则文字旁边"),
    )

    COLUMNS: ClassVar[dict[str, tuple[str, ...]]] = {
        "ladder": ("value", "points"),
        "ladder_items": ("name", "points"),
        "cumulative_items": ("name", "points"),
        "judged": ("points", "words"),
    }
    ROWS_KEY: ClassVar[dict[str, str]] = {
        "ladder": "steps",
        "ladder_items": "levels",
        "cumulative_items": "levels",
        "judged": "descriptors",
    }

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        part: str,
        groups: Iterable[str],
        item: Document | None = None,
    ) -> None:
        self.item = item or {}
        self.kind = self._kind(data, part)
        initial = self._initial()
        super().__init__(data, initial=initial)
        source = data if data is not None else initial
        self.metric_chosen = metric_of(str(source.get("metric", "")))
        self.is_share = self._is_share(source)
        self._offer(part, list(groups))
        if self.kind in self.COLUMNS:
            self.rows = self._rows(data)

    # What the form shows ----------------------------------------------------------------------------------------------

    def _kind(self, data: Mapping[str, Any] | None, part: str) -> str:
        kind = str(
            (data or {}).get("rule")
            or self.item.get("rule")
            or {"bonus": "per_item", "deduction": "deduct"}.get(part, "ratio")
        )
        return kind if kind in FIELDS else "ratio"

    def _initial(self) -> dict[str, Any]:
        values = {name: value for name, value in self.item.items() if name in self.base_fields}
        values["rule"] = self.kind
        values["evidence"] = self.item.get("evidence") == "required"
        values["metric"] = self.item.get("metric") or ("declared" if self.item.get("declared") else "")
        values["unit"] = self.item.get("unit") or ("%" if self._bound() <= 1 else "件")
        if self.kind == "judged" and not self.item:
            values["judges"] = 5
        if self.kind == "survey":
            values.setdefault("minimum_answers", 10)
        return values

    def _bound(self) -> Any:
        """The highest figure that the rule asks for, by which a declared share is told from a count."""
        steps = [row[0] for row in self.item.get("steps") or [] if isinstance(row[0], int | float)]
        target = self.item.get("target", 1)
        return max([*steps, *([target] if not steps and isinstance(target, int | float) else [])], default=1)

    def _is_share(self, source: Mapping[str, Any]) -> bool:
        if self.kind == "survey":
            return True
        if self.metric_chosen is not None:
            return self.metric_chosen.has_denominator
        return str(source.get("unit") or "%") == "%"

    def _offer(self, part: str, groups: list[str]) -> None:
        wanted = {"base": [k for k in FIELDS if k != "deduct"], "bonus": EXTRAS, "deduction": ["deduct"]}[
            part
        ]
        self._choices(
            "rule", [(kind, f"{label}：{when}") for kind, label, when in RULE_CHOICES if kind in wanted]
        )
        self._choices("metric", self._metrics())
        self._choices("groups", [(name, name) for name in groups])
        unwanted = set(OWN) - set(FIELDS[self.kind])
        if part != "base":
            unwanted.add("points")
        elif self.kind in EXTRAS:
            unwanted.add("cap")
        if self.metric_chosen is not None and not self.item.get("evidence"):
            unwanted.add("evidence")
        if len(groups) < 2:
            unwanted.add("groups")
        if self.kind not in COUNTED:
            unwanted.add("metric")
        if self.kind not in {"ratio", "ladder"} or self.metric_chosen is not None:
            unwanted.add("unit")
        for name in unwanted:
            del self.fields[name]
        for name in NEEDED & self.fields.keys():
            self.fields[name].required = True
        if "target" in self.fields:
            target: Any = self.fields["target"]
            target.share = self.is_share
            target.label = _("目标值（%）") if self.is_share else _("目标值")

    def _choices(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def _metrics(self) -> list[Any]:
        counted = [
            each
            for each in all_metrics()
            if each.scorable and not (self.kind == "rank" and each.about_members)
        ]
        declared = [] if self.kind == "rank" else [("declared", _("单位申报（申报数）"))]
        return [
            ("", _("请选择")),
            *declared,
            (_("指标库"), [(each.code, f"{each.name}（{each.unit}）") for each in counted]),
        ]

    def _rows(self, data: Mapping[str, Any] | None) -> Rows:
        columns = [self._column(name) for name in self.COLUMNS[self.kind]]
        if data is not None and f"row-{columns[0].name}-0" in data:
            return Rows.typed("row", columns, data)
        stored = self.item.get(self.ROWS_KEY[self.kind]) or []
        rows = [row for row in stored if isinstance(row, list) and len(row) == 2]
        if self.kind != self.item.get("rule"):
            rows = []
        return Rows.of("row", columns, rows, spare=1 if rows else 3)

    def _column(self, name: str) -> Column:
        if name == "value":
            return Column("value", _("达到（%）") if self.is_share else _("达到"), share=self.is_share)
        if name == "points":
            return Column("points", _("得分"))
        return Column(name, _("级别") if name == "name" else _("是什么样"), is_number=False)

    @property
    def own_fields(self) -> list[Any]:
        """The fields of the chosen kind of rule."""
        return [self[name] for name in FIELDS[self.kind] if name in self.fields]

    @property
    def meaning(self) -> Metric | None:
        return self.metric_chosen if "metric" in self.fields else None

    @property
    def is_counted(self) -> bool:
        return self.metric_chosen is not None and self.metric_chosen.figures is not None

    # What it says -----------------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.rows is not None:
            cleaned["rows"] = self.rows.read()
            for message in self.rows.errors.values():
                self.add_error(None, message)
        return cleaned

    def to_document(self) -> Document:
        """The item as the document holds it; what was left empty is left out, and the check says what is missing."""
        typed = self.cleaned_data
        item: Document = {"name": typed["name"], "rule": self.kind}
        for name in ("points", *FIELDS[self.kind]):
            if typed.get(name) not in (None, False):
                item[name] = typed[name]
        if typed.get("groups"):
            item["groups"] = typed["groups"]
        if typed.get("metric") == "declared":
            item["declared"] = True
        elif typed.get("metric"):
            item["metric"] = typed["metric"]
        if typed.get("unit") not in (None, "", "%") and "metric" not in item:
            item["unit"] = typed["unit"]
        if typed.get("rows"):
            item[self.ROWS_KEY[self.kind]] = typed["rows"]
        if typed.get("evidence"):
            item["evidence"] = "required"
        if typed["text"]:
            item["text"] = " ".join(typed["text"].split())
        return item
