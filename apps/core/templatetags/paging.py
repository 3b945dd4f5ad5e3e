"""The pages a pager offers, and the sizes a page can have."""

from collections.abc import Iterator

from django import template
from django.core.paginator import Page

register = template.Library()

PAGE_SIZES = (20, 50, 100)


@register.filter
def page_sizes(page: Page) -> tuple[int, ...]:
    return PAGE_SIZES


@register.filter
def offered_pages(page: Page) -> Iterator[int | None]:
    """Page numbers around the current one, None where some are left out."""
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1):
        yield number if isinstance(number, int) else None
