"""Marks in a form what the wording guard held back; the typed text stays as it was."""

from django import template

from apps.core.wording import Segment, segments

register = template.Library()


@register.filter
def wording_segments(text: object) -> list[Segment]:
    """The pieces of a typed text; those with a finding go into <mark> with its message.

    {% for piece in field.value|wording_segments %}{% if piece.finding %}<mark title="{{ piece.finding.message }}">…
    """
    return segments(str(text or ""))
