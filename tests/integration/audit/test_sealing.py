"""The chain of seals: whole, found out where a row was changed, and closed to everybody but its function."""

import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg2.errors
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit import sealing
from apps.audit.exporting import write_kit
from apps.audit.models import AuditEvent, AuditSeal
from apps.audit.recording import record
from tests.database import _owner
from tests.integration.jobs.conftest import until

pytestmark = pytest.mark.django_db(transaction=True)
READ = AuditEvent.Action.READ


def seal_all() -> None:
    """Seal until nothing waits: transactions of other tests on this server hold the horizon back for a moment."""

    def nothing_waits() -> bool:
        sealing.seal()
        return sealing.state().waiting == 0

    until(nothing_waits, "every row to be sealed")


def tamper(statement: str) -> None:
    """As a superuser would: with the triggers off."""
    with _owner(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)


@pytest.fixture
def rows(city_admin: User) -> list[AuditEvent]:
    """Six rows under three seals."""
    made = []
    for number in range(3):
        made += [
            record(READ, target=city_admin, by=city_admin, n=number),
            record(READ, by=None, why="查·阅\t“一”"),
        ]
        seal_all()
    return made


def test_seals_hold_every_row_once_and_verify(rows: list[AuditEvent]) -> None:
    assert sum(AuditSeal.objects.values_list("rows", flat=True)) == AuditEvent.objects.count() >= len(rows)
    assert sealing.verify() == []
    assert sealing.seal() == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_auditevent SET action = 'print' WHERE id = {row}",
        "UPDATE audit_auditevent SET actor_id = NULL WHERE id = {row}",
        "UPDATE audit_auditevent SET detail = '{{\"n\": 9}}' WHERE id = {row}",
        "UPDATE audit_auditevent SET at = at + interval '1 microsecond' WHERE id = {row}",
        "DELETE FROM audit_auditevent WHERE id = {row}",
        "INSERT INTO audit_auditevent (at, action, target_label, target_id, office_path, detail, request_id, xid)"
        " SELECT at, action, target_label, target_id, office_path, detail, request_id, xid FROM audit_auditevent WHERE id = {row}",
    ],
)
def test_changed_row_is_found_out(rows: list[AuditEvent], change: str) -> None:
    tamper(change.format(row=rows[2].pk))
    assert len(sealing.verify()) == 1


def test_resealed_chain_is_found_out_by_the_anchor(rows: list[AuditEvent]) -> None:
    kept = sealing.state().head
    assert kept is not None
    tamper("DELETE FROM audit_auditseal")
    tamper(f"DELETE FROM audit_auditevent WHERE id = {rows[0].pk}")
    seal_all()
    assert sealing.verify() == []
    assert [finding.seal for finding in sealing.verify([kept])] == [kept.number]


