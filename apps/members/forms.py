"""The shape of what is typed about members; what it does stands in actions."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.access import Actor, Permission
from apps.core.forms import DayField, MonthField, PersonNameField, PhoneField, needed_at_times, offer
from apps.core.selects import PlainSelect
from apps.core.wording import validate_wording
from apps.members.actions import Particulars, masked_phone
from apps.members.listing import CONTACT_AGES, SHOWN_STATUSES
from apps.members.models import ASSOCIATION_KINDS, GONE, Category, Consent, ContactPreference, Member
from apps.members.organization_words import RefusedOrganization, refuse_organization
from apps.members.organizations import main_post
from apps.members.purposes import OpeningPurpose, RevealPurpose
from apps.members.searching import LONGEST
from apps.members.witnesses import possible_witnesses
from apps.offices.forms import OfficeField
from apps.offices.models import TOWN_KINDS, Office, OfficeKind

_SEPARATORS = re.compile(r"[、,，;；\n]+")
_MEMBER_KINDS = (OfficeKind.CITY, OfficeKind.COUNTY, *TOWN_KINDS)
EVERY = [("", _("全部"))]


def _inline() -> forms.Select:
    """A select that stands in a toolbar and not in a field."""
    return forms.Select(attrs={"class": "control"})


def split_organizations(typed: str) -> tuple[str, ...]:
    """The names in a text like 甲县商会、乙县侨联."""
    return tuple(part.strip() for part in _SEPARATORS.split(typed) if part.strip())


def member_offices(actor: Actor, permission: Permission) -> Any:
    """The offices at which the actor may have members."""
    return Office.objects.visible_to(actor, permission).filter(kind__in=_MEMBER_KINDS)


class MemberFilter(forms.Form):
    """The filter bar of the list, posted: the words of a search are names and stand in no URL (decision 0005)."""

    q = forms.CharField(
        label=_("姓名、单位或编号"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(
            attrs={"data-search": True, "placeholder": _("汉字、拼音、首字母"), "autocomplete": "off"}
        ),
    )
    office = OfficeField(
        queryset=Office.objects.none(), label=_("机构"), required=False, empty_label=_("全部")
    )
    category = forms.ChoiceField(
        label=_("成员类别"), required=False, choices=[*EVERY, *Category.choices], widget=PlainSelect
    )
    status = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[*EVERY, *((s.value, s.label) for s in SHOWN_STATUSES)],
        widget=PlainSelect,
    )
    contact = forms.ChoiceField(
        label=_("最近联系"), required=False, choices=[*EVERY, *CONTACT_AGES.items()], widget=PlainSelect
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, office=member_offices(actor, Permission.MEMBER_VIEW))


class GuardedText(forms.CharField):
    """Text about a person: past the wording guard."""

    default_validators = [validate_wording]


class MemberForm(forms.Form):
    """A member's particulars; nothing else is kept."""

    name = PersonNameField(label=_("姓名"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    office = OfficeField(queryset=Office.objects.none(), label=_("所在乡镇（街道）"))
    categories = forms.MultipleChoiceField(
        label=_("成员类别"), choices=Category.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    gender = forms.ChoiceField(
        label=_("性别"), choices=[("", _("未填")), *Member.Gender.choices], required=False
    )
    birth_month = MonthField(label=_("出生年月"), required=False)
    phone = PhoneField(label=_("联系电话"), required=False, max_length=40)
    email = forms.EmailField(label=_("电子邮箱"), required=False, max_length=100)
    employer = GuardedText(label=_("工作单位"), required=False, max_length=100)
    title = GuardedText(label=_("职务"), required=False, max_length=50)
    associations = GuardedText(
        label=_("所属团体"), required=False, max_length=200, help_text=_("多个团体用顿号分开")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, office=member_offices(actor, Permission.MEMBER_MANAGE))

    def clean_birth_month(self) -> dt.date | None:
        month: dt.date | None = self.cleaned_data["birth_month"]
        if month and not 0 <= timezone.localdate().year - month.year <= 120:
            raise ValidationError(_("出生年月不合理，请检查"), code="birth_month")
        return month

    def clean_employer(self) -> str:
        return _organization(self.cleaned_data["employer"])

    def clean_associations(self) -> tuple[str, ...]:
        parts = split_organizations(self.cleaned_data["associations"])
        return tuple(dict.fromkeys(_organization(part) for part in parts))

    def particulars(self) -> Particulars:
        """What was typed, for the actions."""
        wanted = Particulars.__dataclass_fields__
        given = {name: value for name, value in self.cleaned_data.items() if name in wanted}
        return Particulars(**{**given, "categories": tuple(given["categories"])})


def _organization(name: str) -> str:
    try:
        refuse_organization(name)
    except RefusedOrganization as error:
        raise ValidationError(str(error), code="organization") from None
    return name


class NewMemberForm(MemberForm):
    """A new member, with the signed sheet where it is at hand."""

    given_on = DayField(label=_("同意日期"), required=False)
    scan = forms.FileField(
        label=_("签字同意表扫描件"),
        required=False,
        help_text=_(
            "PDF、JPG 或 PNG，不超过 10 MB。没有同意表也可先保存，成员为“待本人确认”，不参加结对和统计。"
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("given_on")) != bool(cleaned.get("scan")) and not self.errors:
            missing = "scan" if cleaned.get("given_on") else "given_on"
            self.add_error(missing, _("同意日期和扫描件要一起填写"))
        return cleaned


class EditMemberForm(MemberForm):
    """Numbers and addresses are not shown here either: empty keeps what is there."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    forget_phone = forms.BooleanField(label=_("删除现有电话"), required=False)
    forget_email = forms.BooleanField(label=_("删除现有邮箱"), required=False)

    field_order = [
        "version",
        "name",
        "office",
        "categories",
        "gender",
        "birth_month",
        "phone",
        "forget_phone",
        "email",
        "forget_email",
    ]

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        for name in ("phone", "email"):
            self.fields[name].help_text = _("留空则保持不变")
        if member.phone:
            self.fields["phone"].widget.attrs["placeholder"] = masked_phone(member)
        else:
            del self.fields["forget_phone"]
        if not member.email:
            del self.fields["forget_email"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("phone", "email"):
            if cleaned.get(f"forget_{name}"):
                cleaned[name] = ""
            elif not cleaned.get(name) and name not in self.errors:
                cleaned[name] = getattr(self.member, name)
        return cleaned


def initial_of(member: Member) -> dict[str, Any]:
    """What the edit form starts from. No phone, no e-mail address."""
    groups = member.appointments.filter(ends_on__isnull=True, organization__kind__in=ASSOCIATION_KINDS)
    work = main_post(member)
    return {
        "version": member.version,
        "name": member.name,
        "office": member.office_id,
        "categories": member.categories,
        "gender": member.gender,
        "birth_month": member.birth_month,
        "employer": work.organization.name if work else "",
        "title": work.title if work else "",
        "associations": "、".join(
            dict.fromkeys(groups.values_list("organization__name", flat=True).order_by("pk"))
        ),
    }


class ConsentForm(forms.Form):
    """The signed sheet of a member who waits for confirmation."""

    given_on = DayField(label=_("同意日期"))
    scan = forms.FileField(label=_("签字同意表扫描件"), help_text=_("PDF、JPG 或 PNG，不超过 10 MB"))


class OneConsentForm(ConsentForm):
    """What one member agreed to: on a signed sheet, or in person before a witness."""

    how = forms.ChoiceField(
        label=_("同意方式"),
        choices=[(how.value, how.label) for how in (Consent.How.SIGNED_SHEET, Consent.How.IN_PERSON)],
        initial=Consent.How.SIGNED_SHEET,
        widget=forms.RadioSelect,
    )
    witness = forms.ModelChoiceField(
        User.objects.none(),
        label=_("见证人"),
        help_text=_("当面确认时必选。见证人不能是经办人、结对干部或本人所在单位的人员，会收到通知。"),
    )
    field_order = ("how", "given_on", "scan", "witness")

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed_at_times(self, "scan", "witness")
        self.fields["scan"].help_text = _("签字时必交：PDF、JPG 或 PNG，不超过 10 MB")
        offer(self, witness=possible_witnesses(member))

    def clean_how(self) -> Consent.How:
        return Consent.How(self.cleaned_data["how"])

    def clean(self) -> None:
        if self.cleaned_data.get("how") is Consent.How.SIGNED_SHEET and not self.cleaned_data.get("scan"):
            self.add_error("scan", _("请上传签字同意表的扫描件"))


class WithdrawForm(forms.Form):
    on = DayField(label=_("退出日期"))

    def clean_on(self) -> dt.date:
        on: dt.date = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise ValidationError(_("退出日期不能晚于今天"), code="future")
        return on


class GoneForm(forms.Form):
    status = forms.ChoiceField(
        label=_("情况"),
        choices=[(status.value, status.label) for status in GONE],
        widget=_inline(),
    )
    on = DayField(label=_("日期"))


class ContactForm(forms.Form):
    contact_preference = forms.ChoiceField(
        label=_("联系意愿"), choices=ContactPreference.choices, widget=_inline()
    )


class RevealForm(forms.Form):
    purpose = forms.ChoiceField(label=_("用途"), choices=RevealPurpose.choices, widget=_inline())


class OpeningForm(forms.Form):
    # No default: whoever opens a file says why.
    purpose = forms.ChoiceField(label=_("查看事由"), choices=[("", _("请选择")), *OpeningPurpose.choices])


class RosterForm(forms.Form):
    """A roster to be tried."""

    office = OfficeField(queryset=Office.objects.none(), label=_("导入机构"))
    roster = forms.FileField(label=_("花名册"), help_text=_("xlsx、xls 或 csv，不超过 10 MB"))
    scan = forms.FileField(
        label=_("签字同意表扫描件"),
        required=False,
        help_text=_("PDF、JPG 或 PNG。附上后，写明本人同意的人员直接在册；不附则为“待本人确认”。"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, office=member_offices(actor, Permission.MEMBER_IMPORT))


class BatchConsentForm(ConsentForm):
    """One signed sheet for several imported people, those ticked or all who wait."""

    members = forms.ModelMultipleChoiceField(
        queryset=Member.objects.none(), to_field_name="public_id", required=False
    )
    everybody = forms.BooleanField(label=_("本批全部待确认人员"), required=False)

    def __init__(self, *args: Any, waiting: QuerySet[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, members=waiting)
        self.waiting = waiting

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("everybody"):
            cleaned["members"] = self.waiting
        elif not cleaned.get("members") and "members" not in self.errors:
            raise ValidationError(_("请勾选签字表上的人员"), code="nobody")
        return cleaned
