"""The texts of an export, made column by column, are those of the list, made line by line."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.core.access import Permission
from apps.members.list_rows import COLUMNS, fields_of, lines_of
from apps.members.list_texts import ListTexts
from apps.members.models import Appointment, Member, Organization, OrganizationKind
from apps.members.naming import Naming
from tests.cast import Tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(tree: Tree, make_member: Callable[..., Member]) -> list[Member]:
    """One of the town with all that a list shows, one with nothing, one of another town."""
    whole = make_member("王小明", phone="13812345678", birth_month=dt.date(1978, 5, 1))
    firm = Organization.objects.create(office=tree.town, name="东方厂", kind=OrganizationKind.ENTERPRISE)
    guild = Organization.objects.create(office=tree.town, name="东镇商会", kind=OrganizationKind.CHAMBER)
    for organization, title in [(firm, "经理"), (guild, ""), (firm, "")]:
        Appointment.objects.create(member=whole, organization=organization, title=title)
    Appointment.objects.create(
        member=whole,
        organization=guild,
        title="会长",
        starts_on=dt.date(2020, 1, 1),
        ends_on=timezone.localdate(),
    )
    return [whole, make_member("安宁"), make_member("李四", office=tree.other_town)]


@pytest.mark.parametrize("role", [RoleName.OFFICE_ADMIN, RoleName.LEADER])
@pytest.mark.parametrize("at", ["county", "town"])
def test_texts_by_column_are_those_by_line(
    people: list[Member], tree: Tree, make_user: Callable[..., User], role: RoleName, at: str
) -> None:
    reader = make_user("reader", role, getattr(tree, at))
    columns, naming = tuple(COLUMNS.values()), Naming.of(reader)
    seen = Member.objects.visible_to(reader, Permission.MEMBER_VIEW).order_by("pk")
    texts = ListTexts(columns, naming, lambda column: column.shown)
    by_line = lines_of(seen.values_list(*fields_of(columns)), columns, naming)
    wanted = [tuple(column.shown(line) for column in columns) for line in by_line]
    assert list(texts.of(list(seen.values_list(*texts.fields)))) == wanted
    assert wanted
    assert ("东方厂 经理；东方厂" in wanted[0]) == ("王小明" in wanted[0])
