"""Leaving works: after 15 days nothing of the person is left in any column, file or history (design §1)."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.assessment.models import MetricFact
from apps.assessment.rollup import roll_up
from apps.audit.models import AuditEvent
from apps.core.fields import EncryptedTextField
from apps.files.backups import erasure_ledger
from apps.files.models import StoredFile
from apps.files.storage import new_file
from apps.members.actions import withdraw_member
from apps.members.erasing import leaving
from apps.members.erasing.erasing import erase_members
from apps.members.erasing.places import ending_fields, places, unknown_models
from apps.members.importing.outcomes import Outcome, keep
from apps.members.models import (
    Consent,
    ErasureHold,
    ImportBatch,
    Member,
)
from apps.pairing.models import Pairing
from tests.cast import Tree
from tests.integration.everywhere import TODAY, in_casework, in_pairing, in_the_own_file, in_the_registry

pytestmark = pytest.mark.django_db
CANARY, PHONE = "金丝雀", "13987654321"


def test_every_model_that_may_hold_something_of_a_member_is_declared() -> None:
    assert unknown_models() == []


@pytest.fixture(autouse=True)
def var(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.FILES_DIR = tmp_path, tmp_path / "files"


@pytest.fixture
def scan(db: None) -> StoredFile:
    with new_file(f"{CANARY}.png", purpose=StoredFile.Purpose.EVIDENCE, owner=None, lives_for=None) as draft:
        draft.path.write_bytes(f"{CANARY}的签名".encode())
    return draft.stored


@pytest.fixture
def canary(
    pairing: Pairing, make_member: Callable[..., Member], scan: StoredFile, county_admin: User
) -> Member:
    """A member of whom something stands in every declared place, the canary's word in every text that ends."""
    person = pairing.member
    in_casework(person, scan, pairing.cadre, county_admin)
    in_the_registry(person, make_member("周二"), county_admin)
    in_pairing(pairing, county_admin)
    in_the_own_file(person)
    Consent.objects.filter(member=person).update(evidence=scan)
    for place in places():
        _plant(place.model, place.rows_about([person.pk]), place.label)
    person.refresh_from_db()
    person.name, person.phone, person.email = f"{CANARY}甲", PHONE, "canary@example.com"
    person.save()
    return person


def _plant(model: type[models.Model], rows: "models.QuerySet[Any]", label: str) -> None:
    assert rows.exists(), f"{label}: this test makes no row there"
    texts = [
        field.name
        for field in ending_fields(model)
        if isinstance(field, models.TextField | models.CharField)
        and not field.choices
        and not isinstance(field, EncryptedTextField)
        and (field.max_length or 99) > len(CANARY)
    ]
    if texts:
        model._base_manager.filter(pk__in=list(rows.values_list("pk", flat=True))).update(
            **dict.fromkeys(texts, CANARY)
        )


def found_anywhere(*words: str) -> list[str]:
    """Every text, json and array column of every table, and every kept file, that holds one of the words."""
    places = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'character varying', 'jsonb', 'ARRAY') AND table_name NOT LIKE 'pg_%%'"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT 1 FROM "{table}" WHERE "{column}"::text LIKE ANY(%s) LIMIT 1',
                [[f"%{w}%" for w in words]],
            )
            if cursor.fetchone():
                places.append(f"{table}.{column}")
    files = [path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()]
    return places + [str(path) for path in files if any(word.encode() in path.read_bytes() for word in words)]


def test_erased_canary_is_found_nowhere(canary: Member, django_capture_on_commit_callbacks: Any) -> None:
    pinyin = canary.pinyin
    before = found_anywhere(CANARY, pinyin)
    assert len(before) > 15, before
    withdraw_member(member=canary, on=TODAY, by=None)
    with django_capture_on_commit_callbacks(execute=True):
        assert leaving.erase_due(TODAY + dt.timedelta(days=15)) == 1
    assert found_anywhere(CANARY, pinyin, canary.phone_index, str(canary.public_id)) == []
    canary.refresh_from_db()
    assert (str(canary.phone), str(canary.email), canary.categories, canary.birth_month) == ("", "", [], None)


