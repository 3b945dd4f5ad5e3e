"""The pages of a round ask the database little, however much was said and marked."""

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.assessment.models import Examiner
from apps.assessment.rounds import stating
from apps.assessment.rounds.reviewing import name_examiners
from tests.integration.assessment.rounds.conftest import Round, indicator, scan
from tests.queries import count_queries

MOST = 15


@pytest.fixture
def pages(running: Round) -> list[tuple[User, str]]:
    """Who opens what: after a self-statement with a file, while marks and verdicts come in."""
    county = running.tree.county
    stating.save_statement(
        running.scheme, county, {indicator("专项").pk: stating.Said("都做完了")}, by=running.county
    )
    stating.add_file(running.scheme, county, indicator("专项"), scan(), by=running.county)
    stating.submit(running.scheme, county, by=running.county)
    group = running.scheme.groups.get()
    name_examiners(group, Examiner.Task.REVIEW, [running.reviewer], by=running.admin)
    running.to_review()
    office = f"/assessment/schemes/R-2026/offices/{county.code}"
    return [
        (running.judges[0], f"{office}/mark/{indicator('品牌创新').pk}/"),
        (running.judges[0], "/assessment/schemes/R-2026/judging/"),
        (running.reviewer, f"{office}/examine/"),
        (running.county, f"{office}/statement/"),
        (running.admin, "/assessment/schemes/R-2026/examiners/"),
    ]


def test_pages_of_a_round_ask_little_and_no_more_for_marks(
    running: Round, client: Client, pages: list[tuple[User, str]]
) -> None:
    def asked() -> list[tuple[str, int]]:
        found = []
        for user, address in pages:
            client.force_login(user)
            client.get(address)
            found.append((address, count_queries(client, address)))
        return found

    before = asked()
    assert [each for each in before if each[1] > MOST] == []
    for office in (running.tree.county, running.tree.other_county):
        running.verdict(office)
        running.mark_all(office)
    assert asked() == before
