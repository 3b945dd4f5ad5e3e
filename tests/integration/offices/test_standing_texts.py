"""已有文字的清点: what was written before a word was added is counted by office and kind, never shown."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.casework.actions import open_case
from apps.casework.models import Case
from apps.jobs.models import Job
from apps.jobs.running import run_job
from apps.members.models import Appointment, Member, Organization
from apps.offices.models import AddedWord, Office, StandingTexts
from apps.offices.standing import _texts_of_offices, count_standing
from apps.offices.words import add_word, retire_word
from tests.cast import Tree

PAGE = "/offices/words/"
WORD = "特殊照顾户"
pytestmark = pytest.mark.usefixtures("known_anew")


@pytest.fixture
def write(tree: Tree, town_cadre: User, member: Member) -> Callable[..., Case]:
    def write(text: str, office: Office = tree.town) -> Case:
        return open_case(
            kind="request",
            text=text,
            office=office,
            by=town_cadre,
            opened_on=dt.date(2026, 3, 2),
            member=member,
        )

    return write


def counted() -> dict[tuple[str, str], int]:
    return {(row.office.name, row.kind): row.texts for row in StandingTexts.objects.select_related("office")}


def worked() -> None:
    for job in Job.objects.filter(state=Job.State.QUEUED):
        assert run_job(job.pk)


def test_texts_are_counted_by_office_and_kind(
    tree: Tree, write: Callable[..., Case], member: Member, city_admin: User
) -> None:
    for text in (f"他是{WORD}", "特殊 照顾\n户，请办", "特殊照顾一户"):
        write(text)
    firm = Organization.objects.create(office=tree.town, name="甲厂", kind="enterprise")
    Appointment.objects.create(member=member, organization=firm, title=WORD)
    add_word(word=WORD, by=city_admin)
    worked()
    assert counted() == {("东镇", "casework.Case"): 2, ("东镇", "members.Appointment"): 1}
    assert Case.objects.filter(text=f"他是{WORD}").exists()


def test_count_follows_the_words(write: Callable[..., Case], city_admin: User) -> None:
    write("a.b*c")
    word = add_word(word="a.b*", by=city_admin)
    assert count_standing() == 1
    retire_word(word=word, by=city_admin)
    worked()
    assert counted() == {}


def test_administrator_sees_numbers_and_no_few_of_other_offices(
    client: Client, write: Callable[..., Case], city_admin: User, town_cadre: User
) -> None:
    AddedWord.objects.create(word=WORD, added_by=city_admin)
    client.force_login(city_admin)
    assert "没有清点到含有这些词的文字" in client.get(PAGE).text
    for number, shown in ((1, "少于 5"), (5, '<td data-label="条数" class="num">5</td>')):
        while Case.objects.count() < number:
            write(f"他是{WORD}")
        count_standing()
        assert shown in client.get(PAGE).text
    assert f"他是{WORD}" not in client.get(PAGE).text
    client.force_login(town_cadre)
    assert "少于 5" not in client.get(PAGE).text


def test_every_table_with_guarded_texts_leads_to_an_office() -> None:
    ways = {model._meta.label: office for model, office in _texts_of_offices()}
    assert ways["casework.Case"] == "office"
    assert ways["members.Appointment"] == "member__office"
    assert ways["assessment.StatementItem"] == "statement__office"
    assert ways["members.SavedView"] == "office"
