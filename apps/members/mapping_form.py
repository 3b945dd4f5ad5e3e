"""The shape of what a person says about the columns of a list."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from apps.members.importing.correcting import Offered
from apps.members.importing.vocabulary import Vocabulary


class MappingForm(forms.Form):
    """Which sheets are read; of the one that is shown one select per column, and the row in which the heading ends."""

    def __init__(
        self,
        *args: Any,
        vocabulary: Vocabulary[Any],
        columns: Sequence[Offered[Any]],
        heads: Sequence[tuple[str, str]],
        head_to: int,
        sheets: Sequence[tuple[str, str]] = (),
        read: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered = columns
        self.vocabulary = vocabulary
        self.fields["read"] = forms.MultipleChoiceField(
            label=_("读入哪些工作表"),
            choices=sheets,
            initial=list(read),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["head_to"] = forms.ChoiceField(
            label=_("表头到"),
            choices=heads,
            initial=str(head_to),
        )
        choices = [("", _("不读入")), *((column.value, label) for column, label in vocabulary.labels.items())]
        for column in columns:
            self.fields[_field(column)] = forms.ChoiceField(
                label=_("%(letter)s 列读作") % {"letter": column.letter},
                choices=choices,
                required=False,
                initial=column.column or "",
                widget=forms.Select(attrs={"class": "control", "aria-label": self._label(column)}),
            )

    def _label(self, column: Offered[Any]) -> str:
        return _("%(title)s 读作") % {"title": column.title or column.letter}

    def clean_read(self) -> list[int]:
        return [int(number) for number in self.cleaned_data["read"]]

    def clean_head_to(self) -> int:
        return int(self.cleaned_data["head_to"])

    @property
    def rows(self) -> list[tuple[Offered[Any], forms.BoundField]]:
        """The columns with their selects, for the table."""
        return [(column, self[_field(column)]) for column in self.offered]

    def chosen(self) -> dict[int, Any]:
        """What was said of each column, by position."""
        found = {column.position: self.cleaned_data[_field(column)] for column in self.offered}
        return {at: self.vocabulary.column(value) if value else None for at, value in found.items()}


def _field(column: Offered[Any]) -> str:
    return f"column_{column.position}"
