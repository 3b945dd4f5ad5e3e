"""Small things that tables need and the template language lacks."""

from collections.abc import Iterable
from typing import Any

from django import template

register = template.Library()


@register.filter
def beside(cells: Iterable[Any], labels: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Each cell with the label of its column, for `data-label`."""
    return list(zip(labels, cells, strict=False))
