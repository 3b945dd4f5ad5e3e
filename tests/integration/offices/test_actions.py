import datetime as dt
from collections.abc import Callable

import pytest

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core.access import Permission
from apps.members.models import Member
from apps.offices.actions import (
    OfficeRefused,
    add_office,
    change_office,
    move_office,
    rename_office,
    scoped_tables,
)
from apps.offices.models import Office, OfficeKind
from apps.pairing.models import Pairing
from tests.cast import Tree


def test_added_office_stands_below_its_parent(tree: Tree, county_admin: User) -> None:
    made = add_office(parent=tree.town, code="V1", name="花园村", kind=OfficeKind.COMMUNITY, by=county_admin)
    assert made.parent_path == Office.objects.get(pk=tree.town.pk).path
    assert AuditEvent.objects.filter(action="create", target_id=str(made.pk), actor=county_admin).exists()


@pytest.mark.parametrize(
    ("code", "kind", "parent", "refused"),
    [
        ("990001101", OfficeKind.COMMUNITY, "town", "code_taken"),
        ("X", OfficeKind.COUNTY, "town", "wrong_kind"),
        ("X", OfficeKind.TOWN, "other_county", "out_of_reach"),
    ],
)
def test_add_is_refused(
    tree: Tree, county_admin: User, code: str, kind: OfficeKind, parent: str, refused: str
) -> None:
    with pytest.raises(OfficeRefused) as error:
        add_office(parent=getattr(tree, parent), code=code, name="新", kind=kind, by=county_admin)
    assert error.value.code == refused


def test_rename_out_of_reach_is_refused(tree: Tree, county_admin: User) -> None:
    with pytest.raises(OfficeRefused):
        rename_office(office=tree.far_town, name="新名", by=county_admin)


def test_town_becomes_a_subdistrict_and_no_county(tree: Tree, county_admin: User) -> None:
    change_office(office=tree.town, changes={"kind": OfficeKind.SUBDISTRICT}, by=county_admin)
    assert Office.objects.get(pk=tree.town.pk).kind == OfficeKind.SUBDISTRICT
    with pytest.raises(OfficeRefused):
        change_office(office=tree.town, changes={"kind": OfficeKind.COUNTY}, by=county_admin)


def test_participation_needs_a_beginning(tree: Tree, county_admin: User) -> None:
    with pytest.raises(OfficeRefused):
        change_office(
            office=tree.town,
            changes={"takes_part_from": None, "takes_part_until": dt.date(2026, 1, 1)},
            by=county_admin,
        )


def test_move_takes_every_row_along(tree: Tree, city_admin: User, pairing: Pairing) -> None:
    moved = move_office(office=tree.town, new_parent=tree.other_county, by=city_admin)
    assert moved.parent_path == Office.objects.get(pk=tree.other_county.pk).path
    for row in (Member.objects.get(), Pairing.objects.get()):
        assert row.office_path == moved.path
    event = AuditEvent.objects.get(action="move")
    assert event.detail == {"from": tree.county.pk, "to": tree.other_county.pk}


def test_move_takes_the_subtree_along(
    tree: Tree, city_admin: User, make_member: Callable[..., Member]
) -> None:
    village = add_office(parent=tree.town, code="V1", name="花园村", kind=OfficeKind.COMMUNITY, by=city_admin)
    make_member(office=tree.town)
    moved = move_office(office=tree.town, new_parent=tree.other_county, by=city_admin)
    assert Office.objects.get(pk=village.pk).parent_path == moved.path
    assert Office.objects.get(pk=tree.other_county.pk).numchild == 2


def test_move_leaves_the_neighbours_rows_alone(
    tree: Tree, city_admin: User, make_member: Callable[..., Member]
) -> None:
    beside = make_member(office=tree.other_town)
    move_office(office=tree.town, new_parent=tree.other_county, by=city_admin)
    beside.refresh_from_db()
    assert beside.office_path == Office.objects.get(pk=tree.other_town.pk).path


def test_who_sees_a_moved_row_changes_with_it(
    tree: Tree, city_admin: User, county_admin: User, neighbour: User, make_member: Callable[..., Member]
) -> None:
    make_member()
    move_office(office=tree.town, new_parent=tree.other_county, by=city_admin)
    assert not Member.objects.visible_to(county_admin, Permission.MEMBER_VIEW).exists()


@pytest.mark.parametrize(
    ("office", "parent", "refused"),
    [
        ("county", "town", "below_itself"),
        ("county", "county", "below_itself"),
        ("town", "county", "same_parent"),
        ("town", "other_town", "wrong_kind"),
        ("county", "other_county", "wrong_kind"),
        ("city", "county", "root"),
    ],
)
def test_move_is_refused(tree: Tree, city_admin: User, office: str, parent: str, refused: str) -> None:
    with pytest.raises(OfficeRefused) as error:
        move_office(office=getattr(tree, office), new_parent=getattr(tree, parent), by=city_admin)
    assert error.value.code == refused


def test_move_to_a_parent_out_of_reach_is_refused(tree: Tree, county_admin: User) -> None:
    with pytest.raises(OfficeRefused) as error:
        move_office(office=tree.town, new_parent=tree.other_county, by=county_admin)
    assert error.value.code == "out_of_reach"


def test_scoped_tables_are_all_that_carry_a_path() -> None:
    assert {"members_member", "pairing_visit", "casework_case"} <= set(scoped_tables())
