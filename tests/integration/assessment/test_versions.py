"""Versions: frozen at opening, changed with who, when and why, never rewritten; what was reviewed stays."""

from collections.abc import Callable
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.assessment.actions import adopt_scheme, open_scheme
from apps.assessment.declaring import Declared, declare_figure, give_manual_score, review_figure
from apps.assessment.editing.changing import find, put, remove
from apps.assessment.editing.document import digest_of, without_keys
from apps.assessment.editing.stored import document_of
from apps.assessment.editing.versions import put_in_force
from apps.assessment.editing.working import copy_of, save
from apps.assessment.evidence import Outcome
from apps.assessment.models import Indicator, ManualScore, ResultItem, Scheme, SchemeVersion
from apps.assessment.scoring import score_scheme
from apps.core.refusals import Conflict, Refusal
from apps.notifications.models import Notification
from tests.cast import Tree
from tests.integration.assessment.conftest import TODAY
from tests.integration.assessment.test_scoring import SCHEME, facts, indicator

Document = dict[str, Any]
__all__ = ["facts"]


@pytest.fixture
def scheme(tree: Tree, city_admin: User) -> Scheme:
    made = adopt_scheme(SCHEME.encode(), by=None)
    open_scheme(made, by=city_admin)
    return made


@pytest.fixture
def change(scheme: Scheme, city_admin: User) -> Callable[..., SchemeVersion]:
    """Change the document and put it in force."""

    def make(edit: Callable[[Document], Document], reason: str = "依据示例〔2026〕8号") -> SchemeVersion:
        copy = copy_of(scheme)
        save(scheme, edit(copy.document), revision=copy.revision, by=city_admin)
        return put_in_force(scheme, revision=copy.revision + 1, reason=reason, by=city_admin)

    return make


def with_item(known: str, /, **values: Any) -> Callable[[Document], Document]:
    """The document with some values of an item replaced."""

    def edit(document: Document) -> Document:
        item = next(i for s in document["indicators"] for i in s["items"] if i["name"] == known)
        return put(document, "item", {**item, **values}, key=item["key"])

    return edit


def in_state(scheme: Scheme, state: str) -> None:
    scheme.state = state
    scheme.save(update_fields=["state"])


def test_opening_freezes_the_first_version(scheme: Scheme, city_admin: User) -> None:
    version = SchemeVersion.objects.get()
    assert (version.number, version.made_by) == (1, city_admin)
    assert version.document == document_of(scheme)
    assert version.sha256 == digest_of(version.document) == scheme.sha256


