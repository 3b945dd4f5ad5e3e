"""Where things stand in the sheet of an upload that is read: its heading, its columns, and what is left out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from apps.members.importing.sheet import LeftOut

C = TypeVar("C", bound=str)


@dataclass(frozen=True)
class Layout(Generic[C]):
    """How one sheet of an upload is read. Rows and columns are counted from 0; `head_to` < `head_from`: no heading.

    `C`: the columns that this kind of import knows.
    """

    sheet: str
    head_from: int
    head_to: int
    columns: dict[C, int]
    titles: dict[C, str]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def names_left_out(self) -> tuple[str, ...]:
        """The columns of the sheet that are not read, as they are named to people."""
        return tuple(left.title for left in self.left_out)

    def title(self, column: C) -> str:
        """The heading of a column as the sheet has it, to name places by."""
        return self.titles.get(column, "")

    def to_store(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "head": [self.head_from, self.head_to],
            "columns": {str(column): at for column, at in self.columns.items()},
            "titles": {str(column): title for column, title in self.titles.items()},
            "left_out": [left.to_store() for left in self.left_out],
        }


def parts_of(stored: dict[str, Any], column: Callable[[str], C]) -> dict[str, Any]:
    """What `to_store` stored, by the names of the fields. `column` gives back the columns from their text."""
    return {
        "sheet": stored["sheet"],
        "head_from": stored["head"][0],
        "head_to": stored["head"][1],
        "columns": {column(name): at for name, at in stored["columns"].items()},
        "titles": {column(name): title for name, title in stored["titles"].items()},
        "left_out": tuple(LeftOut.from_store(left) for left in stored["left_out"]),
    }


def layout_of(stored: dict[str, Any]) -> Layout[str]:
    """What `to_store` stored, of whatever kind of import; columns by their text."""
    return Layout(**parts_of(stored, str))
