"""One counter of persons per user and 30 days; above 200, or by category, somebody else agrees."""

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.audit.models import AuditEvent
from apps.core.refusals import Conflict
from apps.jobs.models import Job
from apps.members import delivering, watching
from apps.members.delivering import NeedsSecondPerson, count_in, persons_given
from apps.members.exports import ExportRefused, answer_export, start_export
from apps.members.models import Delivery, Member, RosterExport
from apps.members.roster_files import make_file
from apps.members.searching import record_hits
from apps.notifications.models import Notification
from tests.cast import Tree
from tests.integration.members.exports import ask, export

pytestmark = pytest.mark.django_db
MakeMember = Callable[..., Member]
MEMBERS = "/api/v1/members/"
Way = Delivery.Way


@pytest.fixture(autouse=True)
def surroundings(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"
    settings.DEMO = True


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two persons instead of 200."""
    monkeypatch.setattr(delivering, "LIMIT", 2)


@pytest.fixture
def three(make_member: MakeMember) -> list[Member]:
    return [make_member(name) for name in ("王小明", "李四", "孙新")]


@pytest.fixture
def waiting(small_limit: None, three: list[Member], county_admin: User, city_admin: User) -> RosterExport:
    return ask(county_admin)


def agree(request: RosterExport, by: User) -> RosterExport:
    return answer_export(export=request, agreed=True, by=by)


# -- the counter ----------------------------------------------------------------------------------------------


def test_counter_counts_different_persons(county_admin: User) -> None:
    count_in([1, 2, 3], to=county_admin, way=Way.EXPORT)
    count_in([3, 4], to=county_admin, way=Way.PRINT)
    assert persons_given(county_admin) == 4
    assert persons_given(county_admin, [4, 5]) == 5


def test_counter_is_each_users_own(county_admin: User, city_admin: User) -> None:
    count_in([1, 2, 3], to=county_admin, way=Way.EXPORT)
    assert persons_given(city_admin) == 0


@pytest.mark.parametrize(("days", "counted"), [(0, 1), (29, 1), (30, 0), (31, 0)])
def test_counter_looks_back_thirty_days(county_admin: User, days: int, counted: int) -> None:
    count_in([1], to=county_admin, way=Way.API)
    Delivery.objects.update(day=timezone.localdate() - dt.timedelta(days=days))
    assert persons_given(county_admin) == counted
    assert delivering.forget_old() == 1 - counted


def test_limit_is_two_hundred(county_admin: User) -> None:
    assert count_in(range(1, 201), to=county_admin, way=Way.EXPORT) == 200
    with pytest.raises(NeedsSecondPerson):
        count_in([201], to=county_admin, way=Way.PRINT)
    assert persons_given(county_admin) == 200


def test_small_exports_add_up(
    small_limit: None, three: list[Member], county_admin: User, city_admin: User, tree: Tree
) -> None:
    make_file(ask(county_admin, q="王小明"))
    make_file(ask(county_admin, q="李四"))
    assert ask(county_admin, q="孙新").stage == "waiting"


def test_print_counts_too(client: Client, small_limit: None, three: list[Member], county_admin: User) -> None:
    client.force_login(county_admin)
    answer = client.post(reverse("members:print"), {"purpose": "check", "file_format": "xlsx"})
    assert answer.status_code == 422
    assert "第二人" in answer.content.decode()
    assert Delivery.objects.count() == 0


def test_api_counts_and_answers_a_problem(
    client: Client, small_limit: None, make_member: MakeMember, county_admin: User
) -> None:
    first, _second = make_member("王小明"), make_member("李四")
    client.force_login(county_admin)
    assert client.get(MEMBERS).status_code == 200
    assert client.get(f"{MEMBERS}{first.public_id}/").status_code == 200
    third = make_member("孙新")
    for url in (MEMBERS, f"{MEMBERS}{third.public_id}/"):
        answer = client.get(url)
        assert (answer.status_code, answer.json()["code"]) == (422, "second_person_required")
        assert "孙新" not in answer.content.decode()
    assert AuditEvent.objects.filter(target_id=str(third.pk), detail__way="api").count() == 0


def test_api_gives_no_list_by_category(client: Client, county_admin: User, member: Member) -> None:
    client.force_login(county_admin)
    answer = client.get(MEMBERS, {"category": "private_economy"})
    assert (answer.status_code, answer.json()["field"]) == (422, "category")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_cannot_both_slip_under(county_admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "LIMIT", 3)
    ready, outcomes = threading.Barrier(2), []

    def take(persons: list[int]) -> None:
        ready.wait()
        try:
            outcomes.append(count_in(persons, to=county_admin, way=Way.EXPORT))
        except NeedsSecondPerson:
            outcomes.append(0)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(persons,)) for persons in ([1, 2], [3, 4])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [0, 2]
    assert persons_given(county_admin) == 2


def test_the_second_of_two_exports_finds_the_first_before_its_file_is_there(
    small_limit: None, three: list[Member], county_admin: User, city_admin: User
) -> None:
    assert ask(county_admin, q="王小明").stage == "started"
    assert ask(county_admin, q="李四").stage == "started"
    assert ask(county_admin, q="孙新").stage == "waiting"


def test_a_list_that_grew_over_the_limit_is_not_made(
    small_limit: None, make_member: MakeMember, county_admin: User, city_admin: User
) -> None:
    make_member("王小明")
    asked = ask(county_admin)
    make_member("李四")
    make_member("孙新")
    with pytest.raises(NeedsSecondPerson):
        make_file(asked)
    assert RosterExport.objects.get().file is None


# -- the second person ----------------------------------------------------------------------------------------


def test_above_the_limit_it_waits_and_the_approver_is_told(
    waiting: RosterExport, city_admin: User, county_admin: User
) -> None:
    assert (waiting.stage, waiting.persons, waiting.job_id) == ("waiting", 3, None)
    assert Job.objects.count() == 0
    assert Delivery.objects.count() == 0
    told = Notification.objects.get(kind="members.export_asked")
    assert told.to == city_admin
    assert waiting.number in told.subject


def test_by_category_it_waits_whatever_the_number(
    county_admin: User, city_admin: User, member: Member
) -> None:
    asked = ask(county_admin, category="private_economy")
    assert (asked.stage, asked.by_category, asked.persons) == ("waiting", True, 1)


def test_without_anybody_to_agree_it_is_refused(
    small_limit: None, three: list[Member], city_admin: User
) -> None:
    with pytest.raises(ExportRefused):
        ask(city_admin)
    assert RosterExport.objects.count() == 0


def test_agreed_then_begun_then_made(waiting: RosterExport, county_admin: User, city_admin: User) -> None:
    agree(waiting, city_admin)
    assert Notification.objects.filter(to=county_admin, kind="members.export_answered").count() == 1
    begun = start_export(export=waiting, by=county_admin)
    assert begun.stage == "started"
    make_file(begun)
    assert persons_given(county_admin) == 3


def test_what_was_agreed_to_counts_for_what_follows(
    waiting: RosterExport, county_admin: User, city_admin: User
) -> None:
    make_file(start_export(export=agree(waiting, city_admin), by=county_admin))
    assert ask(county_admin, q="王小明").stage == "waiting"


def test_not_before_it_is_agreed(waiting: RosterExport, county_admin: User) -> None:
    with pytest.raises(ExportRefused):
        start_export(export=waiting, by=county_admin)
    with pytest.raises(ExportRefused):
        make_file(waiting)


def test_not_after_it_was_refused(waiting: RosterExport, county_admin: User, city_admin: User) -> None:
    answer_export(export=waiting, agreed=False, by=city_admin)
    with pytest.raises(ExportRefused):
        start_export(export=waiting, by=county_admin)


def test_not_by_somebody_else(waiting: RosterExport, city_admin: User) -> None:
    with pytest.raises(ExportRefused):
        start_export(export=agree(waiting, city_admin), by=city_admin)


def test_agreement_ends_after_a_day(waiting: RosterExport, county_admin: User, city_admin: User) -> None:
    agree(waiting, city_admin)
    RosterExport.objects.update(decided_at=timezone.now() - dt.timedelta(hours=24))
    with pytest.raises(ExportRefused):
        start_export(export=waiting, by=county_admin)


def test_agreement_holds_for_no_more_than_was_asked(
    waiting: RosterExport, county_admin: User, city_admin: User, make_member: MakeMember
) -> None:
    agree(waiting, city_admin)
    begun = start_export(export=waiting, by=county_admin)
    make_member("周全")
    with pytest.raises(ExportRefused, match="3 人变为 4 人"):
        make_file(begun)
    RosterExport.objects.update(stage="approved")
    with pytest.raises(ExportRefused, match="重新申请"):
        start_export(export=waiting, by=county_admin)


def test_nobody_agrees_to_their_own(waiting: RosterExport, county_admin: User) -> None:
    with pytest.raises(ExportRefused):
        agree(waiting, county_admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        RosterExport.objects.update(decided_by=county_admin, decided_at=timezone.now())


def test_the_same_office_may_agree_and_one_below_may_not(
    waiting: RosterExport, make_user: Callable[..., User], tree: Tree
) -> None:
    below = make_user("town_admin", RoleName.OFFICE_ADMIN, tree.town)
    with pytest.raises(ExportRefused):
        agree(waiting, below)
    beside = make_user("other_county_admin", RoleName.OFFICE_ADMIN, tree.other_county)
    with pytest.raises(ExportRefused):
        agree(waiting, beside)
    assert agree(waiting, make_user("second_admin", RoleName.OFFICE_ADMIN, tree.county)).stage == "approved"


def test_answered_once(waiting: RosterExport, city_admin: User) -> None:
    agree(waiting, city_admin)
    with pytest.raises(Conflict):
        answer_export(export=waiting, agreed=False, by=city_admin)


def test_not_answered_within_a_week_is_over(waiting: RosterExport, city_admin: User) -> None:
    RosterExport.objects.update(asked_at=timezone.now() - dt.timedelta(days=7))
    with pytest.raises(Conflict):
        agree(waiting, city_admin)
    assert RosterExport.objects.waiting().count() == 0


def test_approver_sees_it_on_the_page_and_answers(
    client: Client, waiting: RosterExport, county_admin: User, city_admin: User
) -> None:
    client.force_login(city_admin)
    page = client.get(reverse("members:export_requests")).content.decode()
    assert waiting.number in page
    assert "贾管" in page
    client.post(reverse("members:answer_export", args=[waiting.public_id]), {"answer": "agree"})
    client.force_login(county_admin)
    assert "开始导出" in client.get(reverse("members:exports")).content.decode()
    client.post(reverse("members:start_export", args=[waiting.public_id]))
    assert Job.objects.get().kind == "members.export"


def test_asker_does_not_find_the_own_request_among_the_others(
    client: Client, waiting: RosterExport, county_admin: User
) -> None:
    client.force_login(county_admin)
    assert waiting.number not in client.get(reverse("members:export_requests")).content.decode()


def test_approver_below_does_not_find_it(
    client: Client, waiting: RosterExport, make_user: Callable[..., User], tree: Tree
) -> None:
    client.force_login(make_user("town_admin", RoleName.OFFICE_ADMIN, tree.town))
    url = reverse("members:answer_export", args=[waiting.public_id])
    assert client.post(url, {"answer": "agree"}).status_code == 404


# -- reading many files ---------------------------------------------------------------------------------------


def _read(reader: User, files: int) -> None:
    AuditEvent.objects.bulk_create(
        AuditEvent(actor=reader, action="read", target_label="members.member", target_id=str(n))
        for n in range(files)
    )


def test_reading_many_files_tells_the_security_admin_once(
    county_admin: User, security_admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "FILES_A_DAY", 5)
    _read(county_admin, 6)
    now = timezone.localtime()
    assert [watching.tell_about_busy_readers(now) for _round in range(2)] == [1, 0]
    told = Notification.objects.get()
    assert (told.to, "贾管" in told.subject) == (security_admin, False)


def test_whom_a_search_shows_is_no_file_read(
    county_admin: User, security_admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "FILES_A_DAY", 5)
    record_hits([(n, "") for n in range(6)], by=county_admin)
    assert watching.tell_about_busy_readers(timezone.localtime()) == 0


def test_reading_a_days_work_tells_nobody(
    county_admin: User, security_admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "FILES_A_DAY", 5)
    _read(county_admin, 5)
    _read(county_admin, 5)
    assert watching.tell_about_busy_readers(timezone.localtime()) == 0


def test_what_was_asked_for_is_forgotten_after_thirty_days(county_admin: User, member: Member) -> None:
    export(county_admin, q="钱宜")
    RosterExport.objects.update(asked_at=timezone.now() - dt.timedelta(days=31))
    watching.run_forgetting(None)  # type: ignore[arg-type]
    assert RosterExport.objects.get().listing == {}
