"""Changes to a document, by the keys of its parts: pure, each gives a new document and leaves the old one alone."""

import copy
import secrets
from collections.abc import Iterator
from typing import Any

from apps.assessment.editing.document import KEY, Document

Parts = list[Document]


class NoSuchPart(LookupError):
    """The part is no longer there: somebody else removed it."""


def new_key() -> str:
    return "n" + secrets.token_hex(4)


def keyed(document: Document) -> Document:
    """The document with a key on every group, section and item."""
    made = copy.deepcopy(document)
    for part in _every_part(made):
        part.setdefault(KEY, new_key())
    return made


def _every_part(document: Document) -> Iterator[Document]:
    yield from document.get("groups", [])
    for section in document.get("indicators", []):
        yield section
        yield from section.get("items", [])


def find(document: Document, kind: str, key: str) -> Document:
    """The group, section or item with the key. Raises NoSuchPart."""
    parts, index = _home(document, kind, key)
    return parts[index]


def section_of(document: Document, item: str) -> Document:
    """The section in which an item stands. Raises NoSuchPart."""
    for section in document.get("indicators", []):
        if any(each.get(KEY) == item for each in section.get("items", [])):
            found: Document = section
            return found
    raise NoSuchPart(item)


def put(document: Document, kind: str, values: Document, *, key: str = "", section: str = "") -> Document:
    """The document with a part's values replaced, or with a new part at the end. Raises NoSuchPart."""
    made = copy.deepcopy(document)
    if not key:
        _list_of(made, kind, section).append({KEY: new_key(), **values})
        return made
    parts, index = _home(made, kind, key)
    kept = {"items": parts[index].get("items", [])} if kind == "section" else {}
    parts[index] = {KEY: key, **values, **kept}
    return made


def remove(document: Document, kind: str, key: str) -> Document:
    made = copy.deepcopy(document)
    parts, index = _home(made, kind, key)
    gone = parts.pop(index)
    return without_group(made, gone.get("name", "")) if kind == "group" else made


def move(document: Document, kind: str, key: str, step: int) -> Document:
    """One place up (-1) or down (1); an item at the edge of its section goes on into the next one."""
    made = copy.deepcopy(document)
    parts, index = _home(made, kind, key)
    part = parts.pop(index)
    if 0 <= index + step <= len(parts):
        parts.insert(index + step, part)
        return made
    neighbour = _next_section(made, parts, step) if kind == "item" else None
    if neighbour is None:
        parts.insert(index, part)
    elif step > 0:
        neighbour.insert(0, part)
    else:
        neighbour.append(part)
    return made


def duplicate(document: Document, kind: str, key: str, name: str) -> Document:
    """A copy right behind the part, under another name."""
    made = copy.deepcopy(document)
    parts, index = _home(made, kind, key)
    twin = copy.deepcopy(parts[index])
    for part in [twin, *twin.get("items", [])]:
        part[KEY] = new_key()
    twin["name"] = name
    parts.insert(index + 1, twin)
    return made


# Groups stand by name in items and in the points of sections -----------------------------------------------------------


def with_group_renamed(document: Document, old: str, new: str) -> Document:
    made = copy.deepcopy(document)
    for section in made.get("indicators", []):
        if isinstance(section.get("points"), dict):
            section["points"] = {new if name == old else name: n for name, n in section["points"].items()}
        for item in section.get("items", []):
            if "groups" in item:
                item["groups"] = [new if name == old else name for name in item["groups"]]
    return made


def without_group(document: Document, name: str) -> Document:
    """Items for this group alone go with it."""
    made = copy.deepcopy(document)
    for section in made.get("indicators", []):
        if isinstance(section.get("points"), dict):
            section["points"].pop(name, None)
        section["items"] = [item for item in section.get("items", []) if item.get("groups") != [name]]
        for item in section["items"]:
            if name in item.get("groups", []):
                item["groups"] = [each for each in item["groups"] if each != name]
    return made


# Where parts stand ----------------------------------------------------------------------------------------------------


def _home(document: Document, kind: str, key: str) -> tuple[Parts, int]:
    for parts in _lists(document, kind):
        for index, part in enumerate(parts):
            if part.get(KEY) == key:
                return parts, index
    raise NoSuchPart(key)


def _lists(document: Document, kind: str) -> list[Parts]:
    if kind == "group":
        return [document.get("groups", [])]
    sections = document.get("indicators", [])
    return [sections] if kind == "section" else [section.get("items", []) for section in sections]


def _list_of(document: Document, kind: str, section: str) -> Parts:
    if kind == "item":
        found: Parts = find(document, "section", section).setdefault("items", [])
        return found
    return document.setdefault("groups" if kind == "group" else "indicators", [])


def _next_section(document: Document, items: Parts, step: int) -> Parts | None:
    sections: list[Any] = document.get("indicators", [])
    here = next(index for index, section in enumerate(sections) if section.get("items") is items)
    there = here + step
    return sections[there].setdefault("items", []) if 0 <= there < len(sections) else None
