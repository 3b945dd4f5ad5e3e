"""Short texts about people in one written form: for forms and for the API, past the wording guard."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.core.characters import validate_characters
from apps.core.fields import MAX_TEXT
from apps.core.wording import validate_wording


def clean_text(typed: str) -> str:
    """NFC, Unix line ends, no space at the end of a line or around the whole."""
    lines = unicodedata.normalize("NFC", typed).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


class ShortTextField(forms.CharField):
    """A text about people of several lines; what was typed stays in the field when it is held back."""

    default_validators = [validate_characters, validate_wording]

    def __init__(self, *, rows: int = 3, max_length: int = MAX_TEXT, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **options)
        self.error_messages["max_length"] = _("最多 %(limit_value)d 个字，现在 %(show_value)d 个字，请删减。")

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "")


class ShortLineField(ShortTextField):
    """The same in one line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(), **options)

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class ShortText(serializers.CharField):
    """The same in the API."""

    def __init__(self, *, max_length: int = MAX_TEXT, **options: Any) -> None:
        validators = [validate_characters, validate_wording]
        super().__init__(max_length=max_length, validators=validators, **options)

    def to_internal_value(self, data: Any) -> str:
        return clean_text(super().to_internal_value(data))
