"""A select written in one go: an include for each of 120 offices cost more than the rest of a page."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

# What Django offers in place of nothing.
_DASHES = "---------"


class PlainSelect(forms.Select):
    """As templates/django/forms/widgets/select.html draws it. Choices without groups only."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        said = self.build_attrs(self.attrs, attrs)
        options = [
            f'<option value="{escape(code)}"{" selected" if code in chosen else ""}>{escape(label)}</option>'
            for code, label in self._offered()
        ]
        written = f'<select name="{escape(name)}"{flatatt(said)}>{"".join(options)}</select>'
        return mark_safe(written)  # noqa: S308 # nosemgrep: markup-from-text - every part is escaped above

    def _offered(self) -> list[tuple[str, str]]:
        return [
            ("" if value is None else str(value), gettext("请选择") if label == _DASHES else str(label))
            for value, label in self.choices
        ]
