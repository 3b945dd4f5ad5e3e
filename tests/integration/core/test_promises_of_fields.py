"""Encrypted and guarded fields on real tables."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.forms import modelform_factory

from apps.accounts.models import User
from apps.core.crypto import WrongRow
from apps.core.fields import readable
from apps.members.models import Member
from apps.pairing.models import Visit

PHONE = "13812345678"


def in_database(member: Member) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM members_member WHERE id = %s", [member.pk])
        return str(cursor.fetchone()[0])


def test_phone_is_ciphertext_in_the_database_and_its_history(member: Member) -> None:
    member.phone = PHONE
    member.save()
    assert PHONE not in in_database(member)
    assert Member.objects.get(pk=member.pk).phone == PHONE
    history: Any = Member._meta.apps.get_model("members", "MemberEvent")
    event = history.objects.filter(pgh_obj_id=member.pk).latest("pgh_id")
    assert event.phone == PHONE
    assert PHONE not in str(history.objects.filter(pk=event.pk).values_list("phone", flat=True)[0])


def test_phone_through_bulk_create_and_update(make_member: Callable[..., Member]) -> None:
    first = make_member("甲一")
    others = [
        Member(
            name="乙二", office=first.office, status="pending", status_since=first.status_since, phone=PHONE
        )
    ]
    (made,) = Member.objects.bulk_create(others)
    assert PHONE not in in_database(made)
    assert Member.objects.get(pk=made.pk).phone == PHONE
    sealed = Member._meta.get_field("phone").sealed(first.public_id, PHONE)
    Member.objects.filter(pk=first.pk).update(phone=sealed)
    assert Member.objects.get(pk=first.pk).phone == PHONE
    with pytest.raises(TypeError, match="plain text"):
        Member.objects.filter(pk=first.pk).update(phone=PHONE)


def test_swapped_phones_are_told_and_no_error_page(make_member: Callable[..., Member]) -> None:
    one, two = make_member("甲一", phone=PHONE), make_member("乙二", phone="13912345678")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_member SET phone = %s WHERE id = %s", [in_database(two), one.pk])
    swapped = Member.objects.get(pk=one.pk)
    with pytest.raises(WrongRow):
        _ = swapped.phone
    assert "不符" in readable(swapped, "phone")
    assert Member.objects.defer("phone").get(pk=two.pk).phone == "13912345678"


def test_typed_text_is_held_back_by_model_and_form(member: Member, town_cadre: User) -> None:
    visit = Visit(text="比较难缠")
    with pytest.raises(ValidationError) as refused:
        visit.clean_fields()
    assert "wording" in {error.code for error in refused.value.error_dict["text"]}
    form = modelform_factory(Visit, fields=["text"])({"text": "态度消极"})
    assert "只记事，不评人" in form.errors["text"][0]
    assert form["text"].value() == "态度消极"
    assert not modelform_factory(Visit, fields=["text"])({"text": "走访企业，设备落后要技改"}).errors
    assert modelform_factory(Visit, fields=["text"])({"text": "好" * 301}).errors
