"""The shape of what is typed about organizations, appointments and public seats."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor, Permission
from apps.core.characters import validate_characters
from apps.core.credit_codes import BadCreditCode, normalize_credit_code
from apps.core.forms import DayField, offer
from apps.core.wording import validate_wording
from apps.members.appointing import Post, Seat
from apps.members.forms import EVERY, GuardedText, member_offices
from apps.members.models import Organization, OrganizationKind, PublicSeat, TakenBack
from apps.members.models.seats import Sector
from apps.members.organization_actions import OrganizationParticulars
from apps.members.organization_merges import CHOSEN
from apps.members.organization_tree import possible_parents
from apps.members.organization_words import RefusedOrganization, refuse_organization
from apps.offices.choices import office_choices
from apps.offices.forms import OfficeField
from apps.offices.models import Office

LATEST_TERM = 99
NOT_CHOSEN = [("", _("请选择"))]


class OrganizationNameField(forms.CharField):
    """A name that the registry may hold: the clear sentence comes before the guard's."""

    def run_validators(self, value: str) -> None:
        if value in self.empty_values:
            return
        validate_characters(value)
        try:
            refuse_organization(value)
        except RefusedOrganization as error:
            raise ValidationError(str(error), code="organization") from None
        validate_wording(value)
        super().run_validators(value)


class CreditCodeField(forms.CharField):
    """统一社会信用代码 in its one written form."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        try:
            return normalize_credit_code(text or "")
        except BadCreditCode as error:
            raise ValidationError(str(error), code="credit_code") from None


class TermField(forms.IntegerField):
    """第几届."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("届次"), required=False, min_value=1, max_value=LATEST_TERM, **kwargs)


class OrganizationFilter(forms.Form):
    """The filter bar of the list; everything stands in the URL."""

    q = forms.CharField(
        label=_("名称或代码"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"data-search": True}),
    )
    office = forms.ChoiceField(label=_("机构"), required=False)
    kind = forms.ChoiceField(label=_("类型"), required=False, choices=[*EVERY, *OrganizationKind.choices])
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("现有")), ("ended", _("已终止")), ("all", _("全部"))],
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, office=[*EVERY, *office_choices(actor, Permission.MEMBER_VIEW)])


class SeatFilter(forms.Form):
    """The filter bar of the public seats."""

    kind = forms.ChoiceField(label=_("类型"), required=False, choices=[*EVERY, *PublicSeat.Kind.choices])
    level = forms.ChoiceField(label=_("层级"), required=False, choices=[*EVERY, *PublicSeat.Level.choices])
    sector = forms.ChoiceField(label=_("界别"), required=False, choices=[*EVERY, *Sector.choices])
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("在任")), ("due", _("任期已满")), ("ended", _("已结束"))],
    )


class OfficeFilter(forms.Form):
    """One office; of several the one at the top."""

    office = forms.ChoiceField(label=_("机构"), required=False)

    def __init__(self, *args: Any, actor: Actor, permission: Permission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, office=[*EVERY, *office_choices(actor, permission)])


