"""The texts of many lines at once, column by column: what an export of 100,000 is made of.

The same texts as `Column.shown` gives line by line (list_rows), which the tests hold.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from apps.members.list_rows import NO_POSTS, Column, ListedMember, fields_of, lines_of, posts_of
from apps.members.naming import Naming, record_number

_NOBODY = UUID(int=0)
Text = Callable[[ListedMember], str]


class _Words(dict[Any, str]):
    """What a plain column says of each value it has met."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column

    def __missing__(self, value: Any) -> str:
        (name,) = self.column.fields
        self[value] = text = self.column.text(ListedMember(0, _NOBODY, "-", "", {name: value}))
        return text


class ListTexts:
    """Makes texts of rows of `values_list(*fields)`; one per export, so that words are made once."""

    def __init__(self, columns: Sequence[Column], naming: Naming, contact: Callable[[Column], Text]) -> None:
        self.columns, self.naming, self.contact = columns, naming, contact
        needed = fields_of(columns)
        # A UUID is dear to make, and only opening a contact needs it.
        with_contact = any(column.is_contact for column in columns)
        self.fields = tuple(name for name in needed if with_contact or name != "public_id")
        self.words = {column.key: _Words(column) for column in columns if column.is_plain}

    def of(self, rows: Sequence[tuple[Any, ...]]) -> Iterable[tuple[str, ...]]:
        """A tuple of texts for each row, under the columns."""
        piece = _Piece(rows, self)
        return zip(*(piece.texts(column) for column in self.columns), strict=True)


@dataclass
class _Piece:
    """Some rows, turned: one sequence of values per field."""

    rows: Sequence[tuple[Any, ...]]
    about: ListTexts

    @cached_property
    def values(self) -> dict[str, tuple[Any, ...]]:
        return dict(zip(self.about.fields, zip(*self.rows, strict=True), strict=True))

    @cached_property
    def is_named(self) -> list[bool]:
        """Whether the reader sees the name, row by row. An office is looked at once."""
        naming, paths = self.about.naming, self.values["office_path"]
        kept = {path: naming.keeps(path) for path in set(paths)}
        if not naming.paired:
            return [kept[path] for path in paths]
        return [kept[path] or pk in naming.paired for pk, path in zip(self.values["pk"], paths, strict=True)]

    @cached_property
    def posts(self) -> list[tuple[str, str]]:
        pks = self.values["pk"]
        found = posts_of([pk for pk, named in zip(pks, self.is_named, strict=True) if named])
        return [found.get(pk, NO_POSTS) for pk in pks]

    @cached_property
    def lines(self) -> list[ListedMember]:
        """Whole lines, for columns that need more than a word: phone and e-mail."""
        return lines_of(self.rows, [c for c in self.about.columns if not c.needs_posts], self.about.naming)

    def texts(self, column: Column) -> Sequence[str]:
        if column.is_contact:
            return list(map(self.about.contact(column), self.lines))
        texts = self._open_texts(column)
        if not column.needs_name or all(self.is_named):
            return texts
        return [text if named else "" for text, named in zip(texts, self.is_named, strict=True)]

    def _open_texts(self, column: Column) -> Sequence[str]:
        """As if every row were named."""
        if column.is_plain:
            values: Iterable[Any] = self.values[column.fields[0]]
            # An array comes as a list, which no dict takes.
            values = map(tuple, values) if column.key == "categories" else values
            return list(map(self.about.words[column.key].__getitem__, values))
        match column.key:
            case "name":
                return self._names()
            case "number":
                return list(map(record_number, self.values["pk"]))
            case "post":
                return [post for post, _associations in self.posts]
            case "associations":
                return [associations for _post, associations in self.posts]
        raise KeyError(column.key)

    def _names(self) -> Sequence[str]:
        names = self.values["name"]
        if all(self.is_named):
            return names
        pairs = zip(names, self.values["pk"], self.is_named, strict=True)
        return [name if named else record_number(pk) for name, pk, named in pairs]
