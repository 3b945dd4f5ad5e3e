"""Pages of lists: numbered with a total for people, by cursor for programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from rest_framework.pagination import CursorPagination

SIZES = (20, 50, 100)
# Counting on costs more than the page itself; whoever looks for row 10,000 filters (guide/performance.md).
COUNT_UP_TO = 9_999
_LONGEST_NUMBER = 9

Row = TypeVar("Row")


class CursorPages(CursorPagination):
    """The API's lists: stable while rows are added, no total. `?cursor=…&page_size=…`."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-pk"


@dataclass(frozen=True)
class ListPage(Generic[Row]):
    """One page of a list. `number` counts from 1; an empty list has one empty page."""

    rows: Sequence[Row]
    number: int
    size: int
    total: int
    query: QueryDict
    # The list is longer than was counted: `total` is where counting ended.
    is_longer: bool = False

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first_index(self) -> int:
        """Position of the first row shown, from 1; 0 in an empty list."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last_index(self) -> int:
        return min(self.number * self.size, self.total)

    @property
    def previous_url(self) -> str:
        return self.url_of(self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url_of(self.number + 1) if self.number < self.pages else ""

    @property
    def numbers(self) -> list[tuple[int, str]]:
        """What the pager offers, as (page, URL): first, last and two around this one; 0 marks a gap."""
        near = {1, self.pages, *range(self.number - 2, self.number + 3)}
        offered: list[tuple[int, str]] = []
        for page in sorted(page for page in near if 1 <= page <= self.pages):
            if offered and page - offered[-1][0] > 1:
                offered.append((0, ""))
            offered.append((page, self.url_of(page)))
        return offered

    @property
    def sizes(self) -> list[tuple[int, str]]:
        """20/50/100 as (size, URL); a new size starts at page 1."""
        return [(size, self._url(page=None, size=size)) for size in SIZES]

    def url_of(self, page: int) -> str:
        return self._url(page=page, size=self.size)

    def _url(self, *, page: int | None, size: int) -> str:
        """The filters stay in the URL; only page and size change."""
        query = self.query.copy()
        query.pop("page", None)
        query["size"] = str(size)
        if page is not None:
            query["page"] = str(page)
        return f"?{query.urlencode()}"


def list_page(
    request: HttpRequest,
    rows: QuerySet[Any, Row],
    *,
    default_size: int = SIZES[0],
    count_up_to: int | None = None,
    query: QueryDict | None = None,
    counted: QuerySet[Any, Any] | None = None,
) -> ListPage[Row]:
    """The page that `?page=` and `?size=` ask for. Nonsense there gives the nearest page that exists, no error.

    `count_up_to` ends the counting, and the pages, at that row: what comes after is found with filters.
    `query` is what the pager's links carry, where that is not the address of this request. `counted`: the same rows
    without columns and order, where `rows` joins tables that counting does not need.
    """
    query = request.GET if query is None else query
    size = _number(query.get("size", ""))
    size = size if size in SIZES else default_size
    counted = rows.order_by() if counted is None else counted
    found = counted[: count_up_to + 1].count() if count_up_to else counted.count()
    total = min(found, count_up_to) if count_up_to else found
    number = min(max(1, _number(query.get("page", ""))), max(1, -(-total // size)))
    shown = rows[(number - 1) * size : number * size] if total else rows.none()
    return ListPage(list(shown), number, size, total, query, found > total)


def page_of(request: HttpRequest, rows: Sequence[Row], *, default_size: int = SIZES[0]) -> ListPage[Row]:
    """As `list_page`, for rows that are not in a table."""
    size = _number(request.GET.get("size", ""))
    size = size if size in SIZES else default_size
    number = min(max(1, _number(request.GET.get("page", ""))), max(1, -(-len(rows) // size)))
    return ListPage(rows[(number - 1) * size : number * size], number, size, len(rows), request.GET)


def _number(typed: str) -> int:
    # Not int() alone: it takes full-width digits and ten thousand of them.
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_NUMBER else 0
