"""Shapes of input for cases. What a step may do stands in `actions`, `clock`, `departments` and `supervising`."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.casework.models import AdoptedLevel, Case, CaseKind, Verdict
from apps.casework.offices import leaders_of, may_lead
from apps.casework.once import OnceForm
from apps.core.forms import DayField, offer
from apps.core.texts import ShortLineField, ShortTextField
from apps.offices.models import Office, OfficeKind


class CaseFilter(forms.Form):
    """State of the list, as it stands in the URL."""

    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("未办结")), ("all", _("全部")), *Case.State.choices]
    )
    kind = forms.ChoiceField(label=_("类型"), required=False, choices=[("", _("全部")), *CaseKind.choices])
    due = forms.ChoiceField(
        label=_("期限"),
        required=False,
        choices=[
            ("", _("全部")),
            ("overdue", _("已逾期")),
            ("soon", _("7 天内到期")),
            ("waiting", _("等待提出人")),
            ("supervised", _("督办中")),
        ],
    )
    office = forms.ChoiceField(label=_("登记机构"), required=False)
    lead = forms.ChoiceField(label=_("主办机构"), required=False)
    # Kept in the URL by the tabs above the list.
    view = forms.ChoiceField(
        required=False, choices=[("", ""), ("mine", ""), ("office", "")], widget=forms.HiddenInput
    )

    def __init__(
        self,
        *args: Any,
        offices: Sequence[tuple[str, str]],
        leads: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, office=[("", _("全部")), *offices], lead=[("", _("全部")), *leads])


class CaseForm(OnceForm):
    """A case entered by itself, not in a visit."""

    kind = forms.ChoiceField(label=_("类型"), choices=CaseKind.choices)
    text = ShortTextField(label=_("事项"), rows=4, help_text=_("只记事，不评人。登记后不能改写。"))
    opened_on = DayField(label=_("登记日期"))
    may_be_named = forms.BooleanField(
        label=_("提出人同意实名转办"),
        required=False,
        help_text=_("不勾选时，承办部门看不到提出人的姓名。"),
    )


class StepForm(forms.Form):
    """A step of one case; the day it is taken is today unless the form asks for it."""

    def __init__(self, data: Any = None, files: Any = None, *, case: Case, auto_id: str = "id_%s") -> None:
        today = timezone.localdate()
        days = {name: today for name, field in self.base_fields.items() if isinstance(field, DayField)}
        super().__init__(data, files, initial=days, auto_id=auto_id)
        self.case = case
        self.prepare(case)

    def prepare(self, case: Case) -> None:
        """Offer what this case allows."""


def _indented(office: Office) -> str:
    return "\u3000" * (office.depth - 1) + office.name


class OfficeChoice(forms.ModelChoiceField):
    """An office, indented as it stands in the tree."""

    def label_from_instance(self, office: Office) -> str:
        return _indented(office)


class OfficesChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, office: Office) -> str:
        return _indented(office)


def offer_offices(form: StepForm, name: str, case: Case, offered: QuerySet[Office]) -> None:
    """What is chosen is checked against the rows; the names come from the one list that all forms of the case share."""
    offer(form, **{name: offered})
    field = cast(forms.ModelChoiceField, form.fields[name])
    only_departments = name == "office"
    field.choices = [
        *([("", field.empty_label)] if field.empty_label is not None else []),
        *(
            (office.pk, _indented(office))
            for office in leaders_of(case)
            if (
                office.kind == OfficeKind.DEPARTMENT if only_departments else office.pk != case.lead_office_id
            )
        ),
    ]


class AnswerForm(StepForm):
    answer = ShortTextField(label=_("答复内容"))
    answered_on = DayField(label=_("答复日期"))

    def prepare(self, case: Case) -> None:
        # The page has read them.
        if replies := sorted(case.replies.all(), key=lambda reply: reply.pk):
            self.initial["answer"] = replies[-1].text


class VerdictForm(StepForm):
    """What the asker said on the telephone or in person."""

    verdict = forms.ChoiceField(label=_("提出人是否满意"), choices=Verdict.choices, widget=forms.RadioSelect)
    said_on = DayField(label=_("评价日期"))
    why = ShortTextField(label=_("原因"), required=False, rows=2, help_text=_("不满意的请写明原因。"))


class CloseForm(StepForm):
    closed_on = DayField(label=_("办结日期"))
    deed_done = forms.BooleanField(label=_("为提出人办成了实事（不只是答复）"), required=False)


class AdoptForm(StepForm):
    adopted_on = DayField(label=_("采纳日期"))
    adopted_by_level = forms.ChoiceField(label=_("采纳层级"), choices=AdoptedLevel.choices)
    adopted_document = ShortLineField(label=_("采纳的文件或依据"), max_length=100)
    adopted_result = ShortTextField(label=_("采纳结果"), required=False, rows=2)


class ReasonForm(StepForm):
    reason = ShortTextField(label=_("原因"), rows=2)


class TransferForm(ReasonForm):
    lead_office = OfficeChoice(label=_("转给"), queryset=Office.objects.none())
    field_order = ("lead_office", "reason")

    def prepare(self, case: Case) -> None:
        offer_offices(self, "lead_office", case, may_lead(case).exclude(pk=case.lead_office_id))


class AssistForm(StepForm):
    assisting = OfficesChoice(
        label=_("协办机构"),
        queryset=Office.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def prepare(self, case: Case) -> None:
        offer_offices(self, "assisting", case, may_lead(case).exclude(pk=case.lead_office_id))
        self.initial["assisting"] = [office.pk for office in case.assisting.all()]


class MergeForm(ReasonForm):
    into = forms.RegexField(
        label=_("并入事项的编号"),
        regex=r"^[Ss]?0*[1-9][0-9]{0,9}$",
        help_text=_("如 S0000012，须由同一机构主办并正在办理。"),
    )
    field_order = ("into", "reason")

    def clean_into(self) -> Case:
        number = int(self.cleaned_data["into"].lstrip("Ss"))
        other = Case.objects.open().filter(pk=number, lead_office=self.case.lead_office_id).first()
        if other is None:
            raise ValidationError(_("没有找到同一机构主办、正在办理的这件事项。"), code="not_found")
        return other


class DecideForm(ReasonForm):
    grant = forms.TypedChoiceField(
        label=_("审批"),
        choices=[("yes", _("同意")), ("no", _("不同意"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
    field_order = ("grant", "reason")


def departments(case: Case) -> QuerySet[Office]:
    """The departments that may be given the case."""
    return may_lead(case).filter(kind=OfficeKind.DEPARTMENT)


class HandOutForm(StepForm):
    """交办单: to which department, and whether the asker agreed to be named."""

    office = OfficeChoice(label=_("承办部门"), queryset=Office.objects.none())
    may_be_named = forms.BooleanField(
        label=_("提出人同意实名转办"),
        required=False,
        help_text=_("不勾选时，交办单和链接上都没有提出人的姓名。"),
    )

    def prepare(self, case: Case) -> None:
        offer_offices(self, "office", case, departments(case))
        self.initial["may_be_named"] = case.may_be_named


class ReplyForm(StepForm):
    """代录答复: what the department wrote, and the scan of it."""

    office = OfficeChoice(label=_("答复部门"), queryset=Office.objects.none())
    text = ShortTextField(label=_("答复内容"))
    replied_on = DayField(label=_("答复日期"))
    scan = forms.FileField(label=_("书面答复的扫描件"), help_text=_("PDF、PNG 或 JPG，不超过 10 MB。"))

    def prepare(self, case: Case) -> None:
        offer_offices(self, "office", case, departments(case))


class DepartmentAnswerForm(forms.Form):
    """The department's own answer, by its link."""

    text = ShortTextField(label=_("答复内容"), rows=5, help_text=_("只记事，不评人。"))


class AskerForm(forms.Form):
    """The asker's own word, by their link."""

    verdict = forms.ChoiceField(
        label=_("您对答复是否满意"), choices=Verdict.choices, widget=forms.RadioSelect
    )
    why = ShortTextField(label=_("原因"), required=False, rows=3, help_text=_("不满意的请写明原因。"))


class AskAgainForm(forms.Form):
    """The asker comes back to a case that was closed."""

    reason = ShortTextField(label=_("为什么要重新办理"), rows=3)


class AnswerLetterForm(forms.Form):
    """反馈 to a 督办单."""

    answer = ShortTextField(label=_("反馈内容"), rows=3)
