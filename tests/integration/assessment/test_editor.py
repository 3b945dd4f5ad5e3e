"""The editor: a scheme from nothing to open, page by page, and what stands in the way."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.assessment.actions import adopt_scheme
from apps.assessment.models import Indicator, Scheme, SchemeVersion, WorkingCopy
from tests.cast import Tree
from tests.integration.assessment.test_scoring import BY_GROUP, SCHEME

NEW = {"code": "N-2026", "name": "新方案", "year": "2026", "assessed": "county"}


@pytest.fixture
def draft(tree: Tree, city_admin: User, client: Client) -> Scheme:
    """A draft from nothing, and its administrator signed in."""
    client.force_login(city_admin)
    answer = client.post(reverse("assessment:new"), {**NEW, "office": tree.city.pk})
    assert answer.status_code == 302, answer.content.decode()
    return Scheme.objects.get(code="N-2026")


@pytest.fixture
def send(client: Client) -> Callable[..., Any]:
    """Post to a page of the editor with the revision that it shows now."""

    def post(scheme: Scheme, page: str, /, *args: Any, **data: Any) -> Any:
        copy = WorkingCopy.objects.filter(scheme=scheme).first()
        url = reverse(f"assessment:{page}", args=[scheme.code, *args])
        return client.post(url, {"revision": copy.revision if copy else 0, **data})

    return post


def document(scheme: Scheme) -> dict[str, Any]:
    found: dict[str, Any] = WorkingCopy.objects.get(scheme=scheme).document
    return found


def key(scheme: Scheme, name: str) -> str:
    """The key of the group, section or item of that name."""
    held = document(scheme)
    parts = [
        *held["groups"],
        *held["indicators"],
        *(i for s in held["indicators"] for i in s.get("items", [])),
    ]
    return next(str(part["key"]) for part in parts if part["name"] == name)


def names(scheme: Scheme) -> list[list[str]]:
    return [[item["name"] for item in section.get("items", [])] for section in document(scheme)["indicators"]]


@pytest.fixture
def small(draft: Scheme, send: Callable[..., Any]) -> Scheme:
    """One group, one section, two items; sound."""
    send(draft, "add_group", name="全部", offices=["990001", "990002"])
    send(draft, "add_section", name="一、工作", part="base", points="100")
    for name, points, metric, target in (
        ("覆盖率", "60", "pairing.coverage", "95"),
        ("会议", "40", "meetings.plenary", "2"),
    ):
        answer = send(
            draft,
            "add_item",
            key(draft, "一、工作"),
            name=name,
            points=points,
            rule="ratio",
            metric=metric,
            target=target,
        )
        assert answer.status_code == 302, answer.content.decode()
    return draft


def test_scheme_from_nothing_to_open(small: Scheme, send: Callable[..., Any], client: Client) -> None:
    page = client.get(reverse("assessment:edit", args=["N-2026"])).content.decode()
    assert "没有问题" in page
    assert "达到 95% 得 60 分，不足的按比例得分。" in page
    assert "达到 2 次得 40 分，不足的按比例得分。" in page
    send(small, "open")
    small.refresh_from_db()
    assert small.state == Scheme.State.OPEN
    version = SchemeVersion.objects.get(scheme=small)
    assert (version.number, version.sha256) == (1, small.sha256)
    assert [each.rule.text() for each in Indicator.objects.filter(section__scheme=small)] == [
        "达到 95% 得 60 分，不足的按比例得分。",
        "达到 2 次得 40 分，不足的按比例得分。",
    ]
    assert not WorkingCopy.objects.filter(scheme=small).exists()


def test_unfinished_draft_says_what_is_missing_and_does_not_open(
    draft: Scheme, send: Callable[..., Any], client: Client
) -> None:
    send(draft, "add_group", name="全部", offices=["990001"])
    send(draft, "add_section", name="一、工作", part="base", points="90")
    page = client.get(reverse("assessment:edit", args=["N-2026"])).content.decode()
    assert "各部分分值合计 90 分，应为 100 分" in page
    assert 'data-opens="open-scheme"' not in page
    send(draft, "open")
    draft.refresh_from_db()
    assert draft.state == Scheme.State.DRAFT


def test_items_move_within_and_between_sections(small: Scheme, send: Callable[..., Any]) -> None:
    send(small, "add_section", name="二、其他", part="bonus", cap="5")
    send(small, "move_part", kind="item", key=key(small, "会议"), to="up")
    assert names(small) == [["会议", "覆盖率"], []]
    send(small, "move_part", kind="item", key=key(small, "覆盖率"), to="down")
    assert names(small) == [["会议"], ["覆盖率"]]
    send(small, "move_part", kind="section", key=key(small, "二、其他"), to="up")
    assert names(small) == [["覆盖率"], ["会议"]]
    # At the very top there is nowhere to go.
    send(small, "move_part", kind="item", key=key(small, "覆盖率"), to="up")
    assert names(small) == [["覆盖率"], ["会议"]]


def test_parts_are_copied_and_removed(small: Scheme, send: Callable[..., Any]) -> None:
    send(small, "copy_part", kind="item", key=key(small, "会议"))
    assert names(small) == [["覆盖率", "会议", "会议（副本）"]]
    send(small, "remove_part", kind="item", key=key(small, "会议"))
    assert names(small) == [["覆盖率", "会议（副本）"]]
    send(small, "remove_part", kind="section", key=key(small, "一、工作"))
    assert names(small) == []


def test_who_was_slower_is_told_and_overwrites_nothing(small: Scheme, client: Client) -> None:
    stale = {"revision": 1, "kind": "item", "key": key(small, "会议")}
    answer = client.post(reverse("assessment:remove_part", args=["N-2026"]), stale, follow=True)
    assert "别人刚改过这份方案" in answer.content.decode()
    assert names(small) == [["覆盖率", "会议"]]


def test_renamed_group_keeps_its_items(small: Scheme, send: Callable[..., Any]) -> None:
    send(small, "add_group", name="乙组", offices=["990002"])
    send(small, "edit_group", key(small, "全部"), name="甲组", offices=["990001"])
    item = {"points": "40", "rule": "ratio", "metric": "meetings.plenary", "target": "2"}
    send(small, "edit_item", key(small, "会议"), name="会议", groups=["甲组"], **item)
    send(small, "edit_group", key(small, "甲组"), name="城区组", offices=["990001"])
    assert document(small)["indicators"][0]["items"][1]["groups"] == ["城区组"]
    send(small, "remove_part", kind="group", key=key(small, "城区组"))
    assert names(small) == [["覆盖率"]]


# Every kind of rule ---------------------------------------------------------------------------------------------------

LADDER = {"row-value-0": "95", "row-points-0": "40", "row-value-1": "80%", "row-points-1": "20"}
LEVELS = {"row-name-0": "市级", "row-points-0": "1", "row-name-1": "省级", "row-points-1": "2.5"}


@pytest.mark.parametrize(
    ("section", "typed", "text"),
    [
        (
            "一、工作",
            {"rule": "ratio", "metric": "declared", "unit": "%", "target": "80"},
            "达到 80% 得 40 分",
        ),
        (
            "一、工作",
            {"rule": "ratio", "metric": "declared", "unit": "次", "target": "4"},
            "达到 4 次得 40 分",
        ),
        (
            "一、工作",
            {"rule": "ladder", "metric": "pairing.coverage", **LADDER},
            "达到 95% 得 40 分；达到 80% 得 20 分",
        ),
        (
            "一、工作",
            {"rule": "per_item", "metric": "cases.suggestions_adopted", "each": "0.5"},
            "每件得 0.5 分，最高 40 分",
        ),
        ("一、工作", {"rule": "ladder_items", **LEVELS}, "市级 1 分、省级 2.5 分），同一事项按最高级计一次"),
        (
            "一、工作",
            {"rule": "cumulative_items", **LEVELS},
            "每件逐级累计得分（市级 1 分、省级 2.5 分），最高 40 分",
        ),
        (
            "一、工作",
            {
                "rule": "judged",
                "judges": "5",
                "drop_extremes": "on",
                "row-points-0": "40",
                "row-words-0": "有实效",
            },
            "5 名评委独立评分取平均分，去掉一个最高分和一个最低分，参考：40 分：有实效。",
        ),
        (
            "一、工作",
            {"rule": "survey", "target": "90%", "minimum_answers": "10"},
            "有效答卷少于 10 份的不适用",
        ),
        ("一、工作", {"rule": "manual"}, "完成得 40 分，部分完成酌情得分"),
        (
            "一、工作",
            {"rule": "rank", "metric": "meetings.topical", "spread": "40"},
            "第一名得 40 分，末位得 24 分",
        ),
        (
            "加分",
            {"rule": "per_item", "metric": "declared", "each": "2", "cap": "4"},
            "每件得 2 分，最高 4 分",
        ),
        ("扣分", {"rule": "deduct", "metric": "supervision.red", "each": "0.5"}, "每件扣 0.5 分"),
    ],
)
def test_each_kind_of_rule_has_its_form(
    small: Scheme, send: Callable[..., Any], client: Client, section: str, typed: dict[str, str], text: str
) -> None:
    send(small, "remove_part", kind="item", key=key(small, "会议"))
    send(small, "add_section", name="加分", part="bonus", cap="5")
    send(small, "add_section", name="扣分", part="deduction", cap="5")
    answer = send(small, "add_item", key(small, section), name="试项", points="40", **typed)
    assert answer.status_code == 302, answer.content.decode()
    page = client.get(reverse("assessment:edit_item", args=["N-2026", key(small, "试项")])).content.decode()
    assert text in page
    # Saved again as the form shows it, it stays what it was.
    before = document(small)["indicators"]
    form = client.get(reverse("assessment:edit_item", args=["N-2026", key(small, "试项")])).context["form"]
    shown = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False, [])}
    rows = {name: value for row in form.rows or [] for name, _label, value, _error in row.cells}
    send(small, "edit_item", key(small, "试项"), **shown, **rows)
    assert document(small)["indicators"] == before


def test_preview_says_the_rule_while_it_is_typed_and_keeps_nothing(
    small: Scheme, send: Callable[..., Any]
) -> None:
    before = document(small)
    typed = {"name": "会议", "points": "30", "rule": "ratio", "metric": "meetings.plenary", "target": "3"}
    answer = send(small, "preview_item", key=key(small, "会议"), **typed)
    page = answer.content.decode()
    assert "达到 3 次得 30 分" in page
    assert "90 分，应为 100 分" in page
    assert "本级召开且有纪要的领导小组全体会议次数" in page
    assert "<html" not in page
    assert document(small) == before


@pytest.mark.parametrize("typed", [{"target": "多"}, {"target": ""}, {"points": "1e99"}, {"name": "长" * 61}])
def test_what_cannot_be_read_comes_back_as_it_was_typed(
    small: Scheme, send: Callable[..., Any], typed: dict[str, str]
) -> None:
    sound = {"name": "会议", "points": "40", "rule": "ratio", "metric": "meetings.plenary", "target": "2"}
    answer = send(small, "edit_item", key(small, "会议"), **{**sound, **typed})
    assert answer.status_code == 422
    assert all(value in answer.content.decode() for value in typed.values())


def test_rows_are_added_and_removed_without_saving(small: Scheme, send: Callable[..., Any]) -> None:
    before = document(small)
    typed = {"name": "会议", "points": "40", "rule": "ladder", "metric": "pairing.coverage", **LADDER}
    page = send(small, "edit_item", key(small, "会议"), **typed, **{"add-row": "row"})
    assert page.status_code == 200
    assert 'name="row-value-2"' in page.content.decode()
    page = send(small, "edit_item", key(small, "会议"), **typed, **{"remove-row": "row-0"})
    assert 'name="row-value-1"' not in page.content.decode()
    assert 'value="80%"' in page.content.decode()
    assert document(small) == before


def test_grades_are_rows_too(small: Scheme, send: Callable[..., Any]) -> None:
    rows = {
        "row-name-0": "好",
        "row-at_least-0": "85",
        "row-quota-0": "30",
        "row-name-1": "其余",
        "row-at_least-1": "0",
    }
    send(small, "edit_grades", **rows)
    assert document(small)["grades"] == [
        {"name": "好", "at_least": 85, "quota": 0.3},
        {"name": "其余", "at_least": 0},
    ]


# Who may, and how dear it is -----------------------------------------------------------------------------------------


def test_assessed_office_does_not_edit_and_sees_no_draft(
    small: Scheme, county_admin: User, city_leader: User, client: Client
) -> None:
    for user, status in ((county_admin, 404), (city_leader, 403)):
        client.force_login(user)
        assert client.get(reverse("assessment:edit", args=["N-2026"])).status_code == status


def count_queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["edit", "trial", "scheme", "xlsx"])
def test_pages_are_flat_in_items(small: Scheme, send: Callable[..., Any], client: Client, name: str) -> None:
    url = reverse(f"assessment:{name}", args=["N-2026"])
    client.get(url)
    few = count_queries(client, url)
    for number in range(12):
        send(
            small,
            "add_item",
            key(small, "一、工作"),
            name=f"项目{number}",
            points="1",
            rule="ratio",
            metric="meetings.topical",
            target="1",
        )
    assert count_queries(client, url) == few
    assert few <= 15


def test_stored_draft_is_edited_too(tree: Tree, city_admin: User, client: Client) -> None:
    adopt_scheme(BY_GROUP.encode(), by=None)
    client.force_login(city_admin)
    page = client.get(reverse("assessment:edit", args=["T-2026"])).content.decode()
    assert "没有问题" in page
    assert "每件按级别得分（市级 1 分、省级 2 分），同一事项按最高级计一次，最高" not in page
    assert SCHEME
