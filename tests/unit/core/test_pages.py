from typing import Any

import pytest
from django.test import RequestFactory

from apps.core.pages import page_or_fragment
from apps.core.paging import ListPage, list_page


@pytest.mark.parametrize(
    ("headers", "template"),
    [
        ({}, "list.html"),
        ({"HX-Request": "true"}, "_rows.html"),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, "list.html"),
        ({"HX-Request": "true", "HX-Boosted": "true"}, "list.html"),
    ],
)
def test_page_or_fragment(headers: dict[str, str], template: str) -> None:
    request = RequestFactory().get("/", headers=headers)
    response = page_or_fragment(request, "list.html", "_rows.html", {"rows": []}, status=422)
    assert response.template_name == template
    assert response["Vary"] == "HX-Request"
    assert response.status_code == 422


class Rows(list[int]):
    """Stands in for a QuerySet: counts and slices."""

    def count(self) -> int:  # type: ignore[override]
        return len(self)

    def order_by(self) -> "Rows":
        return self

    def none(self) -> "Rows":
        return Rows()


def page(url: str, total: int = 45, **kwargs: Any) -> ListPage[int]:
    return list_page(RequestFactory().get(url), Rows(range(total)), **kwargs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "number", "size", "first"),
    [
        ("/", 1, 20, 0),
        ("/?page=2", 2, 20, 20),
        ("/?page=3&size=20", 3, 20, 40),
        ("/?size=100", 1, 100, 0),
        ("/?page=1000000000", 1, 20, 0),
        ("/?page=99", 3, 20, 40),
        ("/?page=-1", 1, 20, 0),
        ("/?page=２", 1, 20, 0),
        ("/?size=7", 1, 20, 0),
        ("/?size=" + "9" * 5000, 1, 20, 0),
    ],
)
def test_list_page(url: str, number: int, size: int, first: int) -> None:
    found = page(url)
    assert (found.number, found.size, found.rows[0]) == (number, size, first)
    assert found.total == 45


def test_list_page_keeps_the_filters_in_its_links() -> None:
    found = page("/?q=张三&category=a&category=b&page=2")
    assert found.next_url == "?q=%E5%BC%A0%E4%B8%89&category=a&category=b&size=20&page=3"
    assert found.previous_url.endswith("size=20&page=1")
    assert dict(found.sizes)[50] == "?q=%E5%BC%A0%E4%B8%89&category=a&category=b&size=50"
    assert (found.first_index, found.last_index, found.pages) == (21, 40, 3)


def test_list_page_numbers_have_gaps() -> None:
    assert [number for number, _url in page("/?page=10", total=400).numbers] == [
        1,
        0,
        8,
        9,
        10,
        11,
        12,
        0,
        20,
    ]


def test_list_page_of_nothing() -> None:
    found = page("/?page=5", total=0)
    assert (found.rows, found.number, found.pages, found.first_index, found.last_index) == ([], 1, 1, 0, 0)
    assert (found.previous_url, found.next_url) == ("", "")
