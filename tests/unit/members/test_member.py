"""What a member row fills in by itself, and what the database refuses."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from apps.members.models import Member, phone_index_of
from tests.cast import Tree


def pending(tree: Tree, **fields: object) -> Member:
    defaults = {"name": "单田芳", "office": tree.town, "status_since": dt.date(2026, 3, 1)}
    return Member.objects.create(**{**defaults, **fields})


def test_name_fills_its_keys(tree: Tree) -> None:
    member = pending(tree, name="張國華")
    member.refresh_from_db()
    assert (member.name_simplified, member.pinyin, member.pinyin_initials) == (
        "张国华",
        "zhangguohua",
        "zgh",
    )


def test_new_name_carries_its_keys_with_update_fields(tree: Tree) -> None:
    member = pending(tree)
    member.name = "仇英"
    member.save(update_fields=["name"])
    member.refresh_from_db()
    assert member.pinyin == "qiuying"


def test_phone_is_stored_encrypted_and_found_by_its_hash(tree: Tree) -> None:
    member = pending(tree, phone="13812345678")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM members_member")
        assert "13812345678" not in cursor.fetchone()[0]
    assert Member.objects.get(phone_index=phone_index_of("13812345678")).phone == "13812345678"
    assert Member.objects.get(pk=member.pk).phone_index == phone_index_of("13812345678")


def test_saving_a_loaded_member_keeps_the_phone(tree: Tree) -> None:
    pending(tree, phone="13812345678")
    member = Member.objects.get()
    member.save()
    assert Member.objects.get().phone == "13812345678"
    assert Member.objects.get().phone_index == phone_index_of("13812345678")


def refused_at_commit(write: Callable[[], object]) -> None:
    def commit() -> None:
        write()
        connection.check_constraints()

    with pytest.raises(IntegrityError, match="no consent"), transaction.atomic():
        commit()


def test_active_member_without_consent_fails_at_commit(tree: Tree) -> None:
    refused_at_commit(lambda: pending(tree, status=Member.Status.ACTIVE))


def test_raw_insert_of_an_active_member_fails_at_commit(tree: Tree) -> None:
    columns = "public_id, name, name_simplified, pinyin, pinyin_initials, strokes, categories, phone, phone_index, email, gender, status, status_since, contact_preference, version, created_at, office_id, office_path"
    values = "gen_random_uuid(), '甲', '', '', '', '', '{}', '', '', '', '', 'active', '2026-01-01', 'normal', 1, now(), %s, ''"
    with connection.cursor() as cursor:
        refused_at_commit(
            lambda: cursor.execute(
                f"INSERT INTO members_member ({columns}) VALUES ({values})", [tree.town.pk]
            )
        )


def test_last_consent_of_an_active_member_cannot_go(make_member: Callable[..., Member]) -> None:
    consents = make_member().consents
    connection.check_constraints()
    refused_at_commit(lambda: consents.update(withdrawn_on=dt.date(2026, 5, 1)))


def test_withdrawn_member_may_have_withdrawn_consent(make_member: Callable[..., Member]) -> None:
    member = make_member()
    member.consents.update(withdrawn_on=dt.date(2026, 5, 1))
    Member.objects.filter(pk=member.pk).update(status=Member.Status.WITHDRAWN)
    connection.check_constraints()
