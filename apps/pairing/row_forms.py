"""A visit in one line: the rows of 本周补记 and of the grid for paper slips."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import DayField
from apps.core.texts import ShortLineField
from apps.members.models import Member
from apps.pairing.models import Visit, VisitKind
from apps.pairing.rules import VisitContent

KINDS = [("", _("未联系")), *VisitKind.choices]


class RowForm(forms.Form):
    """One row; `is_used` where something beside the suggested day stands in it. `saved` once it was written."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    member = forms.ChoiceField(
        label=_("成员"), error_messages={"required": _("请选择成员。"), "invalid_choice": _("请选择成员。")}
    )
    happened_on = DayField(label=_("日期"))
    kind = forms.ChoiceField(
        label=_("方式"), choices=KINDS, error_messages={"required": _("请选择联系方式。")}
    )
    text = ShortLineField(label=_("内容"), required=False)
    late_reason = ShortLineField(label=_("封账后登记的原因"), required=False, max_length=100)
    confirmed = forms.BooleanField(label=_("已核对，仍要保存"), required=False)

    # What makes a row one that somebody filled in.
    signs: Sequence[str] = ("kind", "text")

    def __init__(self, *args: Any, people: Iterable[Member], who: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.saved: Visit | None = None
        self.warned = False
        choices = [("", _("请选择")), *((str(one.public_id), one.name) for one in people)]
        self.fields["member"].choices = choices  # type: ignore[attr-defined]
        for field in [field for field in self.fields.values() if field.label]:
            # The head of the column is the label that the eye sees.
            if not field.widget.is_hidden:
                field.widget.attrs |= {"aria-label": f"{who} {field.label}", "class": "control"}
        self.fields["confirmed"].widget.attrs.pop("class")

    @property
    def is_used(self) -> bool:
        return any(self.data.get(self.add_prefix(name), "").strip() for name in self.signs)

    def content(self, source: str) -> VisitContent:
        """What the valid row says."""
        said = self.cleaned_data
        return VisitContent(
            members=(UUID(said["member"]),),
            kind=said["kind"],
            happened_on=said["happened_on"],
            text=said["text"],
            late_reason=said["late_reason"],
            source=source,
        )


class MemberRow(RowForm):
    """Of one member, who stands at its head."""

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, people=[member], who=member.name, **kwargs)
        self.of = member
        self.fields["member"].widget = forms.HiddenInput()


class SlipRow(RowForm):
    """Of a paper slip: the member is chosen."""

    signs = ("member", "kind", "text")


def fresh(day: Any, member: Member | None = None) -> dict[str, Any]:
    """What an empty row starts with."""
    return {
        "public_id": uuid.uuid4(),
        "happened_on": day,
        "member": str(member.public_id) if member else "",
    }
