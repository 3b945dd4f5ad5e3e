"""The shape of a visit as people type it. What is forbidden stands in `rules`; what it does in `actions`."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.casework.models import CaseKind
from apps.core.forms import DayField, offer
from apps.core.texts import ShortLineField, ShortTextField
from apps.members.models import Member
from apps.pairing.mentioned import Mentioned
from apps.pairing.models import VisitKind
from apps.pairing.rules import MOST_ASKED, Asked, Promised, VisitContent

_BETWEEN_NAMES = re.compile(r"[、，,;；\n]+")
MOST_NAMES = 10


class MemberChoices(forms.ModelMultipleChoiceField):
    """The cadre's own members, by public id. Whether they may be chosen is decided when they are locked."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        try:
            return tuple(UUID(str(one)) for one in self.prepare_value(value) or ())
        except ValueError:
            raise ValidationError(self.error_messages["required"], code="invalid_pk_value") from None

    def label_from_instance(self, member: Member) -> str:
        return member.name


class NamesField(ShortLineField):
    """Some names, with 、 between them; gives a tuple of them. With scripts names are offered (parts/combobox.js)."""

    def __init__(self, *, suggests: str, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs |= {"data-suggests": suggests, "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        names = tuple(dict.fromkeys(name.strip() for name in _BETWEEN_NAMES.split(super().clean(value))))
        names = tuple(name for name in names if name)
        if len(names) > MOST_NAMES:
            raise ValidationError(_("一次最多写 %(most)d 个。") % {"most": MOST_NAMES}, code="too_many")
        return names


class VisitForm(forms.Form):
    """One contact, in at most five fields that the eye meets; the rest is folded. Works without JavaScript.

    Each further thing asked stands folded in the one before, so that there is always room for one more.
    """

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    # 代录: whose visit it was, by username; "" for one's own.
    entered_for = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    members = MemberChoices(
        label=_("见到谁"),
        help_text=_("可以选几个人：一次座谈，每人各记一次。"),
        queryset=Member.objects.none(),
        to_field_name="public_id",
        error_messages={"required": _("请选择见到的成员。")},
    )
    kind = forms.ChoiceField(
        label=_("方式"),
        choices=VisitKind.choices,
        widget=forms.RadioSelect,
        help_text=_("当面或在电话、网上说上了话才算；群发消息不算。"),
        error_messages={"required": _("请选择联系方式。")},
    )
    happened_on = DayField(label=_("日期"), help_text=_("实际联系的那一天，不是登记的这一天。"))
    text = ShortTextField(label=_("内容"), required=False, help_text=_("只记事，不评人。"))
    promised_text = ShortLineField(
        label=_("答应了什么"),
        required=False,
        max_length=100,
        help_text=_("到期前会提醒您；没有答应什么就不填。"),
    )
    promised_on = DayField(label=_("哪天前兑现"), required=False)
    organizations = NamesField(
        label=_("走访的单位"),
        required=False,
        max_length=600,
        help_text=_("写几个字就能选；几个之间用顿号分开。"),
        suggests="organizations",
    )
    companions = NamesField(
        label=_("陪同的同事"),
        required=False,
        help_text=_("写姓名，几个之间用顿号分开；只写系统用户。"),
        suggests="companions",
    )
    # Shown only where the day lies in a closed period.
    late_reason = ShortLineField(label=_("封账后登记的原因"), required=False, max_length=100)
    # Shown only where a warning must be thought over first.
    confirmed = forms.BooleanField(label=_("已核对，确有其事，仍要保存"), required=False)

    def __init__(self, *args: Any, own: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, members=own)
        for suffix in _suffixes():
            # Mostly nothing was asked: the room for it is made where the form is shown (`asked_rows`).
            if self.data.get(f"asked_kind{suffix}") or self.data.get(f"asked_text{suffix}"):
                self._make_room(suffix)

    def _make_room(self, suffix: str) -> None:
        """The two fields for one thing asked."""
        if f"asked_kind{suffix}" in self.fields:
            return
        self.fields[f"asked_kind{suffix}"] = forms.ChoiceField(
            label=_("提出了什么"),
            required=False,
            choices=[("", _("没有提出")), *CaseKind.choices],
            help_text="" if suffix else _("每提出一件自动登记为一个事项，按期限办理。"),
        )
        self.fields[f"asked_text{suffix}"] = ShortTextField(
            label=_("诉求或建议的内容"), required=False, rows=2
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("members") and not cleaned.get("organizations") and not self.errors:
            self.add_error("members", self.fields["members"].error_messages["required"])
        for suffix in _suffixes():
            self._both(f"asked_text{suffix}", f"asked_kind{suffix}", _("请选择是诉求、建议还是别的。"))
            self._both(f"asked_kind{suffix}", f"asked_text{suffix}", _("请写下提出的内容。"))
        self._both("promised_text", "promised_on", _("请写明哪天前兑现。"))
        self._both("promised_on", "promised_text", _("请写下答应的事。"))
        return cleaned

    def _both(self, given: str, missing: str, sentence: Any) -> None:
        """What goes with the one field may not be missing in the other."""
        if self.cleaned_data.get(given) and not self.cleaned_data.get(missing) and missing not in self.errors:
            self.add_error(missing, sentence)

    def asked_rows(self) -> list[tuple[Any, Any, bool]]:
        """Kind, text and whether the row stands open, for each thing that may be asked."""
        for suffix in _suffixes():
            self._make_room(suffix)
        rows = [(self[f"asked_kind{suffix}"], self[f"asked_text{suffix}"]) for suffix in _suffixes()]
        filled = [bool(kind.value() or text.value() or kind.errors or text.errors) for kind, text in rows]
        return [(*row, any(filled[number:])) for number, row in enumerate(rows)]

    def promise_is_open(self) -> bool:
        return any(self[name].value() or self[name].errors for name in ("promised_text", "promised_on"))

    def more_is_open(self) -> bool:
        return any(self[name].value() or self[name].errors for name in ("organizations", "companions"))

    def content(self, mentioned: Mentioned) -> VisitContent:
        """What the valid form says, with the organizations and colleagues that its names stand for."""
        said = self.cleaned_data
        return VisitContent(
            members=said["members"],
            organizations=mentioned.organizations,
            kind=said["kind"],
            happened_on=said["happened_on"],
            text=said["text"],
            asked=tuple(self._asked()),
            promised=self._promised(),
            companions=mentioned.colleagues,
            late_reason=said["late_reason"],
        )

    def _asked(self) -> Iterator[Asked]:
        for suffix in _suffixes():
            if kind := self.cleaned_data.get(f"asked_kind{suffix}"):
                yield Asked(kind=kind, text=self.cleaned_data[f"asked_text{suffix}"])

    def _promised(self) -> tuple[Promised, ...]:
        text = self.cleaned_data.get("promised_text")
        return (Promised(text=text, due_on=self.cleaned_data["promised_on"]),) if text else ()


def _suffixes() -> list[str]:
    """Of the names of the fields for what was asked: the first has none."""
    return ["", *(f"_{number}" for number in range(2, MOST_ASKED + 1))]


class VisitEditForm(VisitForm):
    """A correction; what was asked and promised is corrected where it stands now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in [name for name in self.fields if name.startswith(("asked_", "promised_", "entered_for"))]:
            del self.fields[name]

    def asked_rows(self) -> list[tuple[Any, Any, bool]]:
        return []

    def _both(self, given: str, missing: str, sentence: Any) -> None:
        if given in self.fields:
            super()._both(given, missing, sentence)


class VoidForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = ShortLineField(label=_("作废原因"), max_length=100)


class DeputyForm(forms.Form):
    """Who may write down one's visits, and until when."""

    deputy = ShortLineField(label=_("代录人姓名"), max_length=60, help_text=_("同名时写“姓名（机构）”。"))
    ends_on = DayField(label=_("截止日期"))