class OrganizationForm(forms.Form):
    """A new organization; the office is chosen once."""

    office = OfficeField(
        queryset=Office.objects.none(),
        label=_("登记机构"),
        help_text=_("乡镇自己的组织登记在乡镇；县一级的登记在县。"),
    )
    name = OrganizationNameField(
        label=_("名称"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(label=_("类型"), choices=[*NOT_CHOSEN, *OrganizationKind.choices])
    parent = forms.ModelChoiceField(
        queryset=Organization.objects.none(),
        label=_("上级组织"),
        required=False,
        empty_label=_("没有"),
        help_text=_("支部挂在总支或市委会下，乡镇商会挂在县工商联下。只列同类、登记在本机构或上级的组织。"),
    )
    credit_code = CreditCodeField(
        label=_("统一社会信用代码"),
        required=False,
        max_length=30,
        help_text=_("18 位，见营业执照或法人登记证书"),
    )
    term = TermField()
    term_ends_on = DayField(
        label=_("本届任期止"), required=False, help_text=_("到期前六个月进入“即将换届”。没有换届的留空。")
    )

    def __init__(
        self, *args: Any, actor: Actor, organization: Organization | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if organization is None:
            offices = member_offices(actor, Permission.MEMBER_MANAGE)
            offer(self, office=offices, parent=_parents_for(offices))
        else:
            del self.fields["office"]
            parents = possible_parents(organization.office).exclude(pk=organization.pk)
            # What ended since stays chosen: saving must not take the branch out of its tree.
            chosen = Organization.objects.filter(branches=organization)
            offer(self, parent=_for_choice(Organization.objects.filter(Q(pk__in=parents) | Q(pk__in=chosen))))

    def particulars(self) -> OrganizationParticulars:
        given = {k: v for k, v in self.cleaned_data.items() if k != "office"}
        return OrganizationParticulars(**given)


def _parents_for(offices: Any) -> Any:
    """What may stand above organizations of these offices: their own, and those of the offices above."""
    seen = Q(office__in=offices)
    top = offices.order_by("depth", "path").values_list("path", flat=True).first()
    if top:
        seen |= Q(office_path__in=[top[:end] for end in range(Office.steplen, len(top), Office.steplen)])
    return _for_choice(Organization.objects.filter(seen, ended_on__isnull=True))


def _for_choice(found: Any) -> Any:
    """Firms have no branches in this registry worth a list of thousands."""
    firms = (OrganizationKind.ENTERPRISE, OrganizationKind.INSTITUTION)
    return found.exclude(kind__in=firms).order_by("kind", "office_path", "name")


def initial_of_organization(organization: Organization) -> dict[str, Any]:
    names = ("name", "kind", "credit_code", "term", "term_ends_on")
    return {name: getattr(organization, name) for name in names} | {"parent": organization.parent_id}


class MoveOrganizationForm(forms.Form):
    """Another office for an organization: of those in which the actor keeps the registry."""

    office = OfficeField(
        queryset=Office.objects.none(),
        label=_("登记机构"),
        help_text=_(
            "任职、下级组织和联系记录不变。上级组织要登记在新机构或其上级，下级组织要登记在新机构或其下级。"
        ),
    )

    def __init__(self, *args: Any, actor: Actor, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = member_offices(actor, Permission.MEMBER_MANAGE)
        offer(self, office=offices.exclude(pk=organization.office_id))


class OrganizationMergeForm(forms.Form):
    """What the merged entry takes from the duplicate, and the versions that were compared."""

    kept_version = forms.IntegerField(widget=forms.HiddenInput)
    duplicate_version = forms.IntegerField(widget=forms.HiddenInput)
    take = forms.MultipleChoiceField(required=False, choices=[(field, field) for field in CHOSEN])


class _OnForm(forms.Form):
    on = DayField(label=_("日期"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"on": timezone.localdate()}, **kwargs})


class EndOrganizationForm(_OnForm):
    on = DayField(label=_("终止日期"))


class EndPostForm(_OnForm):
    on = DayField(label=_("结束日期"))


class TakeBackForm(forms.Form):
    """Why what was entered is taken back."""

    reason = forms.ChoiceField(
        label=_("原因"), choices=TakenBack.Reason.choices, widget=forms.RadioSelect, initial=None
    )


class RenewForm(_OnForm):
    """换届."""

    on = DayField(label=_("换届日期"))
    term = TermField()
    term_ends_on = DayField(label=_("新一届任期止"))
    ends_posts = forms.BooleanField(
        label=_("结束上一届的职务"),
        required=False,
        help_text=_("会长、主委等职务在换届日期结束并留在记录中，会员身份保留；连任的再登记新一届职务。"),
    )


class PostForm(forms.Form):
    """A member's post, changed."""

    title = GuardedText(label=_("职务"), required=False, max_length=50, help_text=_("一般会员可以留空"))
    starts_on = DayField(label=_("任职起"), required=False)
    term = TermField()
    term_ends_on = DayField(
        label=_("任期止"), required=False, help_text=_("到期后在“资料质量”中提醒续任或结束")
    )

    def post(self) -> Post:
        return Post(**{name: self.cleaned_data[name] for name in Post.__dataclass_fields__})


class AppointForm(PostForm):
    """A new post; the organization by its name, unless it was chosen before."""

    organization = OrganizationNameField(
        label=_("团体或单位"),
        max_length=100,
        widget=forms.TextInput(attrs={"list": "known-organizations", "autocomplete": "off"}),
        help_text=_("从列表选择，或输入全称；没有登记过的会一并登记"),
    )
    kind = forms.ChoiceField(
        label=_("类型"),
        required=False,
        choices=[("", _("按名称判断")), *OrganizationKind.choices],
        help_text=_("只用于没有登记过的团体或单位"),
    )
    field_order = ["organization", "kind", "title", "starts_on", "term", "term_ends_on"]


class SeatForm(forms.Form):
    """A public seat."""

    kind = forms.ChoiceField(label=_("类型"), choices=[*NOT_CHOSEN, *PublicSeat.Kind.choices])
    level = forms.ChoiceField(label=_("层级"), choices=[*NOT_CHOSEN, *PublicSeat.Level.choices])
    sector = forms.ChoiceField(
        label=_("界别"),
        required=False,
        choices=[("", _("未填")), *Sector.choices],
        help_text=_("只用于政协委员；表中没有的界别不登记，留空即可"),
    )
    term = TermField()
    starts_on = DayField(label=_("任职起"), required=False)
    term_ends_on = DayField(label=_("任期止"), required=False)

    def seat(self) -> Seat:
        return Seat(**{name: self.cleaned_data[name] for name in Seat.__dataclass_fields__})
