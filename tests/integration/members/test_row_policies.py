"""Row policies: what the database itself shows of the registry, whatever the program asks for."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import ProgrammingError, connection, models, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from apps.accounts.middleware import within_reach
from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.core import scope
from apps.jobs import tasks
from apps.members.models import (
    Appointment,
    Consent,
    DuplicateCandidate,
    Member,
    MemberQuerySet,
    MemberWords,
    Merge,
    Organization,
    OrganizationKind,
)
from apps.pairing.models import Pairing
from tests.cast import YEAR_START, Tree

Make = Callable[..., Member]
LOUD = "without a scope"


@pytest.fixture
def people(make_member: Make, tree: Tree) -> dict[str, Member]:
    """One person in each town, with a post."""
    found = {}
    for name, office in (("钱东", tree.town), ("孙西", tree.other_town), ("李南", tree.far_town)):
        found[name] = make_member(name, office=office)
        firm = Organization.objects.create(
            name=f"{name}的公司", kind=OrganizationKind.ENTERPRISE, office=office
        )
        Appointment.objects.create(member=found[name], organization=firm, title="经理")
    return found


def _names(of: str) -> set[str]:
    with scope.entered(of):
        return set(Member.objects.values_list("name", flat=True))


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("town_cadre", {"钱东"}),
        ("county_admin", {"钱东", "孙西"}),
        ("neighbour", {"李南"}),
        ("city_leader", {"钱东", "孙西", "李南"}),
        ("system_admin", set()),
        ("security_admin", set()),
        ("auditor", set()),
        ("assessor", set()),
        ("partner", set()),
    ],
)
def test_without_a_filter_the_reach_is_shown(
    request: pytest.FixtureRequest, people: dict[str, Member], who: str, seen: set[str]
) -> None:
    user: User = request.getfixturevalue(who)
    assert _names(scope.of_actor(user)) == seen


def test_several_grants_are_all_in_reach(people: dict[str, Member], make_user: Any, tree: Tree) -> None:
    user = make_user("two_towns", RoleName.CADRE, tree.town)
    user.grants.create(role=RoleName.CADRE, office=tree.far_town, starts_on=YEAR_START)
    user.grants.create(role=RoleName.LEADER, office=tree.other_town, starts_on=YEAR_START)
    assert _names(scope.of_actor(user)) == {"钱东", "孙西", "李南"}


def test_an_office_whose_path_begins_alike_is_out_of_reach(
    make_member: Make, make_user: Any, tree: Tree
) -> None:
    """A range ends before the next sibling, and an office above is in no reach of the one below."""
    make_member("县里的", office=tree.county)
    assert _names(scope.of_actor(make_user("below", RoleName.CADRE, tree.town))) == set()


def test_pair_visit_and_own_file_reach_one_person(people: dict[str, Member], neighbour: User) -> None:
    Pairing.objects.create(
        office=people["钱东"].office, cadre=neighbour, member=people["钱东"], started_on=YEAR_START
    )
    assert _names(scope.of_actor(neighbour)) == {"李南", "钱东"}
    assert _names(scope.of_member([people["孙西"].pk])) == {"孙西"}


@pytest.mark.parametrize("model", [Member, Consent, Appointment])
def test_without_a_scope_reading_is_an_error(people: dict[str, Member], model: type[models.Model]) -> None:
    with scope.entered(scope.NOBODY), pytest.raises(ProgrammingError, match=LOUD), transaction.atomic():
        model._default_manager.first()


def test_what_says_something_of_a_member_is_shown_where_the_member_is(
    people: dict[str, Member], neighbour: User
) -> None:
    histories: list[type[models.Model]] = [Member.pgh_event_model, Consent.pgh_event_model]  # type: ignore[attr-defined]
    with scope.entered(scope.of_actor(neighbour)):
        assert [c.member_id for c in Consent.objects.all()] == [people["李南"].pk]
        assert [a.member_id for a in Appointment.objects.all()] == [people["李南"].pk]
        assert [history.objects.count() for history in histories] == [1, 1]  # type: ignore[attr-defined]


def test_duplicates_are_shown_where_both_are_and_merges_where_the_kept_one_is(
    people: dict[str, Member], town_cadre: User, county_admin: User, neighbour: User, tree: Tree
) -> None:
    east, west = people["钱东"], people["孙西"]
    DuplicateCandidate.objects.create(first=east, second=west, reasons=["same_name"], office=tree.county)
    Merge.objects.create(kept=east, duplicate=west, office=east.office)
    shown = []
    for user in (town_cadre, county_admin, neighbour):
        with scope.entered(scope.of_actor(user)):
            shown.append((DuplicateCandidate.objects.count(), Merge.objects.count()))
    assert shown == [(0, 1), (1, 1), (0, 0)]


def test_rows_out_of_reach_are_not_changed(people: dict[str, Member], neighbour: User, tree: Tree) -> None:
    with scope.entered(scope.of_actor(neighbour)):
        assert Member.objects.update(checked_on=YEAR_START) == 1
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Member.objects.update(office=tree.town)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Member.objects.create(name="钱外", office=tree.town, status="pending", status_since=YEAR_START)


def test_words_follow_an_organization_that_a_neighbour_renames(
    people: dict[str, Member], neighbour: User
) -> None:
    """Triggers work as the owner: members of other offices hold posts in it too."""
    firm = Organization.objects.get(name="李南的公司")
    Appointment.objects.create(member=people["钱东"], organization=firm, title="顾问")
    with scope.entered(scope.of_actor(neighbour)):
        Organization.objects.filter(pk=firm.pk).update(name="珠江商行")
    assert MemberWords.objects.filter(words__contains="珠江商行").count() == 2


def test_the_scope_goes_with_whoever_asks(people: dict[str, Member], neighbour: User) -> None:
    """Also after a rollback took the setting back, and through a cursor of the server's."""
    theirs = scope.of_actor(neighbour)
    with scope.entered(theirs):
        with transaction.atomic():
            assert Member.objects.count() == 1
            transaction.set_rollback(True)
        assert Member.objects.count() == 1
        assert len(list(Member.objects.iterator())) == 1
    assert Member.objects.count() == 3
    with scope.entered(theirs), pytest.raises(ProgrammingError), transaction.atomic():
        connection.cursor().execute("SELECT no_such_column")
    assert Member.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_after_the_commit_it_is_still_the_same_scope(people: dict[str, Member], neighbour: User) -> None:
    counted: list[int] = []
    with scope.entered(scope.of_actor(neighbour)), transaction.atomic():
        transaction.on_commit(lambda: counted.append(Member.objects.count()))
    assert counted == [1]
    with scope.entered(scope.NOBODY), pytest.raises(ProgrammingError, match=LOUD):
        Member.objects.count()


