from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from apps.core import navigation
from apps.core.access import Permission
from apps.core.navigation import Group, NavItem, Shell


@pytest.fixture(autouse=True)
def items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", {})
    navigation.register(
        NavItem("后", "account_logout", "leave", Permission.OWN_ACCOUNT, Group.SYSTEM, order=1),
        NavItem("先", "account_login", "lock", Permission.MEMBER_VIEW, Group.TODAY, order=9),
    )


def test_items_are_those_the_permissions_open() -> None:
    assert [item.label for item in navigation.items_for({Permission.MEMBER_VIEW})] == ["先"]
    assert navigation.items_for(set()) == []


def test_items_stand_in_the_order_of_groups() -> None:
    held = {Permission.MEMBER_VIEW, Permission.OWN_ACCOUNT}
    assert [item.label for item in navigation.items_for(held)] == ["先", "后"]


def test_registering_again_replaces() -> None:
    navigation.register(NavItem("新", "account_login", "lock", Permission.MEMBER_VIEW, Group.TODAY))
    assert [item.label for item in navigation.items_for({Permission.MEMBER_VIEW})] == ["新"]


def test_current_is_the_longest_address_that_holds_the_path() -> None:
    urls = ["/", "/visits/", "/visits/mine/"]
    assert navigation.current_url(urls, "/visits/mine/3/") == "/visits/mine/"
    assert navigation.current_url(urls, "/visits/3/") == "/visits/"
    assert navigation.current_url(urls, "/other/") is None
    assert navigation.current_url(urls, "/") == "/"


def test_link_of_the_page_is_marked() -> None:
    groups = navigation.navigation({Permission.MEMBER_VIEW}, "/accounts/login/")
    assert [(link.label, link.current) for group in groups for link in group.links] == [("先", True)]


def test_bottom_bar_takes_the_lowest_thumbs_in_the_order_of_the_side_bar(rf: RequestFactory) -> None:
    held = frozenset({Permission.OWN_ACCOUNT})
    names = ["account_login", "account_change_password", "mfa_index", "usersessions_list", "account_logout"]
    for order, (name, thumb) in enumerate(zip(names, (2, 1, 1, 1, 1), strict=True)):
        navigation.register(NavItem(name, name, "x", Permission.OWN_ACCOUNT, Group.TODAY, order, thumb))
    request = rf.get("/")
    request.user = SimpleNamespace(is_authenticated=True, permissions=held)  # type: ignore[assignment]
    assert [link.label for link in Shell(request).thumbs] == names[1:]
