"""Published results do not change, not by raw SQL as the application either; corrections stand beside; verify finds what was tampered with."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal as D
from io import StringIO

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from apps.assessment.models import FrozenFacts, MetricFact, Publication, Result
from apps.assessment.rounds.publishing import correct
from apps.assessment.rounds.verifying import verify
from apps.core.refusals import Conflict, Refusal
from tests.integration.assessment.rounds.conftest import Round, indicator

# The trigger lets the transaction through that adds a publication: a test in one transaction would see no refusal.
really_committed = pytest.mark.django_db(transaction=True)

TAMPERING = [
    "UPDATE assessment_publication SET sha256 = 'x'",
    "DELETE FROM assessment_publication",
    "TRUNCATE assessment_publication",
    "UPDATE assessment_frozenfacts SET sha256 = 'x'",
    "DELETE FROM assessment_frozenfacts",
    "UPDATE assessment_roundstep SET taken_by_id = NULL",
    "DELETE FROM assessment_roundstep",
    "UPDATE assessment_result SET total = 100",
    "DELETE FROM assessment_result",
    "INSERT INTO assessment_result SELECT * FROM assessment_result",
    "UPDATE assessment_resultitem SET points = 20 WHERE state = 'scored'",
    "DELETE FROM assessment_resultitem",
    "UPDATE assessment_scheme SET state = 'open'",
    "UPDATE assessment_scheme SET state = 'decided'",
    "ALTER TABLE assessment_result DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
]


@really_committed
def test_application_role_changes_nothing_published(running: Round) -> None:
    running.to_published()
    for statement in TAMPERING:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert verify(Publication.objects.get()) == []


@contextmanager
def owner() -> Iterator[psycopg2.extensions.cursor]:
    """Somebody with the owner's rights and triggers off: whom only verification finds."""
    name = connection.settings_dict["NAME"]
    with psycopg2.connect(os.environ["DATABASE_OWNER_URL"], dbname=name) as other, other.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
    other.close()


FRAUDS = {
    "a fact in the publication": (
        "UPDATE assessment_publication SET snapshot = jsonb_set(snapshot, '{facts,rows,0,2}', '50')",
        "封存数据的校验值",
    ),
    "a total in the publication": (
        """UPDATE assessment_publication SET snapshot = jsonb_set(snapshot, '{offices,990001,total}', '"99.00"')""",
        "甲县 total",
    ),
    "a grade in the publication": (
        """UPDATE assessment_publication SET snapshot = jsonb_set(snapshot, '{offices,990001,computed}', '"优秀"')""",
        "甲县 计算等次",
    ),
    "points of an item": (
        """UPDATE assessment_publication SET snapshot = jsonb_set(snapshot, '{offices,990001,items,0,1,points}', '"20.01"')""",
        "甲县 专项",
    ),
    "evidence against the facts": (
        """UPDATE assessment_publication SET snapshot =
           jsonb_set(snapshot, '{offices,990001,items,0,0,evidence,numerator}', '"50"')""",
        "甲县 结对覆盖率",
    ),
    "the frozen facts": (
        "UPDATE assessment_frozenfacts SET rows = jsonb_set(rows, '{0,2}', '50')",
        "封存数据",
    ),
    "a shown total": ("UPDATE assessment_result SET total = 99", "甲县"),
    "a shown item": ("UPDATE assessment_resultitem SET points = 1 WHERE state = 'scored'", "甲县"),
}


@really_committed
@pytest.mark.parametrize("fraud", FRAUDS)
def test_verification_finds(running: Round, fraud: str) -> None:
    running.to_published()
    statement, place = FRAUDS[fraud]
    with owner() as cursor:
        cursor.execute(statement)
    found = [str(each) for each in verify(Publication.objects.get())]
    assert any(each.startswith(place) for each in found), found
    with pytest.raises(Refusal, match="核验不一致"):
        running.step("archived")
    with pytest.raises(CommandError, match="不一致"):
        call_command("verify", "R-2026", stdout=StringIO())


