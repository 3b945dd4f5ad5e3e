"""Statements that are planned once a connection: the same rows, and really no plan made again."""

import pytest
from django.db import connection

from apps.core.arrays import AnyIndexed
from apps.core.prepared import prepared
from apps.members.models import Member
from tests.cast import Tree

pytestmark = pytest.mark.django_db


def test_prepared_query_finds_the_same_rows(member: Member, tree: Tree) -> None:
    def found(*ids: int) -> list[Member]:
        return list(prepared(Member.objects.filter(AnyIndexed("pk", list(ids))).only("name", "office_id")))

    assert found(member.pk) == [member]
    assert found(member.pk, member.pk + 1) == [member]
    assert found(member.pk + 1) == []
    (found_one,) = found(member.pk)
    assert (found_one.name, found_one.office_id) == (member.name, tree.town.pk)
    # What was left out is read when it is asked for.
    assert found_one.status == member.status


def test_prepared_query_sees_what_changed(member: Member) -> None:
    query = Member.objects.filter(AnyIndexed("pk", [member.pk])).only("name")
    assert [each.name for each in prepared(query)] == ["钱宜"]
    Member.objects.filter(pk=member.pk).update(name="王方")
    assert [each.name for each in prepared(query)] == ["王方"]


def test_prepared_query_keeps_its_plan(member: Member) -> None:
    query = Member.objects.filter(AnyIndexed("pk", [member.pk])).only("status_since")
    for _time in range(12):
        assert list(prepared(query)) == [member]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s",
            ["%status_since%ANY%"],
        )
        plans = cursor.fetchall()
    # The first five times PostgreSQL tries what a plan for these very values would bring.
    assert (7, 5) in plans