def test_version_is_neither_changed_nor_removed(scheme: Scheme) -> None:
    for statement in (
        "UPDATE assessment_schemeversion SET reason = 'x'",
        "DELETE FROM assessment_schemeversion",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_change_is_the_next_version_and_its_words_are_compared(
    scheme: Scheme, change: Callable[..., SchemeVersion], client: Client, county_admin: User
) -> None:
    made = change(with_item("会议", target=3))
    assert made.number == 2
    client.force_login(county_admin)
    page = client.get(reverse("assessment:version", args=["T-2026", 2])).content.decode()
    assert "达到 2 次得 16 分" in page
    assert "达到 3 次得 16 分" in page
    assert "依据示例〔2026〕8号" in page
    assert indicator("会议").rule.text().startswith("达到 3 次")


def test_assessed_offices_are_told_and_nobody_else(
    scheme: Scheme,
    change: Callable[..., SchemeVersion],
    county_admin: User,
    city_leader: User,
    town_cadre: User,
) -> None:
    change(with_item("会议", target=3))
    told = Notification.objects.filter(kind="assessment.scheme_changed")
    assert [each.to for each in told] == [county_admin]
    assert "T-2026 已变更为第 2 版" in told[0].subject


def test_reviewed_points_stay_with_a_renamed_and_moved_item(
    scheme: Scheme, change: Callable[..., SchemeVersion], tree: Tree, assessor: User
) -> None:
    row = indicator("专项")
    give_manual_score(row, tree.county, outcome=Outcome.MET, points=D(0), reason="验收意见", by=assessor)
    change(with_item("专项", name="专项行动"))
    kept = Indicator.objects.get(name="专项行动")
    assert kept.pk == row.pk
    assert ManualScore.objects.get(indicator=kept).outcome == "met"


def test_item_that_no_longer_applies_to_a_group_loses_its_points(
    scheme: Scheme, change: Callable[..., SchemeVersion], tree: Tree, facts: None
) -> None:
    score_scheme(scheme, today=TODAY)
    change(split_in_two)
    items = ResultItem.objects.filter(indicator__name="会议")
    assert [item.result.office for item in items] == [tree.county]


def split_in_two(document: Document) -> Document:
    """乙县 in a group of its own, for which 会议 is another item."""
    first, *_others = document["groups"]
    groups = [{**first, "offices": ["990001"]}, {"name": "乙组", "offices": ["990002"]}]
    only = with_item("会议", groups=["全部"])({**document, "groups": groups})
    meeting = next(i for i in only["indicators"][0]["items"] if i["name"] == "会议")
    twin = {**meeting, "groups": ["乙组"], "target": 1}
    return put(only, "item", {**twin, "key": "nnew"}, section=only["indicators"][0]["key"])


def test_item_with_reviews_is_not_removed(
    scheme: Scheme, change: Callable[..., SchemeVersion], tree: Tree, county_admin: User, assessor: User
) -> None:
    declared = declare_figure(indicator("失实"), tree.county, Declared(D(1)), by=county_admin)
    review_figure(declared, confirm=True, by=assessor)
    with pytest.raises(Refusal, match="不能删除"):
        change(lambda document: without_section(document, "扣分项"))
    assert SchemeVersion.objects.count() == 1


def without_section(document: Document, name: str) -> Document:
    key = next(section["key"] for section in document["indicators"] if section["name"] == name)
    return remove(document, "section", key)


def test_reason_and_a_difference_are_needed(scheme: Scheme, change: Callable[..., SchemeVersion]) -> None:
    with pytest.raises(Refusal, match="变更原因"):
        change(with_item("会议", target=3), reason=" ")
    with pytest.raises(Refusal, match="没有要生效的改动"):
        change(with_item("会议", target=2))


def test_code_and_year_stay(scheme: Scheme, change: Callable[..., SchemeVersion]) -> None:
    with pytest.raises(Refusal, match="年度"):
        change(lambda document: {**document, "year": 2027})


@pytest.mark.parametrize("state", ["review", "objection"])
def test_from_the_review_on_only_words_and_later_dates(
    scheme: Scheme, change: Callable[..., SchemeVersion], state: str
) -> None:
    in_state(scheme, state)
    with pytest.raises(Refusal, match="审核已经开始"):
        change(with_item("会议", target=3))
    assert change(without_difference).number == 2


def without_difference(document: Document) -> Document:
    """Back to the rule in force, with a better name and a later date."""
    better = with_item("会议", name="全体会议", target=2)(document)
    return {**better, "calendar": {**better["calendar"], "publish": "2027-02-10"}}


def test_from_the_review_on_no_date_comes_earlier(
    scheme: Scheme, change: Callable[..., SchemeVersion]
) -> None:
    in_state(scheme, "review")
    with pytest.raises(Refusal, match="日期只能推迟"):
        change(lambda document: {**document, "calendar": {**document["calendar"], "publish": "2027-01-30"}})


def test_from_the_decision_on_nothing(scheme: Scheme, change: Callable[..., SchemeVersion]) -> None:
    in_state(scheme, "decided")
    with pytest.raises(Refusal, match="已经审定"):
        change(with_item("会议", name="全体会议"))


def test_change_that_somebody_else_went_on_with_is_not_put_in_force(scheme: Scheme, city_admin: User) -> None:
    copy = copy_of(scheme)
    save(scheme, with_item("会议", target=3)(copy.document), revision=0, by=city_admin)
    save(scheme, with_item("会议", target=4)(copy.document), revision=1, by=city_admin)
    with pytest.raises(Conflict):
        put_in_force(scheme, revision=1, reason="x", by=city_admin)


def test_the_page_of_a_change_shows_it_before_it_counts(
    scheme: Scheme, client: Client, city_admin: User
) -> None:
    save(scheme, with_item("会议", target=3)(copy_of(scheme).document), revision=0, by=city_admin)
    client.force_login(city_admin)
    url = reverse("assessment:put_in_force", args=["T-2026"])
    assert "达到 3 次得 16 分" in client.get(url).content.decode()
    assert indicator("会议").rule.text().startswith("达到 2 次")
    answer = client.post(url, {"revision": 1, "reason": "上级文件调整"})
    assert answer.status_code == 302
    assert SchemeVersion.objects.get(number=2).reason == "上级文件调整"


def test_rows_and_document_say_the_same(scheme: Scheme) -> None:
    held = document_of(scheme)
    again = adopt_scheme(SCHEME.encode(), by=None)
    assert again.pk == scheme.pk
    assert find(held, "group", held["groups"][0]["key"])["offices"] == ["990001", "990002"]
    assert "key" not in str(without_keys(held)["indicators"])
