import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps

from apps.core import crypto
from apps.core.fields import Ciphertext, EncryptedTextField, readable


@pytest.fixture
def contact(key_file: Path) -> Iterator[Any]:
    with isolate_apps("apps.core"):

        class Contact(models.Model):  # noqa: DJ008
            public_id = models.UUIDField(default=uuid4, unique=True)
            phone = EncryptedTextField(blank=True, default="")

            class Meta:
                app_label = "core"
                db_table = "core_test_contact"

        yield Contact


def stored(row: Any, **kwargs: Any) -> Any:
    """What would be written for the row's phone."""
    field = type(row)._meta.get_field("phone")
    return field.get_db_prep_save(field.pre_save(row, True), connection)


def test_field_writes_ciphertext_and_reads_plain_text(contact: Any) -> None:
    row = contact(phone="13812345678")
    assert row.phone == "13812345678"
    written = stored(row)
    assert type(written) is str
    assert "13812345678" not in written
    again = contact(public_id=row.public_id, phone=Ciphertext(written))
    assert again.phone == "13812345678"
    # Read and saved again: the same ciphertext, so history shows no change that was none.
    assert stored(again) == written


def test_field_refuses_ciphertext_of_another_row(contact: Any) -> None:
    one, two = contact(phone="13812345678"), contact()
    two.phone = Ciphertext(stored(one))
    with pytest.raises(crypto.WrongRow):
        _ = two.phone
    assert readable(two, "phone") == str(crypto.WrongRow())
    assert "13812345678" not in repr(one.__dict__["phone"]) or one.phone == "13812345678"


def test_field_keeps_empty_empty(contact: Any) -> None:
    assert stored(contact()) == ""
    assert contact(phone=Ciphertext("")).phone == ""


def test_field_bulk_form_for_copy(contact: Any) -> None:
    row_id = uuid4()
    sealed = contact._meta.get_field("phone").sealed(row_id, "13812345678")
    assert contact(public_id=row_id, phone=sealed).phone == "13812345678"
    assert contact(public_id=str(row_id), phone=pickle.loads(pickle.dumps(sealed))).phone == "13812345678"
    assert repr(sealed) == "<ciphertext>"


def test_field_never_writes_plain_text(contact: Any) -> None:
    field = contact._meta.get_field("phone")
    with pytest.raises(TypeError, match="plain text") as refused:
        field.get_db_prep_save("13812345678", connection)
    assert "138" not in str(refused.value)


def test_field_cannot_be_compared(contact: Any) -> None:
    with pytest.raises(FieldError, match="Unsupported lookup"):
        contact.objects.filter(phone="13812345678")
    contact.objects.filter(phone__isnull=True)


def test_field_needs_a_public_id(key_file: Path) -> None:
    with isolate_apps("apps.core"):

        class Nobody(models.Model):  # noqa: DJ008
            phone = EncryptedTextField()

            class Meta:
                app_label = "core"

    assert [error.id for error in Nobody._meta.get_field("phone").check()] == ["core.E001"]
