"""An import taken back: what it brought goes, what it changed is as before, what was worked on since stays."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core.access import SYSTEM
from apps.files.models import StoredFile
from apps.members.actions import Particulars, edit_member
from apps.members.importing.batches import ask_to_undo
from apps.members.models import Appointment, Consent, ImportBatch, Member, Organization
from apps.pairing.models import Pairing
from tests.cast import YEAR_START, Tree
from tests.integration.members.importing import HEAD, applied, person, signed_sheet, worked

pytestmark = pytest.mark.django_db(transaction=True)

IGNORED = {"version", "office_path"}


@pytest.fixture
def scan(tree: Tree, county_admin: User) -> StoredFile:
    return signed_sheet()


def undone(batch: ImportBatch, by: User) -> ImportBatch:
    ask_to_undo(batch, by)
    return worked(batch)


def rows_of(model: type[models.Model]) -> list[dict[str, Any]]:
    """The table as it stands, but for what counts edits; values of encrypted columns as stored."""
    rows = model._default_manager.order_by("pk").values()
    return [{name: value for name, value in row.items() if name not in IGNORED} for row in rows]


def everything() -> dict[str, Any]:
    return {m.__name__: rows_of(m) for m in (Member, Appointment, Consent, Organization)}


def test_new_members_go_with_all_they_brought(tree: Tree, county_admin: User, scan: StoredFile) -> None:
    said = {"工作单位": "甲厂", "职务": "厂长", "所属团体": "甲县商会"}
    head = [*HEAD, "本人是否同意登记", "同意日期"]
    rows = [[*person(n, **said), "是", "2026-03-01"] for n in range(5)]
    before = everything()
    batch = applied([head, *rows], tree.county, county_admin, scan)
    assert Member.objects.active().count() == 5
    batch = undone(batch, county_admin)
    assert everything() == before
    assert batch.state == ImportBatch.State.UNDONE
    assert batch.undoing == {"removed": 5, "restored": 0, "left": []}
    for name in ("MemberEvent", "AppointmentEvent", "ConsentEvent", "OrganizationEvent"):
        assert not apps.get_model("members", name).objects.exists()
    assert AuditEvent.objects.filter(action="void", target_label="members.member").count() == 5


def test_changed_members_are_as_before(
    tree: Tree, county_admin: User, make_member: Callable[..., Member]
) -> None:
    known = make_member("王芳", phone="13800000001", gender="female", birth_month="1978-05-01")
    post = Appointment.objects.create(
        member=known,
        organization=Organization.objects.create(office=tree.town, name="甲厂", kind="enterprise"),
        title="厂长",
        ends_on="2026-01-31",
    )
    before = everything()
    said = {"姓名": "王芳", "联系电话": "13900000009", "所在乡镇": "东镇", "工作单位": "甲厂", "职务": "厂长"}
    batch = applied([HEAD, person(1, **said), person(2)], tree.county, county_admin)
    known.refresh_from_db()
    post.refresh_from_db()
    again = known.appointments.get(ends_on=None)
    assert (known.phone, str(post.ends_on)) == ("13900000009", "2026-01-31")
    assert (again.organization_id, again.title) == (post.organization_id, "厂长")
    batch = undone(batch, county_admin)
    assert everything() == before
    known.refresh_from_db()
    assert (known.phone, known.version) == ("13800000001", 3)
    assert batch.undoing == {"removed": 1, "restored": 1, "left": []}


def test_an_edited_row_stays_and_is_named(tree: Tree, county_admin: User) -> None:
    batch = applied([HEAD, person(1), person(2)], tree.county, county_admin)
    first = Member.objects.order_by("pk").first()
    assert first is not None
    edit_member(
        member=first,
        version=1,
        particulars=Particulars(name="王改", office=tree.town, phone="13800000001"),
        by=SYSTEM,
    )
    batch = undone(batch, county_admin)
    assert batch.undoing == {"removed": 1, "restored": 0, "left": [[first.pk, "edited"]]}
    assert Member.objects.get().name == "王改"


def test_a_paired_row_stays(
    tree: Tree, county_admin: User, scan: StoredFile, town_cadre: User, five_duties: object
) -> None:
    head = [*HEAD, "本人是否同意登记", "同意日期"]
    rows = [[*person(n), "是", "2026-03-01"] for n in range(2)]
    batch = applied([head, *rows], tree.county, county_admin, scan)
    paired = Member.objects.order_by("pk").last()
    assert paired is not None
    Pairing.objects.create(office=paired.office, cadre=town_cadre, member=paired, started_on=YEAR_START)
    batch = undone(batch, county_admin)
    assert batch.undoing == {"removed": 1, "restored": 0, "left": [[paired.pk, "linked"]]}
    assert Member.objects.active().get() == paired
    batch.refresh_from_db()
    assert batch.evidence == scan


def test_consent_that_the_import_brought_is_taken_back(
    tree: Tree, county_admin: User, scan: StoredFile
) -> None:
    applied([HEAD, person(1)], tree.county, county_admin)
    head = [*HEAD, "本人是否同意登记", "同意日期"]
    second = applied([head, [*person(1), "是", "2026-03-01"]], tree.county, county_admin, scan)
    assert Member.objects.get().status == Member.Status.ACTIVE
    second = undone(second, county_admin)
    assert second.undoing["restored"] == 1
    assert Member.objects.get().status == Member.Status.PENDING
    assert not Consent.objects.exists()
    assert second.evidence is None


def test_undo_asked_twice_does_nothing_more(tree: Tree, county_admin: User) -> None:
    batch = undone(applied([HEAD, person(1)], tree.county, county_admin), county_admin)
    with pytest.raises(Exception, match="已撤销"):
        ask_to_undo(batch, county_admin)
