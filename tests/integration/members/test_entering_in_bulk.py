"""What an import enters by statements over many rows is what the same deeds would have written row by row."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.members.importing.batches import ask_to_undo
from apps.members.models import Appointment, Consent, Member, MemberWords, Organization
from apps.members.words import words_later
from tests.cast import Tree
from tests.integration.members.importing import HEAD, applied, person, signed_sheet, worked

pytestmark = pytest.mark.django_db(transaction=True)

SAID = {"工作单位": "东风ＡＢ-12（集团）厂", "职务": "厂长", "所属团体": "甲县商会"}


def people(count: int) -> list[list[str]]:
    return [HEAD, *(person(n, **(SAID if n % 2 else {})) for n in range(count))]


def kept_words() -> list[tuple[Any, ...]]:
    rows = MemberWords.objects.order_by("pk").values_list("pk", "words", "pairs")
    return [(pk, words, sorted(pairs)) for pk, words, pairs in rows]


def found_anew() -> list[tuple[Any, ...]]:
    """The words as the registry's rows say them, found again from nothing, member by member."""
    MemberWords.objects.all().delete()
    with connection.cursor() as cursor:
        for pk in Member.objects.values_list("pk", flat=True):
            cursor.execute("SELECT members_refind(ARRAY[%s])", [pk])
    return kept_words()


@pytest.mark.parametrize("model", [Member, Appointment, Consent])
def test_history_of_new_rows_is_the_rows(model: type[models.Model], tree: Tree, county_admin: User) -> None:
    head = [*HEAD, "本人是否同意登记", "同意日期"]
    rows = [[*row, "是", "2026-03-01"] for row in people(6)[1:]]
    batch = applied([head, *rows], tree.county, county_admin, signed_sheet())
    event: Any = apps.get_model("members", f"{model.__name__}Event")
    columns = [f.attname for f in model._meta.concrete_fields]
    now = list(model._default_manager.order_by("pk").values(*columns))
    then = list(event.objects.order_by("pgh_obj_id").values(*columns))
    assert now == then
    assert now
    assert set(event.objects.values_list("pgh_label", "pgh_created_at")) == {("insert", batch.applied_at)}
    (context,) = set(event.objects.values_list("pgh_context", flat=True))
    assert apps.get_model("pghistory", "Context").objects.get(pk=context).metadata["user"] == county_admin.pk


def test_search_words_after_an_import_are_those_of_the_rows(tree: Tree, county_admin: User) -> None:
    applied(people(6), tree.county, county_admin)
    renamed = {"姓名": "王倩倩", "联系电话": "13800000001", "工作单位": "第３小学"}
    known = Member.objects.get(name=person(1)[0])
    applied([HEAD, person(1, 工作单位="第３小学"), person(0, **SAID)], tree.county, county_admin)
    applied([HEAD, person(9, **renamed)], tree.county, county_admin)
    assert "第3小学" in MemberWords.objects.get(pk=known.pk).words
    kept = kept_words()
    assert kept == found_anew()
    assert len(kept) == Member.objects.count()


def test_triggers_find_words_again_after_a_bulk_writer(tree: Tree, county_admin: User) -> None:
    applied(people(2), tree.county, county_admin)
    first = Member.objects.earliest("pk")
    unit = Organization.objects.create(office=tree.town, name="丙厂", kind="enterprise")
    with transaction.atomic():
        with words_later() as touched:
            Appointment.objects.create(member=first, organization=unit)
            assert "丙厂" not in MemberWords.objects.get(pk=first.pk).words
            touched.add(first.pk)
        assert "丙厂" in MemberWords.objects.get(pk=first.pk).words
        Appointment.objects.filter(organization=unit).delete()
        assert "丙厂" not in MemberWords.objects.get(pk=first.pk).words


def test_audit_names_every_row(tree: Tree, county_admin: User) -> None:
    batch = applied(people(5), tree.county, county_admin)
    rows = AuditEvent.objects.filter(action="create", target_label="members.member")
    assert set(rows.values_list("target_id", "office_path")) == {
        (str(pk), tree.town.path) for pk in Member.objects.values_list("pk", flat=True)
    }
    assert set(rows.values_list("actor", "detail__batch")) == {(county_admin.pk, batch.pk)}


def test_undo_of_two_thousand_takes_as_many_statements_as_of_two(tree: Tree, county_admin: User) -> None:
    many = [person(n % 1600, 联系电话=f"137{n:08d}", 出生年月="") for n in range(2000)]
    counts = []
    for rows in (many[:2], many):
        batch = applied([HEAD, *rows], tree.county, county_admin)
        ask_to_undo(batch, county_admin)
        with CaptureQueriesContext(connection) as asked:
            batch = worked(batch)
        counts.append(len(asked))
        assert batch.undoing == {"removed": len(rows), "restored": 0, "left": []}
        assert not Member.objects.exists()
    assert counts[0] == counts[1]