def test_erased_person_leaves_the_counts_of_the_year(canary: Member) -> None:
    withdraw_member(member=canary, on=TODAY, by=None)

    def figures() -> list[tuple[Any, ...]]:
        roll_up(2026, today=dt.date(2026, 12, 31))
        return list(
            MetricFact.objects.order_by("pk").values_list(
                "metric", "period", "office", "numerator", "denominator"
            )
        )

    before = figures()
    erase_members([canary.pk], why="withdrawn")
    assert figures() == before
    assert any(metric == "pairing.coverage" and below for metric, _p, _o, _n, below in before)


def test_erasing_waits_fifteen_days(member: Member) -> None:
    withdraw_member(member=member, on=TODAY, by=None)
    assert leaving.erase_due(TODAY + dt.timedelta(days=14)) == 0
    assert leaving.erase_due(TODAY + dt.timedelta(days=15)) == 1
    assert leaving.erase_due(TODAY + dt.timedelta(days=16)) == 0


def test_erasing_follows_merged_duplicates(member: Member, make_member: Callable[..., Member]) -> None:
    double = make_member(f"{CANARY}乙")
    Member.objects.filter(pk=double.pk).update(status=Member.Status.MERGED, merged_into=member)
    withdraw_member(member=member, on=TODAY, by=None)
    leaving.erase_due(TODAY + dt.timedelta(days=15))
    assert found_anywhere(f"{CANARY}乙") == []


def test_sheet_that_others_signed_too_stays_for_them(
    member: Member, make_member: Callable[..., Member], scan: StoredFile
) -> None:
    other = make_member("周二")
    Consent.objects.filter(member__in=[member, other]).update(evidence=scan)
    withdraw_member(member=member, on=TODAY, by=None)
    erase_members([member.pk], why="withdrawn")
    assert StoredFile.objects.filter(pk=scan.pk).exists()
    assert Consent.objects.get(member=other).evidence_id == scan.pk
    assert Consent.objects.get(member=member).evidence_id is None


def test_import_that_names_the_person_ends(
    member: Member, county_admin: User, tree: Tree, django_capture_on_commit_callbacks: Any
) -> None:
    batch = ImportBatch.objects.create(
        office=tree.county,
        file_name="名册.xlsx",
        sha256="0",
        by=county_admin,
        state="tried",
        changed_ids=[member.pk],
    )
    batch.upload = batch.outcomes = keep([Outcome(3, "new", member.name)], batch, county_admin)
    batch.reading = keep([Outcome(3, "new", member.name)], batch, county_admin)
    batch.save()
    paths = [batch.upload.path, batch.reading.path]
    withdraw_member(member=member, on=TODAY, by=None)
    with django_capture_on_commit_callbacks(execute=True):
        erase_members([member.pk], why="withdrawn")
    batch.refresh_from_db()
    assert (batch.state, batch.upload, batch.outcomes, batch.changed_ids) == ("ended", None, None, [])
    assert [path for path in paths if path.exists()] == []


def test_erasure_is_written_down_without_a_value(member: Member) -> None:
    withdraw_member(member=member, on=TODAY, by=None)
    erase_members([member.pk], why="withdrawn")
    event = AuditEvent.objects.get(action="void", target_id=str(member.pk))
    assert event.detail == {"why": "withdrawn"}


# -- holds -----------------------------------------------------------------------------------------------------


@pytest.fixture
def left(member: Member) -> Member:
    withdraw_member(member=member, on=timezone.localdate(), by=None)
    return member


def hold(left: Member, by: User, days: int = 90) -> ErasureHold:
    return leaving.ask_for_hold(
        member=left, clause="dispute", ends_on=timezone.localdate() + dt.timedelta(days=days), by=by
    )


def test_hold_needs_a_second_person(left: Member, county_admin: User, city_admin: User) -> None:
    kept = hold(left, county_admin)
    later = timezone.localdate() + dt.timedelta(days=20)
    assert left in leaving.due(later)
    with pytest.raises(leaving.HoldRefused):
        leaving.agree_to_hold(hold=kept, by=county_admin)
    leaving.agree_to_hold(hold=kept, by=city_admin)
    assert left not in leaving.due(later)
    assert left in leaving.due(kept.ends_on + dt.timedelta(days=1))


