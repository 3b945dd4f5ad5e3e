"""The product's own long work, killed where it hurts: after it has written, before it has committed.

The test holds a lock that the work needs at that point, so the worker stands still exactly there when it is killed.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.assessment.models import MetricFact, Result, Rollup, Scheme
from apps.assessment.registrations import ROLLUP
from apps.assessment.rollup import roll_up
from apps.files.models import StoredFile
from apps.jobs.actions import enqueue
from apps.jobs.models import Job
from apps.jobs.reaping import reap
from apps.members.importing.batches import ask_to_apply
from apps.members.models import Member, Organization
from apps.pairing.models import Pairing, PairingPlan, PairingYear, Proposal, ProposalRun
from apps.pairing.proposing.accepting import ask_to_accept
from apps.pairing.proposing.making import ask_for_proposals, make_proposals
from apps.pairing.rebuild import Differences, rebuild_all
from apps.reports.actions import ask_for_report
from apps.reports.batches import ask_for_all
from apps.reports.models import Report
from apps.reports.subjects import Subject
from tests.cast import Tree
from tests.database import _owner
from tests.integration.jobs.conftest import Factory, until
from tests.integration.members.importing import HEAD, person, tried
from tests.integration.reports.conftest import people, scheme

__all__ = ["people", "scheme"]
pytestmark = pytest.mark.launcher

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"


@contextmanager
def holding(table: str) -> Iterator[Any]:
    """Nobody writes to the table meanwhile; gives a function that tells whether somebody waits to."""
    with _owner(connection.settings_dict["NAME"]) as cursor:
        cursor.execute(f"BEGIN; LOCK TABLE {table} IN EXCLUSIVE MODE")

        def is_wanted() -> bool:
            cursor.execute(WAITING, [table])
            return bool(cursor.fetchone()[0])

        yield is_wanted
        cursor.execute("ROLLBACK")


def kill_at(factory: Factory, table: str) -> None:
    """Let the worker run until it wants to write to the table, and kill all of it there."""
    with holding(table) as is_wanted:
        worker = factory.start_worker()
        until(is_wanted, f"the worker wanting {table}")
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def finished(factory: Factory, job: Job) -> None:
    factory.start_worker()

    def is_done() -> bool:
        reap()
        job.refresh_from_db()
        return job.state == Job.State.DONE

    until(is_done, "the second attempt")
    assert job.attempt == 2


def figures() -> tuple[Any, Any]:
    facts = MetricFact.objects.order_by("metric", "period", "office")
    results = Result.objects.order_by("office")
    return list(facts.values_list("metric", "period", "office", "numerator", "denominator")), list(
        results.values_list("office", "total")
    )


def test_rollup_killed_leaves_the_old_and_ends_with_the_same(factory: Factory, scheme: Scheme) -> None:
    factory.start_broker()
    # As of today, as the worker will count: on the last day of a month a period more is over.
    roll_up(2026)
    before = figures()
    MetricFact.objects.all().delete()
    Result.objects.all().delete()
    job = enqueue(ROLLUP, params={"year": 2026})
    kill_at(factory, "assessment_rollup")
    assert MetricFact.objects.count() == 0
    finished(factory, job)
    assert figures()[0]
    assert [row[:3] for row in figures()[0]] == [row[:3] for row in before[0]]
    assert len(figures()[1]) == len(before[1])
    assert Rollup.objects.count() == 1


def test_report_killed_leaves_no_file_and_ends_with_three(
    factory: Factory, scheme: Scheme, tree: Tree, city_admin: User
) -> None:
    factory.start_broker()
    job = ask_for_report(
        subject=Subject(tree.city, 2026, scheme), formats=["docx", "pdf", "xlsx"], by=city_admin
    )
    kill_at(factory, "files_storedfile")
    assert (Report.objects.count(), StoredFile.objects.filter(purpose="report").count()) == (0, 0)
    finished(factory, job)
    assert Report.objects.count() == 1
    stored = StoredFile.objects.filter(purpose="report")
    assert sorted(file.name.rpartition(".")[2] for file in stored) == ["docx", "pdf", "xlsx"]
    assert [file.path.stat().st_size == file.size for file in stored] == [True] * 3


def test_import_killed_leaves_nobody_and_ends_with_all(
    factory: Factory, tree: Tree, county_admin: User
) -> None:
    factory.start_broker()
    batch = tried([HEAD, *(person(n, 工作单位="甲厂") for n in range(50))], tree.county, county_admin)
    job = ask_to_apply(batch, county_admin)
    kill_at(factory, "audit_auditevent")
    batch.refresh_from_db()
    assert (Member.objects.count(), Organization.objects.count(), batch.state) == (0, 0, "tried")
    finished(factory, job)
    batch.refresh_from_db()
    assert (Member.objects.count(), Organization.objects.count(), batch.state) == (50, 1, "applied")


@pytest.fixture
def unpaired(make_member: Callable[..., Member], town_cadre: User, five_duties: PairingPlan) -> list[Member]:
    """Three members of the town, and a cadre there to be proposed."""
    return [make_member(name) for name in ("钱甲", "孙乙", "李丙")]


def test_proposals_killed_leave_none_and_end_with_all(
    factory: Factory, unpaired: list[Member], county_admin: User, tree: Tree
) -> None:
    factory.start_broker()
    job = ask_for_proposals(office=tree.county, by=county_admin)
    kill_at(factory, "pairing_proposal")
    assert (ProposalRun.objects.count(), Proposal.objects.count()) == (0, 0)
    finished(factory, job)
    assert ProposalRun.objects.count() == 1
    assert set(Proposal.objects.values_list("member", flat=True)) == {member.pk for member in unpaired}
    assert not Pairing.objects.exists()


def test_accepting_killed_leaves_no_pair_without_its_proposal(
    factory: Factory, unpaired: list[Member], town_cadre: User, county_admin: User, tree: Tree
) -> None:
    factory.start_broker()
    made = make_proposals(office=tree.county, by=county_admin)
    chosen = dict.fromkeys(made.proposals.values_list("pk", flat=True), town_cadre.pk)
    job = ask_to_accept(run=made, chosen=chosen, by=county_admin)
    # The first pair is written by then, its proposal is not.
    kill_at(factory, "pairing_proposal")
    assert (Pairing.objects.count(), PairingYear.objects.count()) == (0, 0)
    finished(factory, job)
    assert list(made.proposals.values_list("state", "refusal")) == [(Proposal.State.ACCEPTED, "")] * 3
    assert Pairing.objects.values("member").distinct().count() == Pairing.objects.count() == 3
    assert rebuild_all(2026) == Differences(0, 0, 0, 0)


def test_batch_killed_in_the_middle_makes_no_report_twice(
    factory: Factory, scheme: Scheme, city_admin: User
) -> None:
    factory.start_broker()
    whole = ask_for_all(year=2026, formats=["xlsx"], by=city_admin)
    offices = whole.parts.count()
    worker = factory.start_worker()
    until(lambda: whole.parts.filter(state=Job.State.DONE).count() >= 2, "two finished offices")
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    before = set(whole.parts.filter(state=Job.State.DONE).values_list("pk", "attempt", "result__report"))
    assert len(before) < offices, "the batch was over before the kill"
    factory.start_worker()

    def is_done() -> bool:
        reap()
        whole.refresh_from_db()
        return whole.state == Job.State.DONE

    until(is_done, "the whole after the kill")
    after = set(whole.parts.values_list("pk", "attempt", "result__report"))
    assert before < after
    assert Report.objects.count() == offices
