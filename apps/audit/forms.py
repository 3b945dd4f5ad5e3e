from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.audit.models import AuditEvent, AuditEventQuerySet
from apps.core.forms import DayField, offer


class EventFilter(forms.Form):
    """What an auditor looks for: who, what was done, to what, when."""

    actor = forms.CharField(label=_("操作人"), required=False, max_length=50)
    action = forms.ChoiceField(label=_("操作"), required=False)
    target = forms.CharField(
        label=_("对象"),
        required=False,
        max_length=110,
        help_text=_("类型或“类型 编号”，如 members.member 12"),
    )
    since = DayField(label=_("自"), required=False)
    until = DayField(label=_("到"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, action=[("", _("全部")), *AuditEvent.Action.choices])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            raise ValidationError({"until": _("止日不能早于起日")})
        return data

    def apply(self, events: AuditEventQuerySet) -> AuditEventQuerySet:
        """The events asked for; with a mistake in the form, none rather than all."""
        if not self.is_valid():
            return events.none() if self.is_bound else events
        data = self.cleaned_data
        if data["actor"]:
            events = events.filter(actor__in=_people(data["actor"]))
        if data["action"]:
            events = events.filter(action=data["action"])
        if data["target"]:
            label, _space, number = data["target"].strip().lower().partition(" ")
            events = events.filter(target_label=label, **({"target_id": number.strip()} if number else {}))
        if data["since"]:
            events = events.filter(at__date__gte=data["since"])
        if data["until"]:
            events = events.filter(at__date__lte=data["until"])
        return events


def _people(typed: str) -> Any:
    """Users by user name or by name, exactly: an auditor knows whom they look for."""
    users = get_user_model()._default_manager
    return users.filter(username=typed.strip()) | users.filter(name=typed.strip())
