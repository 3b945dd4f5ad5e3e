"""Forms of a scheme's other parts: its head with the calendar, grades, groups, sections; of new schemes and changes."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.assessment.editing.document import Document
from apps.assessment.editing.forms.items import FigureField
from apps.assessment.editing.forms.rows import Column, Rows
from apps.assessment.editing.versions import LONGEST_REASON
from apps.assessment.models import Scheme
from apps.assessment.schemefile import ASSESSED, LONGEST_CODE, LONGEST_NAME, LONGEST_TITLE
from apps.core.forms import DayField, offer
from apps.core.wording import validate_wording
from apps.offices.models import TOWN_KINDS, Office, OfficeKind

ASSESSED_WORDS = {
    "county": _("县（市、区）"),
    "town": _("乡镇、街道、园区"),
    "subdistrict": _("街道"),
    "zone": _("园区、功能区"),
    "community": _("村社区"),
    "department": _("部门"),
    "mixed": _("几类机构一起，分组考核"),
}
_KINDS: dict[str, tuple[str, ...]] = {
    "county": (OfficeKind.COUNTY, OfficeKind.ZONE),
    "town": tuple(TOWN_KINDS),
    "subdistrict": (OfficeKind.SUBDISTRICT,),
    "zone": (OfficeKind.ZONE,),
    "community": (OfficeKind.COMMUNITY,),
    "department": (OfficeKind.DEPARTMENT,),
    "mixed": tuple(OfficeKind.values),
}


class NewSchemeForm(forms.Form):
    office = forms.ModelChoiceField(label=_("考核机构"), queryset=Office.objects.none())
    assessed = forms.ChoiceField(
        label=_("考核对象"),
        choices=[(code, ASSESSED_WORDS[code]) for code in ASSESSED],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("方案名称"), max_length=LONGEST_TITLE)
    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9-]*$",
        label=_("代码"),
        max_length=LONGEST_CODE,
        help_text=_("字母、数字和连字符，如 TZ-2027"),
    )
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)

    def __init__(self, *args: Any, offices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, office=offices)


class CopyForm(forms.Form):
    code = forms.RegexField(r"^[A-Za-z0-9][A-Za-z0-9-]*$", label=_("新方案代码"), max_length=LONGEST_CODE)
    year = forms.IntegerField(label=_("新年度"), min_value=2000, max_value=2100)


class HeadForm(forms.Form):
    """Name, basis and dates."""

    name = forms.CharField(label=_("方案名称"), max_length=LONGEST_TITLE)
    basis = forms.CharField(label=_("依据文号"), max_length=LONGEST_TITLE, required=False)
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    open = DayField(label=_("启动"))
    self_statement_from = DayField(label=_("自评起"))
    self_statement_until = DayField(label=_("自评止"))
    entry_deadline = DayField(label=_("录入截止"))
    review_from = DayField(label=_("审核起"))
    review_until = DayField(label=_("审核止"))
    objection_workdays = forms.IntegerField(label=_("异议期（工作日）"), min_value=1, max_value=30)
    decision = DayField(label=_("审定"))
    publish = DayField(label=_("公布"))

    SPANS = ("self_statement", "review")
    DAYS = ("open", "entry_deadline", "decision", "publish")

    @classmethod
    def initial_of(cls, document: Document) -> dict[str, Any]:
        calendar = document.get("calendar", {})
        initial = {name: document.get(name, "") for name in ("name", "basis", "year")}
        initial |= {name: calendar.get(name, "") for name in (*cls.DAYS, "objection_workdays")}
        for name in cls.SPANS:
            first, _slash, last = str(calendar.get(name, "")).partition("/")
            initial |= {f"{name}_from": first, f"{name}_until": last}
        return initial

    def apply(self, document: Document) -> Document:
        typed = self.cleaned_data
        calendar = {name: _iso(typed[name]) for name in self.DAYS}
        calendar |= {
            name: f"{_iso(typed[f'{name}_from'])}/{_iso(typed[f'{name}_until'])}" for name in self.SPANS
        }
        calendar["objection_workdays"] = typed["objection_workdays"]
        made = {**document, "name": typed["name"], "year": typed["year"], "calendar": calendar}
        made.pop("basis", None)
        return made | ({"basis": typed["basis"]} if typed["basis"] else {})


def _iso(day: dt.date) -> str:
    return day.isoformat()


class GradesForm(forms.Form):
    """Grades, best first, as rows."""

    COLUMNS = (
        Column("name", _("等次"), is_number=False),
        Column("at_least", _("分数线（分）")),
        Column("quota", _("名额上限（%）"), share=True),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, grades: Iterable[Document] = ()) -> None:
        super().__init__(data)
        values = [[grade.get(column.name) for column in self.COLUMNS] for grade in grades]
        self.rows = (
            Rows.typed("row", self.COLUMNS, data)
            if data is not None
            else Rows.of("row", self.COLUMNS, values)
        )

    def clean(self) -> dict[str, Any]:
        self.grades = [
            {column.name: value for column, value in zip(self.COLUMNS, row, strict=True) if value is not None}
            for row in self.rows.read()
        ]
        for message in self.rows.errors.values():
            self.add_error(None, message)
        return self.cleaned_data


class GroupForm(forms.Form):
    name = forms.CharField(label=_("组名"), max_length=LONGEST_NAME)
    offices = forms.MultipleChoiceField(
        label=_("本组单位"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, offices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, offices=offices)


def offices_to_group(scheme: Scheme, assessed: str, taken: Mapping[str, str]) -> list[tuple[str, str]]:
    """The offices below the assessing one that a scheme of this kind may assess; `taken`: code → its other group."""
    kinds = _KINDS.get(assessed, tuple(OfficeKind.values))
    below = list(Office.objects.filter(path__startswith=scheme.office.path).exclude(pk=scheme.office_id))
    names = {office.path: office.name for office in below}
    return [
        (office.code, _label(office, names.get(office.parent_path, ""), taken.get(office.code, "")))
        for office in below
        if office.kind in kinds
    ]


def _label(office: Office, above: str, group: str) -> str:
    name = f"{above} {office.name}" if above else office.name
    return f"{name}（{group}）" if group else name


class SectionForm(forms.Form):
    name = forms.CharField(label=_("部分名称"), max_length=LONGEST_NAME)
    part = forms.ChoiceField(
        label=_("类型"),
        choices=[("base", _("基本分（各组合计 100 分）")), ("bonus", _("加分")), ("deduction", _("扣分"))],
        widget=forms.RadioSelect,
        initial="base",
    )
    points = FigureField(label=_("分值"), help_text=_("基本分填写；应等于本部分各指标之和"))
    cap = FigureField(label=_("上限"), help_text=_("加分和扣分填写；最多加或扣多少分"))

    def __init__(self, *args: Any, groups: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group_names = list(groups)
        if len(self.group_names) > 1:
            for number, name in enumerate(self.group_names):
                self.fields[f"group_{number}"] = FigureField(label=name)

    @property
    def group_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("group_")]

    @staticmethod
    def initial_of(section: Document, groups: list[str]) -> dict[str, Any]:
        part = "bonus" if section.get("bonus") else "deduction" if section.get("deduction") else "base"
        points = section.get("points")
        initial: dict[str, Any] = {"name": section.get("name", ""), "part": part, "cap": section.get("cap")}
        if isinstance(points, dict):
            return initial | {f"group_{number}": points.get(name) for number, name in enumerate(groups)}
        return initial | {"points": points}

    def to_document(self) -> Document:
        typed = self.cleaned_data
        section: Document = {"name": typed["name"]}
        if typed["part"] != "base":
            section[typed["part"]] = True
            return section | ({"cap": typed["cap"]} if typed["cap"] is not None else {})
        by_group = {
            name: typed[f"group_{number}"]
            for number, name in enumerate(self.group_names)
            if typed.get(f"group_{number}")
        }
        points = by_group or typed["points"]
        return section | ({"points": points} if points is not None else {})


class ChangeForm(forms.Form):
    """Why a change is made: kept with the version, shown to the offices."""

    reason = forms.CharField(
        validators=[validate_wording],
        label=_("变更原因"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_REASON}),
        help_text=_("写明依据和理由，考核对象会看到。"),
    )