@pytest.mark.parametrize("days", [0, 184])
def test_hold_ends_within_half_a_year(left: Member, county_admin: User, days: int) -> None:
    with pytest.raises(leaving.HoldRefused):
        hold(left, county_admin, days)


def test_hold_is_for_those_who_left(member: Member, county_admin: User) -> None:
    with pytest.raises(leaving.HoldRefused):
        hold(member, county_admin)


def test_hold_of_one_person_or_without_end_is_refused_by_the_database(
    left: Member, county_admin: User
) -> None:
    kept = hold(left, county_admin)
    for wrong in (
        {"agreed_by": county_admin, "agreed_at": timezone.now()},
        {"ends_on": kept.asked_on + dt.timedelta(days=200)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ErasureHold.objects.filter(pk=kept.pk).update(**wrong)


# -- the ledger --------------------------------------------------------------------------------------------------


def test_ledger_erases_again_who_came_back_with_a_backup(canary: Member) -> None:
    """As a restored back-up would: the row stands as it was, the ledger stayed."""
    withdraw_member(member=canary, on=TODAY, by=None)
    canary.refresh_from_db()
    before = {field.attname: getattr(canary, field.attname) for field in Member._meta.concrete_fields}
    erase_members([canary.pk], why="withdrawn")
    Member(**{**before, "erased_at": None}).save(force_update=True)
    assert found_anywhere(f"{CANARY}甲") != []
    leaving.erase_again()
    assert found_anywhere(f"{CANARY}甲") == []


def test_ledger_leaves_another_person_of_the_same_number_alone(member: Member) -> None:
    withdraw_member(member=member, on=TODAY, by=None)
    erase_members([member.pk], why="withdrawn")
    Member.objects.filter(pk=member.pk).update(erased_at=None, name="别人")
    leaving.erase_again()
    member.refresh_from_db()
    assert member.name == "别人"


def test_ledger_names_nobody(canary: Member) -> None:
    withdraw_member(member=canary, on=TODAY, by=None)
    erase_members([canary.pk], why="withdrawn")
    lines = [json.loads(line) for line in erasure_ledger().read_text().splitlines()]
    assert {"row", "mark"} == set(lines[-1])
    assert str(canary.public_id) not in str(lines)


# -- the page ----------------------------------------------------------------------------------------------------


def test_page_shows_numbers_and_no_names(client: Client, left: Member, county_admin: User) -> None:
    client.force_login(county_admin)
    page = client.get(reverse("members:leaving")).content.decode()
    assert left.record_number in page
    assert left.name not in page


def test_page_holds_and_agrees_by_two(
    client: Client, left: Member, county_admin: User, city_admin: User
) -> None:
    client.force_login(county_admin)
    until = timezone.localdate() + dt.timedelta(days=30)
    client.post(
        reverse("members:hold", args=[left.public_id]), {"clause": "retention", "ends_on": str(until)}
    )
    kept = ErasureHold.objects.get()
    client.post(reverse("members:agree_hold", args=[kept.pk]))
    assert ErasureHold.objects.get().agreed_by is None
    client.force_login(city_admin)
    client.post(reverse("members:agree_hold", args=[kept.pk]))
    assert "未告知本人" in client.get(reverse("members:leaving")).content.decode()
    client.post(reverse("members:told_hold", args=[kept.pk]), {"told_on": str(timezone.localdate())})
    assert "已告知本人" in client.get(reverse("members:leaving")).content.decode()


def test_page_of_a_neighbour_does_not_know_them(
    client: Client, left: Member, make_user: Callable[..., User], tree: Tree
) -> None:
    client.force_login(make_user("next_admin", "office_admin", tree.other_county))
    assert left.record_number not in client.get(reverse("members:leaving")).content.decode()
    assert client.get(reverse("members:hold", args=[left.public_id])).status_code == 404


def test_page_is_flat(client: Client, make_member: Callable[..., Member], county_admin: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse("members:leaving")).status_code == 200
        return len(caught)

    client.force_login(county_admin)
    for number in range(2):
        withdraw_member(member=make_member(f"离{number}"), on=TODAY, by=None)
    queries()
    few = queries()
    for number in range(10):
        withdraw_member(member=make_member(f"去{number}"), on=TODAY, by=None)
    assert queries() == few <= 11
