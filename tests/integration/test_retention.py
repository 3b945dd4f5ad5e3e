"""Texts of visits and cases end two years after the last open matter: listed first, emptied a month later."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.casework.actions import open_case
from apps.casework.models import Case, Reply, Task
from apps.core.access import OfficeRange
from apps.core.privacy import our_models
from apps.files.models import StoredFile
from apps.members.erasing.due import due_by_office
from apps.members.erasing.retention import (
    columns_that_end,
    declared,
    empty_listed,
    last_day,
    list_due,
    month_after,
    month_before,
    tell_administrators,
)
from apps.members.models import DueText, ErasureHold, Member
from apps.notifications.models import Notification
from apps.pairing.actions import log_visit
from apps.pairing.models import Pairing, Promise, Visit
from apps.pairing.rules import VisitContent
from tests.cast import Tree

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 5)
DUE = dt.date(2028, 3, 5)
LATER = dt.date(2028, 4, 5)


@pytest.fixture
def visit(pairing: Pairing, town_cadre: User) -> Visit:
    said = VisitContent(
        members=(pairing.member.public_id,), kind="talk", happened_on=DAY, text="谈了办厂的手续"
    )
    return log_visit(public_id=uuid.uuid4(), content=said, by=town_cadre, among=Member.objects.all()).visit


@pytest.fixture
def case(pairing: Pairing, town_cadre: User, tree: Tree) -> Case:
    """Closed on the day of the visit."""
    made = open_case(
        kind="request", text="想办手续", office=tree.town, by=town_cadre, opened_on=DAY, member=pairing.member
    )
    return closed(made)


def closed(case: Case, on: dt.date = DAY) -> Case:
    rows = Case.objects.filter(pk=case.pk)
    rows.update(state="answered", answered_on=on, answer="已经办好")
    rows.update(state="closed", closed_on=on)
    case.refresh_from_db()
    return case


def texts(*rows: Visit | Case) -> list[str]:
    for row in rows:
        row.refresh_from_db()
    return [row.text for row in rows]


def listed() -> set[tuple[str, int]]:
    return set(DueText.objects.values_list("label", "row"))


def test_every_text_that_ends_in_two_years_is_declared() -> None:
    ending = {
        model._meta.label
        for model in our_models()
        if not hasattr(model, "pgh_tracked_model") and columns_that_end(model)
    }
    # The invitations to a survey go as whole rows.
    assert ending - {"assessment.SurveyInvitation"} == declared()


def test_day_before_two_years_nothing_is_listed_and_on_the_day_all_is(visit: Visit, case: Case) -> None:
    list_due(DUE - dt.timedelta(days=1))
    assert listed() == set()
    list_due(DUE)
    assert listed() == {("pairing.Visit", visit.pk), ("casework.Case", case.pk)}


def test_page_says_how_many_by_office_and_when(
    visit: Visit, case: Case, tree: Tree, client: Client, county_admin: User, settings: Settings
) -> None:
    settings.DEMO = True
    list_due(DUE)
    (due,) = due_by_office([OfficeRange.below(tree.county.path)])
    assert (due.office, due.kinds, due.first_on) == (tree.town, {"联系记录": 1, "诉求建议事项": 1}, LATER)
    assert due_by_office([OfficeRange.below(tree.other_county.path)]) == []
    client.force_login(county_admin)
    page = client.get(reverse("members:texts_due")).text
    assert (tree.town.name in page, visit.text in page) == (True, False)


@pytest.mark.parametrize("day", [dt.date(2028, 1, 31), dt.date(2028, 3, 5), dt.date(2027, 12, 1)])
def test_month_after_is_the_first_day_a_month_later(day: dt.date) -> None:
    after = month_after(day)
    assert month_before(after) >= day > month_before(after - dt.timedelta(days=1))


def test_texts_are_emptied_a_month_after_listing_and_rows_stay(visit: Visit, case: Case) -> None:
    list_due(DUE)
    assert empty_listed(LATER - dt.timedelta(days=1)).total() == 0
    assert all(texts(visit, case))
    assert empty_listed(LATER).total() == 2
    assert texts(visit, case) == ["", ""]
    assert (case.answer, case.state, case.closed_on, visit.kind, visit.happened_on) == (
        "", "closed", DAY, "talk", DAY,
    )  # fmt: skip
    for name, model in (("pairing", "VisitEvent"), ("casework", "CaseEvent")):
        assert not apps.get_model(name, model).objects.exclude(text="").exists()
    assert listed() == set()
    assert list_due(LATER).total() == 0


def test_what_was_never_listed_is_not_emptied(visit: Visit) -> None:
    assert empty_listed(LATER).total() == 0
    assert all(texts(visit))


def test_open_case_keeps_every_text_of_its_member(visit: Visit, case: Case, town_cadre: User) -> None:
    another = open_case(
        kind="request", text="又一件", office=case.office, by=town_cadre, opened_on=DAY, member=case.member
    )
    list_due(LATER)
    assert listed() == set()
    closed(another, DAY + dt.timedelta(days=1))
    list_due(DUE)
    assert listed() == set()
    list_due(DUE + dt.timedelta(days=1))
    assert len(listed()) == 3


def test_case_reopened_after_listing_is_struck_and_begins_anew(visit: Visit, case: Case) -> None:
    list_due(DUE)
    Case.objects.filter(pk=case.pk).update(
        state="reopened", closed_on=None, reopened_on=DUE, first_due_on=DAY
    )
    assert empty_listed(LATER).total() == 0
    list_due(LATER)
    assert listed() == set()
    assert all(texts(visit, case))


def test_hold_of_two_persons_keeps_and_of_one_does_not(
    pairing: Pairing, visit: Visit, case: Case, county_admin: User, town_cadre: User, tree: Tree
) -> None:
    hold = ErasureHold.objects.create(
        member=pairing.member,
        office=tree.town,
        clause="dispute",
        asked_on=DUE,
        ends_on=LATER,
        asked_by=county_admin,
    )
    task = Task.objects.create(
        text="请核实",
        office=tree.county,
        lead_office=tree.town,
        assigned_on=DAY,
        due_on=DAY,
        state="cancelled",
        origin_kind="case",
        origin_ref=str(case.public_id),
        assigned_by=county_admin,
    )
    list_due(DUE)
    assert ("casework.Task", task.pk) in listed()
    assert len(listed()) == 3
    ErasureHold.objects.filter(pk=hold.pk).update(agreed_by=town_cadre, agreed_at=dt.datetime.now(dt.UTC))
    assert empty_listed(LATER).total() == 0
    assert empty_listed(LATER + dt.timedelta(days=1)).total() == 3


def test_promise_not_kept_keeps_the_visit(visit: Visit, tree: Tree) -> None:
    promise = Promise.objects.create(visit=visit, office=tree.town, text="送材料", due_on=DAY)
    list_due(LATER)
    assert listed() == set()
    Promise.objects.filter(pk=promise.pk).update(kept_on=DAY)
    list_due(DUE)
    assert listed() == {("pairing.Visit", visit.pk), ("pairing.Promise", promise.pk)}


def test_scan_of_a_reply_on_paper_ends_with_its_text(case: Case, town_cadre: User) -> None:
    scan = StoredFile.objects.create(
        purpose="evidence", name="答复.png", content_type="image/png", size=1, sha256="0" * 64
    )
    reply = Reply.objects.create(
        case=case,
        office=case.office,
        text="已办",
        replied_on=DAY,
        via="paper",
        scan=scan,
        recorded_by=town_cadre,
    )
    list_due(DUE)
    empty_listed(LATER)
    reply.refresh_from_db()
    assert (reply.text, reply.scan_id) == ("", None)
    assert not StoredFile.objects.filter(pk=scan.pk).exists()


def test_queries_stay_flat_in_rows(visit: Visit, case: Case, town_cadre: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            list_due(DUE)
            empty_listed(LATER)
        return len(seen)

    few = queries()
    for _n in range(3):
        again = open_case(
            kind="request", text="一件", office=case.office, by=town_cadre, opened_on=DAY, member=case.member
        )
        closed(again)
    assert queries() <= few


def test_administrator_of_the_whole_is_told_once_a_month(
    make_user: Callable[..., User], tree: Tree, county_admin: User
) -> None:
    admin = make_user("市管理", RoleName.OFFICE_ADMIN, tree.city)
    assert tell_administrators(12, DUE) == 1
    assert tell_administrators(13, DUE) == 0
    assert "12" in Notification.objects.get(to=admin).subject
    assert not Notification.objects.filter(to=county_admin).exists()


def test_days_at_the_end_of_months() -> None:
    assert last_day(dt.date(2028, 2, 29)) == dt.date(2026, 2, 28)
    assert month_before(dt.date(2028, 3, 31)) == dt.date(2028, 2, 29)
    assert month_before(dt.date(2028, 1, 1)) == dt.date(2027, 12, 1)