def test_removed_seal_breaks_the_chain(rows: list[AuditEvent]) -> None:
    first = AuditSeal.objects.first()
    assert first is not None
    tamper(f"DELETE FROM audit_auditseal WHERE number = {first.number}")
    assert sealing.verify() != []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditseal SET rows = 0",
        "DELETE FROM audit_auditseal",
        "TRUNCATE audit_auditseal",
        "INSERT INTO audit_auditseal SELECT * FROM audit_auditseal",
    ],
)
def test_application_only_reads_seals(rows: list[AuditEvent], statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_owner_changes_no_seal(rows: list[AuditEvent]) -> None:
    with (
        _owner(connection.settings_dict["NAME"]) as cursor,
        pytest.raises(psycopg2.errors.InsufficientPrivilege, match="append-only"),
    ):
        cursor.execute("UPDATE audit_auditseal SET rows = 0")


def test_late_committer_is_sealed_by_a_later_seal(rows: list[AuditEvent], city_admin: User) -> None:
    """A transaction that began first and commits last: its row stands above the horizon until it is over."""
    with closing(connection.copy()) as slow:
        slow.set_autocommit(False)
        with slow.cursor() as cursor:
            cursor.execute(
                "INSERT INTO audit_auditevent (at, action, target_label, target_id, office_path, detail, request_id)"
                " VALUES (now(), 'read', '', '', '', '{}', '')"
            )
        quick = record(READ, by=city_admin)
        sealing.seal()
        # Neither it nor what came after it.
        assert AuditSeal.objects.last() is not None
        assert sealing.state().waiting == 1
        slow.commit()
    seal_all()
    assert sealing.verify() == []
    assert quick.pk


def test_many_writers_and_one_sealer_miss_no_row(city_admin: User) -> None:
    def write() -> None:
        with closing(connection.copy()) as own, own.cursor() as cursor:
            for number in range(40):
                cursor.execute(
                    "INSERT INTO audit_auditevent (at, action, target_label, target_id, office_path, detail, request_id)"
                    " VALUES (clock_timestamp(), 'read', '', %s, '', '{}', '')",
                    [str(number)],
                )

    writers = [threading.Thread(target=write) for _each in range(6)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        sealing.seal()
    seal_all()
    assert sum(AuditSeal.objects.values_list("rows", flat=True)) == AuditEvent.objects.count() >= 240
    assert sealing.verify() == []


def test_restored_database_begins_an_epoch(rows: list[AuditEvent], city_admin: User) -> None:
    """What a restored back-up brings along without a seal is closed; new rows start with small numbers again."""
    record(READ, by=city_admin, n=1)
    tamper("UPDATE audit_auditseal SET cluster = 'elsewhere'")
    tamper(
        "WITH chain AS (SELECT * FROM audit_auditseal ORDER BY number)"
        " UPDATE audit_auditseal seal SET hash = audit_hash(audit_seal_text(seal))"
    )
    record(READ, by=city_admin, n=2)
    seal_all()
    assert set(AuditSeal.objects.values_list("epoch", flat=True)) == {1, 2}
    assert sum(AuditSeal.objects.values_list("rows", flat=True)) == AuditEvent.objects.count()
    # The hashes above were made anew one by one, so the links between them are broken; no row is.
    assert all("接不上" in finding.message for finding in sealing.verify())


def test_command_prints_the_head_and_refuses_a_changed_trail(
    rows: list[AuditEvent], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_audit")
    anchor = tmp_path / "anchor"
    anchor.write_text(capsys.readouterr().out)
    tamper(f"DELETE FROM audit_auditevent WHERE id = {rows[-1].pk}")
    with pytest.raises(CommandError, match="封存 "):
        call_command("verify_audit", anchor=anchor)


def test_dead_sealer_is_noticed(rows: list[AuditEvent], city_admin: User) -> None:
    record(READ, by=city_admin)
    now = sealing.state()
    assert now.waiting == 1
    assert not now.is_late
    assert replace(now, since=timezone.now() - sealing.LATE - timedelta(seconds=1)).is_late


@pytest.fixture
def outsider(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The verifier of an outsider, on an exported copy, by an interpreter that knows nothing of us."""
    write_kit(tmp_path)

    def run(*anchor: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-I", str(tmp_path / "verify.py"), str(tmp_path), *anchor]
        return subprocess.run(program, capture_output=True, text=True, check=False)

    return run


def test_outsider_finds_the_same_head(
    rows: list[AuditEvent], outsider: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    said = outsider()
    assert said.returncode == 0, said
    assert said.stdout.strip() == str(sealing.state().head)


def test_outsider_finds_a_changed_row(
    rows: list[AuditEvent], tmp_path: Path, outsider: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    events = tmp_path / "events.csv"
    events.write_text(events.read_text().replace("查·阅", "查阅", 1))
    assert outsider().returncode == 1


def test_outsider_knows_another_chain_by_the_anchor(
    rows: list[AuditEvent], outsider: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    head = sealing.state().head
    assert head is not None
    assert outsider(str(head.number), head.hash).returncode == 0
    assert outsider(str(head.number), "0" * 64).returncode == 1
