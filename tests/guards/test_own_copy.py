"""The copy of everything held: a table or column of a member that it leaves out fails here."""

from typing import Any

import pytest
from django.apps import apps

from apps.core.privacy import Sensitivity, parse, speaking_fields
from apps.members.merging import of_members
from apps.members.ownfile.copied import columns_of, left_out, tables


def test_every_table_with_a_link_to_a_member_is_copied_or_says_why_not() -> None:
    linked = {link.rpartition(".")[0] for link in of_members.links()}
    assert sorted(linked - set(tables()) - set(left_out())) == []


def test_what_is_left_out_exists_and_has_a_reason() -> None:
    for label, why in left_out().items():
        assert apps.get_model(label)
        assert why


@pytest.mark.parametrize("label", sorted(tables()))
def test_every_personal_column_is_in_the_copy(label: str) -> None:
    table: Any = tables()[label]
    personal = {
        column.name
        for column in speaking_fields(table.model)
        if (says := parse(column.db_comment))
        and says.sensitivity in (Sensitivity.BASIC, Sensitivity.SENSITIVE)
    }
    copied = {column.name for column in columns_of(table)}
    assert sorted(personal - copied - set(table.withheld)) == []
    assert all(table.withheld.values())
