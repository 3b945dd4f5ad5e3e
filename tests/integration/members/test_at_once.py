"""Two who do the same at the same moment."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from apps.core.access import SYSTEM
from apps.members.actions import AlreadyRegistered, EditConflict, Particulars, edit_member, register_member
from apps.members.models import Member
from tests.cast import Tree

pytestmark = pytest.mark.django_db(transaction=True)


def outcomes(*deeds: object) -> list[str]:
    """What came of deeds done in threads of their own."""

    def done(deed: object) -> str:
        try:
            deed()  # type: ignore[operator]
        except (AlreadyRegistered, EditConflict) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(done, deeds))


def test_a_form_sent_twice_registers_once(tree: Tree) -> None:
    person = Particulars(name="王芳", office=tree.town, phone="13812345678")

    def register() -> None:
        register_member(particulars=person, consent=None, by=SYSTEM)

    assert outcomes(register, register, register) == ["AlreadyRegistered", "AlreadyRegistered", "done"]
    assert Member.objects.count() == 1


def test_one_of_two_editors_is_told(tree: Tree) -> None:
    member = Member.objects.create(name="王芳", office=tree.town, status_since=dt.date(2026, 3, 1))

    def edit(name: str) -> None:
        typed = Particulars(name=name, office=tree.town)
        edit_member(member=member, version=1, particulars=typed, by=SYSTEM)

    assert outcomes(lambda: edit("王一"), lambda: edit("王二")) == ["EditConflict", "done"]
    assert Member.objects.get().version == 2
