import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.models import User
from apps.members.models import Member
from apps.pairing.actions import log_visit
from apps.pairing.models import Pairing, Visit
from apps.pairing.rules import VisitContent


@pytest.fixture
def make_visit(pairing: Pairing, town_cadre: User) -> Callable[..., Visit]:
    """A visit of the town cadre with their member."""

    def make(**said: Any) -> Visit:
        members: tuple[Member, ...] = said.pop("members", (pairing.member,))
        content = VisitContent(
            members=tuple(member.public_id for member in members),
            **{"kind": "talk", "happened_on": dt.date(2026, 3, 5), **said},
        )
        return log_visit(
            public_id=uuid.uuid4(), content=content, by=town_cadre, among=Member.objects.all(), confirmed=True
        ).visit

    return make


@pytest.fixture
def pair_with(town_cadre: User) -> Callable[[Member], Pairing]:
    """Pairs a member with the town cadre since January."""

    def pair(member: Member) -> Pairing:
        return Pairing.objects.create(
            office=member.office, cadre=town_cadre, member=member, started_on=dt.date(2026, 1, 1)
        )

    return pair
