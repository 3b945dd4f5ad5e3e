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
