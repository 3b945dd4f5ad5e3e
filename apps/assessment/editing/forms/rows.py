"""Repeatable rows of inputs: steps, levels, marks, grades. They grow and shrink by the server, so without JavaScript too."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from apps.assessment.editing.document import number

MOST_ROWS = 20
ADD = "add-row"
REMOVE = "remove-row"


class NotANumber(ValueError):
    """Fit to show."""


@dataclass(frozen=True)
class Column:
    """`share`: typed in percent, kept as a fraction of 1."""

    name: str
    label: Any
    is_number: bool = True
    share: bool = False

    def read(self, text: str) -> Any:
        """The value of the document; None for an empty input. Raises NotANumber."""
        text = text.strip()
        if not text or not self.is_number:
            return text or None
        return number_in(text, share=self.share)

    def shown(self, value: Any) -> str:
        if value is None:
            return ""
        return shown_number(value, share=self.share) if self.is_number else str(value)


def number_in(text: str, *, share: bool = False) -> int | float:
    """A number as typed: 95, 95%, ０.９５; a share is typed in percent. Raises NotANumber."""
    has_sign = text.endswith(("%", "％"))
    try:
        typed = Decimal(text.rstrip("%％").strip().replace(",", ""))
    except InvalidOperation:
        typed = Decimal("NaN")
    if not typed.is_finite() or abs(typed) >= 10**9:
        raise NotANumber(_("“%(text)s”不是数字") % {"text": text[:20]})
    return number(typed / 100 if share or has_sign else typed)


def shown_number(value: Any, *, share: bool = False) -> str:
    try:
        typed = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    typed = typed * 100 if share else typed
    return f"{typed.normalize():f}" if typed else "0"


@dataclass(frozen=True)
class Row:
    """One row as it stands in the page: its number, and for each column the input's name, label, text and error."""

    number: int
    cells: tuple[tuple[str, Any, str, str], ...]


class Rows:
    """Rows of inputs named <prefix>-<column>-<number>."""

    def __init__(self, prefix: str, columns: Sequence[Column], texts: Iterable[Sequence[str]]) -> None:
        self.prefix, self.columns = prefix, columns
        self.texts = [list(row) for row in texts][:MOST_ROWS]
        self.errors: dict[tuple[int, int], str] = {}

    @classmethod
    def of(
        cls, prefix: str, columns: Sequence[Column], values: Iterable[Sequence[Any]], *, spare: int = 1
    ) -> "Rows":
        """From the document, with some empty rows to fill."""
        texts = [[column.shown(value) for column, value in zip(columns, row, strict=False)] for row in values]
        return cls(prefix, columns, [*texts, *([""] * len(columns) for _n in range(spare))])

    @classmethod
    def typed(cls, prefix: str, columns: Sequence[Column], data: Mapping[str, Any]) -> "Rows":
        """From what was sent, with the row added or taken away that a button asked for."""
        first = f"{prefix}-{columns[0].name}-"
        numbers = sorted(
            int(name[len(first) :])
            for name in data
            if name.startswith(first) and name[len(first) :].isdigit()
        )
        texts = [
            [str(data.get(f"{prefix}-{column.name}-{n}", "")) for column in columns]
            for n in numbers[:MOST_ROWS]
        ]
        if data.get(ADD) == prefix:
            texts.append([""] * len(columns))
        gone = str(data.get(REMOVE, ""))
        if gone.startswith(f"{prefix}-") and gone[len(prefix) + 1 :].isdigit():
            index = int(gone[len(prefix) + 1 :])
            texts = [row for place, row in enumerate(texts) if place != index]
        return cls(prefix, columns, texts)

    def read(self) -> list[list[Any]]:
        """The rows that hold anything. Values that cannot be read are in `errors`."""
        found = []
        for place, texts in enumerate(self.texts):
            if any(text.strip() for text in texts):
                found.append([self._value(place, column, text) for column, text in enumerate(texts)])
        return found

    def _value(self, place: int, column: int, text: str) -> Any:
        try:
            return self.columns[column].read(text)
        except NotANumber as error:
            self.errors[place, column] = str(error)
            return None

    def __iter__(self) -> Iterator[Row]:
        for place, texts in enumerate(self.texts):
            yield Row(place, tuple(self._cell(place, number, text) for number, text in enumerate(texts)))

    def _cell(self, place: int, number: int, text: str) -> tuple[str, Any, str, str]:
        column = self.columns[number]
        error = self.errors.get((place, number), "")
        return f"{self.prefix}-{column.name}-{place}", column.label, text, error

    @property
    def is_full(self) -> bool:
        return len(self.texts) >= MOST_ROWS


def asks_to_reshape(data: Mapping[str, Any]) -> bool:
    """Whether a button for rows or kinds was pressed, and nothing is to be saved yet."""
    return any(name in data for name in (ADD, REMOVE, "reshape"))
