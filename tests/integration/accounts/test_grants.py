import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError
from django.test import Client

from apps.accounts.actions import AccountRefused, Term, end_grant, grant_role
from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.core.access import Permission
from tests.cast import Tree

TODAY = dt.date(2026, 11, 22)
MakeUser = Callable[..., User]


def test_grant_opens_the_office(town_cadre: User, security_admin: User, tree: Tree) -> None:
    grant_role(user=town_cadre, term=Term(RoleName.LEADER, tree.county, TODAY), by=security_admin)
    assert User.objects.get(pk=town_cadre.pk).grants.count() == 2


@pytest.mark.parametrize(
    ("role", "says"),
    [
        (RoleName.CADRE, "已有同样的授权"),
        (RoleName.SYSTEM_ADMIN, "可查看成员资料的角色"),
        (RoleName.AUDITOR, "可查看成员资料的角色"),
    ],
)
def test_combination_is_refused(
    town_cadre: User, security_admin: User, tree: Tree, role: RoleName, says: str
) -> None:
    with pytest.raises(AccountRefused, match=says):
        grant_role(user=town_cadre, term=Term(role, tree.town, TODAY), by=security_admin)


def test_no_one_holds_two_technical_roles(auditor: User, security_admin: User, tree: Tree) -> None:
    with pytest.raises(AccountRefused, match="不能由一人兼任"):
        grant_role(user=auditor, term=Term(RoleName.SYSTEM_ADMIN, tree.city, TODAY), by=security_admin)


def test_database_refuses_two_technical_roles_too(auditor: User, tree: Tree) -> None:
    with pytest.raises(IntegrityError, match="grant_one_technical_role"):
        Grant.objects.create(user=auditor, role=RoleName.SYSTEM_ADMIN, office=tree.town, starts_on=TODAY)


def test_technical_role_after_the_other_ended_is_fine(
    auditor: User, security_admin: User, tree: Tree
) -> None:
    end_grant(grant=auditor.grants.get(), by=security_admin, on=TODAY)
    grant_role(user=auditor, term=Term(RoleName.SYSTEM_ADMIN, tree.city, TODAY), by=security_admin)


def test_nobody_grants_to_themselves(security_admin: User, tree: Tree) -> None:
    with pytest.raises(AccountRefused, match="不能给自己授权"):
        grant_role(user=security_admin, term=Term(RoleName.LEADER, tree.town, TODAY), by=security_admin)


def test_nobody_grants_outside_their_offices(make_user: MakeUser, town_cadre: User, tree: Tree) -> None:
    admin = make_user("county_security", RoleName.SECURITY_ADMIN, tree.county)
    for office in (tree.city, tree.far_town):
        with pytest.raises(AccountRefused, match="自己负责"):
            grant_role(user=town_cadre, term=Term(RoleName.LEADER, office, TODAY), by=admin)


def test_ended_grant_no_longer_holds(town_cadre: User, security_admin: User) -> None:
    end_grant(grant=town_cadre.grants.get(), by=security_admin, on=TODAY)
    grant = town_cadre.grants.get()
    assert grant.ends_on == TODAY - dt.timedelta(days=1)
    assert not Grant.objects.current(TODAY).filter(user=town_cadre).exists()


def test_grant_that_has_not_begun_is_taken_back(town_cadre: User, security_admin: User, tree: Tree) -> None:
    grant = grant_role(user=town_cadre, term=Term(RoleName.LEADER, tree.town, TODAY), by=security_admin)
    end_grant(grant=grant, by=security_admin, on=TODAY)
    assert not Grant.objects.filter(pk=grant.pk).exists()


def test_cover_ends_by_itself(make_user: MakeUser, tree: Tree) -> None:
    user = make_user("cover", RoleName.CADRE, tree.town)
    user.grants.update(ends_on=TODAY)
    assert Grant.objects.current(TODAY).filter(user=user).exists()
    assert not Grant.objects.current(TODAY + dt.timedelta(days=1)).filter(user=user).exists()


def test_users_are_found_by_name_office_role_and_state(
    client: Client, security_admin: User, town_cadre: User, neighbour: User, tree: Tree
) -> None:
    client.force_login(security_admin)
    User.objects.filter(pk=neighbour.pk).update(is_active=False)

    def found(query: str) -> bool:
        page = client.get(f"/accounts/users/?{query}").content.decode()
        return f"/accounts/users/{town_cadre.pk}/" in page

    assert all(
        map(found, ["", "q=董", "q=town_ca", f"office={tree.county.pk}", "role=cadre", "state=active"])
    )
    assert not any(map(found, ["q=xyz", f"office={tree.far_town.pk}", "role=leader", "state=disabled"]))


def test_administrator_of_a_county_sees_its_users_only(
    make_user: MakeUser, town_cadre: User, neighbour: User, city_leader: User, tree: Tree
) -> None:
    admin = make_user("county_security", RoleName.SECURITY_ADMIN, tree.county)
    assert set(User.objects.visible_to(admin, Permission.USER_MANAGE)) == {admin, town_cadre}


def test_refusal_is_said_on_the_page(client: Client, security_admin: User) -> None:
    client.force_login(security_admin)
    answer = client.post(f"/accounts/users/{security_admin.pk}/disable/", follow=True)
    assert "不能对自己的账号进行此操作" in answer.content.decode()
    security_admin.refresh_from_db()
    assert security_admin.is_active
