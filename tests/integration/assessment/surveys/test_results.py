"""What a survey gives: nothing before it has ended, points after it, and no office loses by who leaves."""

import datetime as dt
import re
from decimal import Decimal as D

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.assessment.evidence import Answers
from apps.assessment.models import ResultItem, Scheme, Survey, SurveyedOffice, SurveyInvitation
from apps.assessment.scoring import score_scheme
from apps.assessment.surveys import tokens
from apps.assessment.surveys.answering import answer
from apps.assessment.surveys.closing import close_survey
from apps.assessment.surveys.own_file import own_section
from apps.assessment.surveys.questions import Opinion, Question
from apps.assessment.surveys.results import QuestionResult, answers_of
from apps.jobs.actions import enqueue
from apps.jobs.models import Job
from apps.jobs.running import run_job
from apps.members.actions import withdraw_member
from apps.members.models import ContactPreference, Member
from apps.offices.models import Office
from tests.cast import Tree
from tests.integration.assessment.surveys.conftest import DISSATISFIED, SATISFIED, answer_all, secrets_of

pytestmark = pytest.mark.django_db


def item(scheme: Scheme, office: Office) -> tuple[str, D | None]:
    score_scheme(scheme, today=timezone.localdate())
    found = ResultItem.objects.get(result__office=office, indicator__name="成员满意度", result__scheme=scheme)
    return found.state, found.points


def test_nothing_is_known_before_the_end(
    client: Client, scheme: Scheme, county: SurveyedOffice, city_admin: User, tree: Tree
) -> None:
    client.force_login(city_admin)
    before = client.get(f"/assessment/schemes/{scheme.code}/surveys/").content
    answer_all(secrets_of(county)[:20], SATISFIED)
    assert answers_of(scheme) == {}
    assert item(scheme, tree.county) == ("undecided", None)
    after = client.get(f"/assessment/schemes/{scheme.code}/surveys/").content
    assert shown(after) == shown(before)
    assert "截止后公布" in after.decode()


def shown(page: bytes) -> bytes:
    """What stands on the page, without the tokens that are new each time."""
    return re.sub(rb"[A-Za-z0-9]{64}", b"", page.partition(b"<main")[2])


def test_points_by_hand(
    scheme: Scheme, survey: Survey, county: SurveyedOffice, city_admin: User, tree: Tree
) -> None:
    """9 of 12 with an opinion are satisfied: 75 % of a target of 90 % is 8.33 of 10; three without one count nowhere."""
    secrets = secrets_of(county)
    answer_all(secrets[:9], SATISFIED)
    answer_all(secrets[9:12], DISSATISFIED)
    answer_all(secrets[12:15], dict.fromkeys(Question, Opinion.UNKNOWN))
    close_survey(survey, by=city_admin)
    assert answers_of(scheme)[survey.indicator_id, tree.county.pk] == Answers(9, 12)
    assert item(scheme, tree.county) == ("scored", D("8.33"))


def test_too_few_with_an_opinion_is_not_applicable(
    scheme: Scheme, survey: Survey, county: SurveyedOffice, city_admin: User, tree: Tree
) -> None:
    secrets = secrets_of(county)
    answer_all(secrets[:9], SATISFIED)
    answer_all(secrets[9:12], dict.fromkeys(Question, Opinion.UNKNOWN))
    close_survey(survey, by=city_admin)
    assert item(scheme, tree.county) == ("not_applicable", None)
    assert item(scheme, tree.other_county) == ("not_applicable", None)


@pytest.mark.parametrize("had_answered", [True, False])
def test_who_leaves_lowers_nothing(
    scheme: Scheme, survey: Survey, county: SurveyedOffice, city_admin: User, tree: Tree, had_answered: bool
) -> None:
    secrets = secrets_of(county)
    answer_all(secrets[:10], SATISFIED)
    leaving = SurveyInvitation.objects.get(digest=tokens.digest_of(secrets[0 if had_answered else 20])).member
    withdraw_member(member=leaving, on=timezone.localdate(), by=None)
    close_survey(survey, by=city_admin)
    assert item(scheme, tree.county) == ("scored", D("10.00"))


def test_it_ends_by_itself(survey: Survey, county: SurveyedOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_all(secrets_of(county)[:10], SATISFIED)
    Survey.objects.update(
        opened_on=timezone.localdate() - dt.timedelta(days=20),
        closes_on=timezone.localdate() - dt.timedelta(days=1),
    )
    job = enqueue("assessment.close_surveys")
    assert run_job(job.pk)
    county.refresh_from_db()
    assert county.sheets == 10


def test_the_assessed_office_reads_its_own_result_and_no_other(
    client: Client,
    scheme: Scheme,
    survey: Survey,
    county: SurveyedOffice,
    city_admin: User,
    county_admin: User,
) -> None:
    answer_all(secrets_of(county)[:12], SATISFIED)
    close_survey(survey, by=city_admin)
    client.force_login(county_admin)
    page = client.get(f"/assessment/schemes/{scheme.code}/surveys/").content.decode()
    assert "100%" in page
    assert "乙县" not in page


def test_opinions_of_a_handful_are_not_shown() -> None:
    few = {Opinion.SATISFIED: 12, Opinion.FAIRLY: 3, Opinion.DISSATISFIED: 0, Opinion.UNKNOWN: 6}
    result = QuestionResult(Question.CONTACT, few)
    assert [number for _label, number in result.columns] == [None] * 4
    assert result.shown_rate == "100%"


# -- delivery ----------------------------------------------------------------------------------------------


def test_the_own_file_leads_to_the_survey(
    client: Client, county: SurveyedOffice, people: list[Member]
) -> None:
    section = own_section(people[0])
    assert section is not None
    secret = section["surveys"][0]["secret"]
    assert "甲县" in client.get(f"/l/{secret}/").content.decode()
    answer(secret, SATISFIED, timezone.localdate())
    assert own_section(people[0]) is None


def test_who_wants_no_contact_any_more_is_not_reminded(county: SurveyedOffice, people: list[Member]) -> None:
    people[0].contact_preference = ContactPreference.NONE
    people[0].save()
    assert own_section(people[0]) is None


def test_letters_are_printed_for_the_office_that_asks(
    client: Client,
    scheme: Scheme,
    survey: Survey,
    county: SurveyedOffice,
    city_admin: User,
    people: list[Member],
) -> None:
    Member.objects.filter(pk=people[0].pk).update(contact_preference=ContactPreference.PHONE_ONLY)
    client.force_login(city_admin)
    url = f"/assessment/schemes/{scheme.code}/surveys/{survey.indicator_id}/letters/{county.office.code}/"
    assert client.post(url).status_code == 302
    job = Job.objects.get(kind="assessment.survey_letters")
    assert run_job(job.pk)
    job.refresh_from_db()
    pdf = b"".join(client.get(job.result["links"][0]["url"]))
    assert pages_of(pdf) == 29


def pages_of(pdf: bytes) -> int:
    import io

    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("who", ["county_admin", "town_cadre", "city_leader"])
def test_nobody_else_prints_letters(
    request: pytest.FixtureRequest,
    client: Client,
    scheme: Scheme,
    survey: Survey,
    county: SurveyedOffice,
    who: str,
) -> None:
    client.force_login(request.getfixturevalue(who))
    url = f"/assessment/schemes/{scheme.code}/surveys/{survey.indicator_id}/letters/{county.office.code}/"
    assert client.post(url).status_code in (403, 404)
    assert not Job.objects.filter(kind="assessment.survey_letters").exists()
