"""Forms around the list: saving a view, choosing columns, moving many."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.access import Actor, Permission
from apps.core.forms import offer
from apps.members.forms import GuardedText, member_offices
from apps.members.list_rows import COLUMNS, Column
from apps.members.listing import ListState
from apps.offices.forms import OfficeField
from apps.offices.models import Office


class ViewForm(forms.Form):
    """A list, kept under a name."""

    name = GuardedText(
        label=_("视图名称"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    is_default = forms.BooleanField(label=_("打开成员列表时默认使用"), required=False)
    share_at = OfficeField(
        queryset=Office.objects.none(),
        label=_("共享给机构"),
        required=False,
        empty_label=_("不共享，只有自己可用"),
        help_text=_("该机构及下级的同事都能选用；按成员类别筛选的视图不能共享"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Permission.MEMBER_MANAGE in actor.permissions:
            offer(self, share_at=member_offices(actor, Permission.MEMBER_MANAGE))
        else:
            del self.fields["share_at"]


class ColumnsForm(forms.Form):
    """列设置: which columns, and the place of each. The name is always first."""

    def __init__(self, *args: Any, state: ListState, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [column.key for column in state.chosen[1:]]
        rest = [key for key in COLUMNS if key != "name" and key not in shown]
        for place, key in enumerate([*shown, *rest], start=1):
            self.fields[f"show_{key}"] = forms.BooleanField(
                label=str(COLUMNS[key].label), required=False, initial=key in shown
            )
            self.fields[f"place_{key}"] = forms.IntegerField(
                label=_("顺序"),
                required=False,
                initial=place,
                min_value=1,
                max_value=99,
                widget=forms.NumberInput(attrs={"class": "control place"}),
            )

    def rows(self) -> list[tuple[Column, Any, Any]]:
        """Each column with its tick and its place."""
        keys = [name.removeprefix("show_") for name in self.fields if name.startswith("show_")]
        return [(COLUMNS[key], self[f"show_{key}"], self[f"place_{key}"]) for key in keys]

    def columns(self) -> list[str]:
        """The ticked ones, by place."""
        said = self.cleaned_data
        ticked = [key for key in COLUMNS if said.get(f"show_{key}")]
        return ["name", *sorted(ticked, key=lambda key: said.get(f"place_{key}") or 99)]


class MoveForm(forms.Form):
    """Where the selected members go."""

    office = OfficeField(queryset=Office.objects.none(), label=_("调整到"), empty_label=_("请选择"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, office=member_offices(actor, Permission.MEMBER_MANAGE))
