"""Rows of imports, as pages name them."""

from collections.abc import Sequence

from django import template

from apps.members.importing.places import told

register = template.Library()


@register.filter
def place(number: int, sheets: Sequence[str]) -> str:
    """`{{ row.row|place:sheets }}`: 5, or 西镇 5 where several sheets were read."""
    return told(number, sheets)
