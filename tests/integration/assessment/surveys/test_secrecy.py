"""No way from who was asked to what was answered: in the schema, and in everything the database holds."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.assessment.models import Survey, SurveyCount, SurveyedOffice, SurveyInvitation
from apps.assessment.surveys import tokens
from apps.assessment.surveys.answering import Gone, answer, live_invitation
from apps.assessment.surveys.closing import close_survey
from apps.assessment.surveys.questions import Opinion, Question
from apps.core.privacy import our_models
from apps.members.models import Member
from tests.integration.assessment.surveys.conftest import DISSATISFIED, SATISFIED, answer_all, secrets_of

pytestmark = pytest.mark.django_db
Rows = set[tuple[str, str]]


def dump() -> dict[str, list[str]]:
    """Every row of every table with its place and its version, as a reader of the database finds them."""
    tables = [name for name in connection.introspection.table_names() if name != "django_session"]
    with connection.cursor() as cursor:
        found = {}
        for table in sorted(tables):
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            found[table] = [row for (row,) in cursor.fetchall()]
    return found


def moved(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, list[str]]:
    """What is new or different, by table."""
    changes = {table: sorted(set(rows) - set(before[table])) for table, rows in after.items()}
    return {table: rows for table, rows in changes.items() if rows}


def versions(model: type[models.Model], **where: Any) -> set[str]:
    """Which transactions wrote the rows that stand now."""
    keys = list(model._default_manager.filter(**where).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT xmin::text FROM {model._meta.db_table} WHERE {model._meta.pk.column} = ANY(%s)",
            [keys],
        )
        return {row for (row,) in cursor.fetchall()}


def reachable(start: type[models.Model]) -> Iterator[type[models.Model]]:
    """By foreign keys in both directions, through everything but users, offices and files, where all roads meet."""
    hubs = {"accounts.User", "offices.Office", "files.StoredFile"}
    ours = set(our_models())
    seen, waiting = set(), [start]
    while waiting:
        model = waiting.pop()
        if (
            model in seen
            or model not in ours
            or model._meta.label in hubs
            or hasattr(model, "pgh_tracked_model")
        ):
            continue
        seen.add(model)
        yield model
        fields = model._meta.get_fields(include_hidden=True)
        waiting.extend(f.related_model for f in fields if f.is_relation and isinstance(f.related_model, type))


def test_no_foreign_key_leads_from_the_asked_to_an_answer_or_a_score() -> None:
    labels = {model._meta.label for model in reachable(SurveyInvitation)}
    assert "members.Member" in labels
    assert {label for label in labels if label.startswith("assessment.")} == {"assessment.SurveyInvitation"}


def test_what_is_answered_has_no_time_no_order_and_no_history() -> None:
    for model in (SurveyInvitation, SurveyedOffice, SurveyCount):
        assert [
            f.name for f in model._meta.fields if isinstance(f, models.DateField | models.TimeField)
        ] == []
        assert [m for m in apps.get_models() if getattr(m, "pgh_tracked_model", None) is model] == []
    assert isinstance(SurveyInvitation._meta.pk, models.UUIDField)


def test_an_answer_leaves_the_same_traces_whatever_it_says(county: SurveyedOffice) -> None:
    """All tables before and after: who answered and one ciphertext of the same length; no audit row, no job, no more."""
    traces = []
    for secret, ballot in zip(secrets_of(county), (SATISFIED, DISSATISFIED), strict=False):
        before = dump()
        answer(secret, ballot, timezone.localdate())
        after = dump()
        traces.append({table: len(rows) for table, rows in moved(before, after).items()})
        lengths = {len(row) for row in [*before[TALLIES], *after[TALLIES]] if str(county.public_id) in row}
        assert len(lengths) == 1
    assert traces == [{"assessment_surveyinvitation": 1, TALLIES: 1}] * 2


TALLIES = "assessment_surveyedoffice"


def test_the_same_answer_is_another_ciphertext(county: SurveyedOffice) -> None:
    seen = set()
    for secret in secrets_of(county)[:3]:
        answer(secret, SATISFIED, timezone.localdate())
        seen.add(SurveyedOffice.objects.values_list("sealed", flat=True).get(pk=county.pk))
    assert len(seen) == 3


@pytest.mark.django_db(transaction=True)
def test_no_row_shows_when_its_person_answered(county: SurveyedOffice) -> None:
    """Rows of an office were all written by the last answer: neither version nor place tells the order."""
    answer_all(secrets_of(county)[:4], SATISFIED)
    assert len(versions(SurveyInvitation, sheet=county.public_id)) == 1


@pytest.mark.django_db(transaction=True)
def test_at_the_end_who_answered_is_forgotten(
    survey: Survey, county: SurveyedOffice, city_admin: User
) -> None:
    answer_all(secrets_of(county)[:12], SATISFIED)
    close_survey(survey, by=city_admin)
    assert not SurveyInvitation.objects.filter(answered=True).exists()
    assert len(versions(SurveyInvitation, sheet=county.public_id)) == 1


def test_fewer_than_ten_answers_are_destroyed_unread(
    survey: Survey, county: SurveyedOffice, city_admin: User
) -> None:
    answer_all(secrets_of(county)[:9], DISSATISFIED)
    close_survey(survey, by=city_admin)
    county.refresh_from_db()
    assert (county.sealed, county.sheets) == ("", None)
    assert not SurveyCount.objects.exists()


def test_the_secret_is_nowhere(county: SurveyedOffice) -> None:
    secret = secrets_of(county)[0]
    answer(secret, SATISFIED, timezone.localdate())
    assert not [row for rows in dump().values() for row in rows if secret in row or secret[2:] in row]


def test_a_code_is_found_however_it_is_typed(county: SurveyedOffice) -> None:
    secret = secrets_of(county)[0]
    typed = "s-" + secret[2:].replace("-", "").upper().replace("0", "O").replace("1", "I")
    assert live_invitation(typed, timezone.localdate())[1] == county


def test_a_secret_answers_once(county: SurveyedOffice) -> None:
    secret = secrets_of(county)[0]
    answer(secret, SATISFIED, timezone.localdate())
    with pytest.raises(Gone):
        answer(secret, SATISFIED, timezone.localdate())


def test_all_that_is_gone_looks_the_same(
    client: Client, survey: Survey, county: SurveyedOffice, people: list[Member], city_admin: User
) -> None:
    """Never was, used, of somebody who left, ended: one answer, of one length."""
    used, left, late = secrets_of(county)[:3]
    answer(used, SATISFIED, timezone.localdate())
    gone = SurveyInvitation.objects.get(digest=tokens.digest_of(left)).member
    Member.objects.filter(pk=gone.pk).update(status=Member.Status.WITHDRAWN)
    pages = [page(client, secret) for secret in ("s-0000-0000-0000-0000", used, left)]
    close_survey(survey, by=city_admin)
    pages.append(page(client, late))
    assert set(pages) == {pages[0]}
    assert pages[0][0] == 410


def page(client: Client, secret: str) -> tuple[int, bytes]:
    answered = client.get(f"/l/{secret}/")
    main = answered.content.partition(b"<main")[2].replace(secret.encode(), b"")
    return answered.status_code, re.sub(rb"[A-Za-z0-9]{64}", b"", main)


def test_a_ballot_is_counted_through_the_page(
    client: Client, survey: Survey, county: SurveyedOffice, city_admin: User
) -> None:
    secrets = secrets_of(county)
    choices = {question.value: Opinion.FAIRLY.value for question in Question}
    assert client.post(f"/l/{secrets[0]}/", {}).status_code == 422
    for secret in secrets[:10]:
        assert client.post(f"/l/{secret}/", choices).status_code == 200
    close_survey(survey, by=city_admin)
    assert SurveyCount.objects.get(question="overall", opinion="fairly").number == 10
    assert client.get(f"/l/{secrets[0]}/").status_code == 410
