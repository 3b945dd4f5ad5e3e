"""Form fields that take what people really type."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Protocol, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.core.contacts import NotAPhone, normalize_phone
from apps.core.dates import BadDate, DatePrecision, TypedDate, parse_date
from apps.core.names import BadName, clean_name
from apps.core.wording import finding_in_name


def offer(form: forms.BaseForm, **options: Iterable[Any]) -> None:
    """What the named fields of choice let one choose from: rows for a field of rows, else (value, label) pairs."""
    for name, offered in options.items():
        field = form.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = cast(QuerySet[Any], offered)
        else:
            cast(forms.ChoiceField, field).choices = list(offered)


def uuids_in(typed: Iterable[str]) -> list[UUID]:
    """The ids of what was ticked; nonsense among them is no id."""
    found = []
    for text in typed:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


class Said(Protocol):
    """A refusal or a finding: a sentence for people, and the input it is about ("" for the whole)."""

    @property
    def field(self) -> str: ...

    @property
    def message(self) -> str: ...


def show_refusal(form: forms.BaseForm, said: Said) -> None:
    """Puts what an action refused beside the field it is about, or on top where the form has no such field."""
    form.add_error(said.field if said.field in form.fields else None, said.message)


class DayField(forms.DateField):
    """A day in any of the forms of `apps.core.dates`: a text input, since a browser's date input takes only one."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "2026-11-22", "autocomplete": "off"})

    def to_python(self, value: Any) -> dt.date | None:
        typed = self._typed(value)
        if typed is None:
            return None
        if typed.precision is DatePrecision.MONTH:
            raise ValidationError(_("请写到日，如 2026-11-22"), code="month_only")
        return typed.day

    def _typed(self, value: Any) -> TypedDate | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return parse_date(value)
        except BadDate as error:
            raise ValidationError(str(error), code=error.code) from None


class MonthField(DayField):
    """A month, as its first day: 1978.05, 197805, 1978年5月; a whole date gives its month."""

    widget = forms.DateInput(format="%Y-%m", attrs={"placeholder": "1978.05", "autocomplete": "off"})

    def to_python(self, value: Any) -> dt.date | None:
        typed = self._typed(value)
        return typed.day.replace(day=1) if typed else None


class PersonNameField(forms.CharField):
    """A person's name in its one written form (`apps.core.names`)."""

    def to_python(self, value: Any) -> str:
        # Not CharField's own: its NUL and strip handling would hide what clean_name has to say.
        if value in self.empty_values:
            return ""
        try:
            name = clean_name(str(value))
        except BadName as error:
            if error.code == "empty":
                return ""
            raise ValidationError(str(error), code=error.code) from None
        if place := finding_in_name(name):
            raise ValidationError(str(place.message), code="wording")
        return name


class PhoneField(forms.CharField):
    """A phone number as digits (`apps.core.contacts`)."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if text in self.empty_values:
            return ""
        try:
            return normalize_phone(text)
        except NotAPhone as error:
            raise ValidationError(str(error), code="phone") from None


def needed_at_times(form: forms.Form, *names: str) -> None:
    """What one choice of the form needs and another does without: neither required nor called optional; the help says when."""
    for name in names:
        form.fields[name].required = False
        form.fields[name].needed_at_times = True  # type: ignore[attr-defined]
