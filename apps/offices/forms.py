"""Shape of what is typed about an office."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor, Permission
from apps.core.forms import DayField, offer
from apps.core.selects import PlainSelect
from apps.offices.kinds import BELOW
from apps.offices.models import TOWN_KINDS, Office, OfficeKind

MOST_FOUND = 50


class OfficeSearchForm(forms.Form):
    """The filter bar above the tree."""

    q = forms.CharField(
        label=_("名称或代码"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"data-search": ""}),
    )


class _Named(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=60)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not name.isprintable():
            raise forms.ValidationError(_("名称中有看不见的字符，请重新输入"))
        return name


class AddOfficeForm(_Named):
    """A new office below a given one."""

    kind = forms.ChoiceField(label=_("类型"))
    code = forms.CharField(
        label=_("代码"),
        max_length=20,
        validators=[RegexValidator(r"^[0-9A-Za-z-]+$", _("只用数字、字母和横线"))],
        help_text=_("区划代码；没有的自编，不能与其他机构重复"),
    )
    takes_part_from = DayField(
        label=_("参加统计起"),
        required=False,
        help_text=_("留空表示不参加统计。园区、部门、村社区一般不参加。"),
    )
    field_order = ["name", "kind", "code", "takes_part_from"]

    def __init__(self, *args: Any, parent: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, kind=[(below.value, below.label) for below in BELOW[parent.kind]])


class ChangeOfficeForm(_Named):
    """Name, participation, and for towns the kind."""

    kind = forms.ChoiceField(label=_("类型"), choices=[(kind.value, kind.label) for kind in TOWN_KINDS])
    takes_part_from = DayField(label=_("参加统计起"), required=False, help_text=_("留空表示不参加统计"))
    takes_part_until = DayField(label=_("参加统计止"), required=False, help_text=_("留空表示一直参加"))

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if office.kind not in TOWN_KINDS:
            del self.fields["kind"]


class _OfficeChoices(ModelChoiceIterator):
    """(id, label) without making an Office of each row: a county has 120, and every list offers them."""

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        if self.field.empty_label is not None:
            yield "", str(self.field.empty_label)
        for pk, name, depth in self.queryset.values_list("pk", "name", "depth"):
            yield pk, set_in(name, depth)


class OfficeField(forms.ModelChoiceField):
    """Offices set in by their depth."""

    widget = PlainSelect
    iterator = _OfficeChoices

    def label_from_instance(self, office: Office) -> str:
        return set_in(office.name, office.depth)


def set_in(name: str, depth: int) -> str:
    """The name of an office behind a space for each level above it."""
    return "　" * (depth - 1) + name


class MoveOfficeForm(forms.Form):
    """The new parent, of those that may have such an office below them."""

    parent = OfficeField(label=_("新的上级机构"), queryset=None)

    def __init__(self, *args: Any, office: Office, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [kind for kind in OfficeKind if office.kind in BELOW[kind]]
        possible = Office.objects.visible_to(actor, Permission.OFFICE_MANAGE).filter(kind__in=kinds)
        offer(self, parent=possible.exclude(path__startswith=office.path).exclude(path=office.parent_path))


class HolidayForm(forms.Form):
    """Days that are off, or worked although they would be off."""

    first = DayField(label=_("从"))
    last = DayField(label=_("到"), required=False, help_text=_("只有一天就不填。"))
    is_worked = forms.TypedChoiceField(
        label=_("安排"),
        choices=[("off", _("放假")), ("worked", _("上班（调休）"))],
        coerce=lambda said: said == "worked",
        initial="off",
        widget=forms.RadioSelect,
    )


class AddedWordForm(forms.Form):
    """A word of the wording guard."""

    word = forms.CharField(
        label=_("词"), min_length=2, max_length=20, help_text=_("2 至 20 个字，含有它的文字都不能保存。")
    )
