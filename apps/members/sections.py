"""What upper apps show on a member's page: pairs, visits, cases. Registered in `ready()`, so that members knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apps.core.access import Actor
from apps.members.models import Member

# What to show of this member to this actor, or None for nothing.
Content = Callable[[Actor, Member], dict[str, Any] | None]


@dataclass(frozen=True)
class Section:
    """A part of the page: a template that reads its content as `section`."""

    template: str
    content: Content
    order: int = 50


_sections: list[Section] = []


def show_on_member_page(section: Section) -> None:
    """Register a section."""
    if section not in _sections:
        _sections.append(section)
        _sections.sort(key=lambda known: known.order)


def sections_for(actor: Actor, member: Member) -> list[tuple[str, dict[str, Any]]]:
    """The templates and contents to show, in order."""
    found = ((section.template, section.content(actor, member)) for section in _sections)
    return [(template, content) for template, content in found if content is not None]


# What the member reads in the own file. Takes no actor: it is the member's, and shows what any successor is shown.
OwnContent = Callable[[Member], dict[str, Any] | None]


@dataclass(frozen=True)
class OwnSection:
    """A part of the own file: a template that reads its content as `section`."""

    template: str
    content: OwnContent
    order: int = 50


_own_sections: list[OwnSection] = []


def show_in_own_file(section: OwnSection) -> None:
    """Register a section of the own file."""
    if section not in _own_sections:
        _own_sections.append(section)
        _own_sections.sort(key=lambda known: known.order)


def own_sections_for(member: Member) -> list[tuple[str, dict[str, Any]]]:
    """The templates and contents of the member's own file, in order."""
    found = ((section.template, section.content(member)) for section in _own_sections)
    return [(template, content) for template, content in found if content is not None]