def test_verify_command_says_that_it_holds(running: Round) -> None:
    running.to_published()
    said = StringIO()
    call_command("verify", stdout=said)
    assert said.getvalue() == "R-2026 第 1 版：一致\n"


def test_what_is_counted_later_changes_nothing_published(running: Round) -> None:
    running.to_published()
    MetricFact.objects.all().update(numerator=1)
    assert verify(Publication.objects.get()) == []


# Corrections --------------------------------------------------------------------------------------------------------


def corrected(running: Round, points: str = "5", reason: str = "复查发现材料失实") -> Publication:
    return correct(
        running.scheme,
        running.tree.other_county,
        indicator("专项"),
        points=D(points),
        reason=reason,
        by=running.leader,
    )


@really_committed
def test_correction_stands_beside_the_old_one(running: Round) -> None:
    running.to_published()
    first = Publication.objects.values().get()
    kept = corrected(running)
    assert (kept.number, kept.reason) == (2, "复查发现材料失实")
    assert Publication.objects.values().get(number=1) == first
    # 乙县 94.00 − 15.00; 甲县 moves up into the quota of one.
    totals = dict(Result.objects.values_list("office__name", "total"))
    assert totals == {"甲县": D("83.20"), "乙县": D("79.00")}
    assert dict(Result.objects.values_list("office__name", "grade")) == {"甲县": "良好", "乙县": "合格"}
    assert [verify(each) for each in Publication.objects.order_by("number")] == [[], []]
    running.step("archived")


@really_committed
def test_correction_after_the_archive_and_a_second_one(running: Round) -> None:
    running.to_published()
    running.step("archived")
    corrected(running)
    assert corrected(running, "6").number == 3
    assert [verify(each) for each in Publication.objects.order_by("number")] == [[], [], []]


def test_correction_is_refused(running: Round) -> None:
    running.to_decided()
    with pytest.raises(Conflict, match="还没有公布"):
        corrected(running)
    running.step("published")
    with pytest.raises(Refusal, match="理由"):
        corrected(running, reason=" ")
    with pytest.raises(Refusal, match="0 到 20"):
        corrected(running, "21")
    running.leader = running.admin
    with pytest.raises(Refusal, match="领导"):
        corrected(running)


def test_decided_grade_stays_decided_in_a_correction(running: Round) -> None:
    from apps.assessment.rounds.deciding import note_decision

    running.to_objection()
    note_decision(
        running.scheme,
        running.tree.county,
        grade="合格",
        reason="督办未整改",
        veto_basis="",
        by=running.leader,
    )
    running.clock(running.scheme.decision_on)
    running.step("decided")
    running.step("published")
    office = corrected(running).snapshot["offices"]["990001"]
    assert (office["computed"], office["grade"], office["reason"]) == ("良好", "合格", "督办未整改")


# Pages --------------------------------------------------------------------------------------------------------------


def test_page_verifies_and_gives_the_archive(running: Round, client: Client) -> None:
    running.to_published()
    client.force_login(running.admin)
    at = "/assessment/schemes/R-2026/publications/"
    assert "第 1 版核验一致" in client.post(f"{at}1/verify/").content.decode()
    archive = client.get(f"{at}1.json")
    from hashlib import sha256

    assert sha256(archive.content).hexdigest() == Publication.objects.get().sha256


def test_county_reads_no_other_county_in_the_archive(running: Round, client: Client) -> None:
    running.to_published()
    client.force_login(running.county)
    at = "/assessment/schemes/R-2026/publications/"
    assert "乙县" not in client.get(at).content.decode()
    assert client.get(f"{at}1.json").status_code == 404
    assert client.post(f"{at}1/verify/").status_code == 404


def test_archive_names_nobody(running: Round) -> None:
    running.to_published()
    text = str(Publication.objects.get().snapshot) + str(FrozenFacts.objects.get().rows)
    for user in (running.admin, running.leader, running.reviewer, running.county, *running.judges):
        assert user.name not in text
