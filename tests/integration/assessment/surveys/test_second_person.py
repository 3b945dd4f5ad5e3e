"""Letters past the persons one user prints alone: somebody else of the asking office agrees first."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.assessment.models import LettersRequest, Scheme, Survey, SurveyedOffice
from apps.assessment.surveys.letters import write_letters
from apps.assessment.surveys.second_person import answer_letters
from apps.jobs.models import Job
from apps.jobs.running import run_job
from apps.members.delivering import NeedsSecondPerson, persons_given
from apps.notifications.models import Notification
from tests.cast import Tree

Ask = Callable[[], Any]
BASE = "https://example.org/s/"


@pytest.fixture(autouse=True)
def only_twenty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty people were asked: past what one prints alone, if that were twenty."""
    for place in ("members.delivering", "assessment.surveys.second_person", "assessment.surveys.views"):
        monkeypatch.setattr(f"apps.{place}.LIMIT", 20)


@pytest.fixture
def second(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("second", RoleName.OFFICE_ADMIN, tree.city, "副管")


@pytest.fixture
def ask(client: Client, scheme: Scheme, survey: Survey, county: SurveyedOffice, city_admin: User) -> Ask:
    """The administrator of the city asks for the letters of 甲县."""
    url = f"/assessment/schemes/{scheme.code}/surveys/{survey.indicator_id}/letters/{county.office.code}/"

    def post() -> Any:
        client.force_login(city_admin)
        return client.post(url, follow=True)

    return post


def _answer(client: Client, request: LettersRequest, by: User, answer: str) -> Any:
    client.force_login(by)
    return client.post(f"/assessment/schemes/S-1/surveys/letters/{request.pk}/answer/", {"answer": answer})


def _letters() -> int:
    return Job.objects.filter(kind="assessment.survey_letters").count()


def test_many_letters_wait_for_a_second_person(ask: Ask, second: User, client: Client) -> None:
    assert "已请另一名业务管理员同意" in ask().content.decode()
    assert _letters() == 0
    request = LettersRequest.objects.get()
    assert request.persons == 30
    client.force_login(second)
    page = client.get("/assessment/schemes/S-1/surveys/").content.decode()
    assert "测评函等您同意" in page
    assert f"/surveys/letters/{request.pk}/answer/" in page
    assert "30 份" in Notification.objects.get(to=second).subject


def test_agreed_letters_are_printed_and_counted(
    ask: Ask, second: User, client: Client, city_admin: User
) -> None:
    ask()
    assert _answer(client, LettersRequest.objects.get(), second, "agree").status_code == 302
    ask()
    job = Job.objects.get(kind="assessment.survey_letters")
    assert run_job(job.pk)
    job.refresh_from_db()
    assert job.result["links"]
    assert persons_given(city_admin) == 30


def test_refused_letters_are_not_printed(ask: Ask, second: User, client: Client) -> None:
    ask()
    _answer(client, LettersRequest.objects.get(), second, "refuse")
    ask()
    assert _letters() == 0
    assert LettersRequest.objects.count() == 2


def test_asking_twice_is_one_request(ask: Ask, second: User) -> None:
    ask()
    assert "等待第二人同意" in ask().content.decode()
    assert LettersRequest.objects.count() == 1


def test_nobody_else_there_is_said(ask: Ask, survey: Survey) -> None:
    assert "还没有其他业务管理员" in ask().content.decode()
    assert not LettersRequest.objects.exists()


@pytest.mark.parametrize("who", ["county_admin", "city_leader", "city_admin"])
def test_who_may_not_agree(
    request: pytest.FixtureRequest, ask: Ask, second: User, client: Client, who: str
) -> None:
    """Neither from below, nor without the right, nor the asker."""
    ask()
    asked = LettersRequest.objects.get()
    _answer(client, asked, request.getfixturevalue(who), "agree")
    asked.refresh_from_db()
    assert asked.agreed is None


def test_the_database_refuses_agreement_with_oneself(ask: Ask, second: User, city_admin: User) -> None:
    ask()
    with pytest.raises(IntegrityError, match="letters_second_person"), transaction.atomic():
        LettersRequest.objects.update(agreed=True, decided_by=city_admin, decided_at=timezone.now())


@pytest.mark.parametrize(("hours", "persons"), [(25, 30), (1, 29)])
def test_agreement_ends_after_a_day_and_holds_for_so_many(
    ask: Ask, second: User, county: SurveyedOffice, city_admin: User, hours: int, persons: int
) -> None:
    ask()
    asked = answer_letters(LettersRequest.objects.get(), agreed=True, by=second)
    LettersRequest.objects.filter(pk=asked.pk).update(
        decided_at=timezone.now() - dt.timedelta(hours=hours), persons=persons
    )
    with pytest.raises(NeedsSecondPerson):
        write_letters(county, base=BASE, by=city_admin)
    assert persons_given(city_admin) == 0
