"""Short texts about people: cleaned to one written form, at most 300 characters, past the wording guard."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.core.wording import validate_wording

MAX_TEXT = 300


def clean_text(typed: str) -> str:
    """NFC, Unix line ends, no outer space; characters that cannot be seen (control, bidi, zero width) are dropped."""
    lines = unicodedata.normalize("NFC", typed).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_visible(line) for line in lines).strip()


def _visible(line: str) -> str:
    line = line.replace("\t", " ")
    return "".join(
        char for char in line if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co")
    ).rstrip()


class ShortTextField(forms.CharField):
    """A text about people in a form: what was typed stays in the field when it is held back."""

    def __init__(self, *, rows: int = 3, max_length: int = MAX_TEXT, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **options)
        self.error_messages["max_length"] = _("最多 %(limit_value)d 个字，现在 %(show_value)d 个字，请删减。")

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        validate_wording(value)


class ShortLineField(ShortTextField):
    """The same in one line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(), **options)

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class ShortText(serializers.CharField):
    """The same in the API."""

    def __init__(self, *, max_length: int = MAX_TEXT, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)
        self.validators.append(validate_wording)

    def to_internal_value(self, data: Any) -> str:
        return clean_text(super().to_internal_value(data))