def test_a_stream_is_made_in_the_scope_of_its_request(
    people: dict[str, Member], neighbour: User, rf: Any
) -> None:
    def lines() -> Iterator[str]:
        yield from Member.objects.values_list("name", flat=True)

    def view(_request: HttpRequest) -> HttpResponse:
        return StreamingHttpResponse(lines())  # type: ignore[return-value]

    request = rf.get("/")
    request.user = neighbour
    with scope.entered(scope.NOBODY):
        answer = within_reach(view)(request)
        assert b"".join(answer.streaming_content).decode() == "李南"  # type: ignore[attr-defined]


def test_long_work_opens_the_registry(people: dict[str, Member], monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    monkeypatch.setattr(tasks, "run_job", lambda _job: counted.append(Member.objects.count()))
    with scope.entered(scope.NOBODY):
        tasks.run(1)
    assert counted == [3]


# -- each net alone: a page of another office's ---------------------------------------------------------------


@pytest.fixture
def other_net_off(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "policies":
        monkeypatch.setattr(scope, "of_actor", lambda _actor: scope.EVERYTHING)
    else:
        monkeypatch.setattr(MemberQuerySet, "visible_to", lambda self, *_args, **_kwargs: self.all())


@pytest.mark.parametrize("other_net_off", ["policies", "visible_to"], indirect=True)
def test_each_net_holds_alone(
    client: Client, people: dict[str, Member], neighbour: User, other_net_off: None
) -> None:
    client.force_login(neighbour)
    listed = client.get(reverse("members:list")).content.decode()
    assert "李南" in listed
    for name in ("钱东", "孙西"):
        assert client.get(reverse("members:detail", args=[people[name].public_id])).status_code == 404
        assert name not in listed
        assert people[name].record_number not in listed
