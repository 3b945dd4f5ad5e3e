"""The city's scheme on the small tree, with a few pairs, visits and cases, rolled up and scored."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.accounts.models import User
from apps.assessment.actions import EXAMPLES, adopt_scheme, open_scheme
from apps.assessment.models import Scheme
from apps.assessment.rollup import roll_up
from apps.members.models import Member
from apps.pairing.models import Met, Pairing, PairingPlan, Visit
from apps.pairing.rebuild import rebuild_all
from tests.cast import YEAR_START, Tree

TODAY = dt.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def files_dir(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def people(
    tree: Tree, make_member: Callable[..., Member], town_cadre: User, five_duties: PairingPlan
) -> list[Member]:
    """Seven paired members in 东镇, each seen once a month or less; two in 南镇."""
    members = [make_member(f"张{number}", office=tree.town) for number in "一二三四五六七"]
    members += [make_member(f"李{number}", office=tree.far_town) for number in "一二"]
    for number, member in enumerate(members):
        Pairing.objects.create(office=member.office, cadre=town_cadre, member=member, started_on=YEAR_START)
        for month in range(1, 11, 1 + number % 3):
            visit = Visit.objects.create(
                office=member.office,
                cadre=town_cadre,
                kind="talk",
                happened_on=dt.date(2026, month, 15),
                entered_by=town_cadre,
                text="王五的孩子要上学",
            )
            Met.objects.create(visit=visit, office=member.office, member=member)
    rebuild_all(2026)
    return members


@pytest.fixture
def scheme(tree: Tree, people: list[Member]) -> Scheme:
    body = yaml.safe_load((EXAMPLES / "TZ-2026.yaml").read_text())
    body["code"] = "T-2026"
    body["groups"] = [{"name": "县组", "offices": ["990001", "990002"]}]
    scheme = adopt_scheme(yaml.safe_dump(body, allow_unicode=True, sort_keys=False).encode(), by=None)
    open_scheme(scheme, by=None)
    roll_up(2026, today=TODAY)
    return scheme
