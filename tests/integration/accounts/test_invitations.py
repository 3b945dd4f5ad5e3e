import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from apps.accounts.actions import AccountRefused, make_invitation
from apps.accounts.models import Grant, Invitation, User
from apps.accounts.roles import RoleName
from apps.audit.models import AuditEvent
from tests.cast import Tree
from tests.integration.accounts.conftest import sign_in

PASSWORD = "vier gelbe Postkutschen"
FORM = {
    "username": "xin.ren",
    "name": "辛仁",
    "full_time": "full",
    "role": "cadre",
    "starts_on": "2026-01-01",
}


def invite(client: Client, tree: Tree, by: User, **changes: object) -> str:
    client.force_login(by)
    return client.post(
        "/accounts/users/invite/", {**FORM, "office": tree.town.pk, **changes}
    ).content.decode()


def link_in(page: str) -> str:
    start = page.index("/accounts/invitation/")
    return page[start : page.index("</textarea>", start)]


def test_invitation_makes_user_grant_and_a_link_shown_once(
    client: Client, tree: Tree, security_admin: User
) -> None:
    link = link_in(invite(client, tree, security_admin))
    user = User.objects.get(username="xin.ren")
    assert not user.has_usable_password()
    assert (user.grants.get().role, user.grants.get().office) == (RoleName.CADRE, tree.town)
    assert link.split("/")[3] not in Invitation.objects.get().digest
    assert link.split("/")[3] not in client.get(f"/accounts/users/{user.pk}/").content.decode()
    assert set(AuditEvent.objects.filter(actor=security_admin).values_list("action", flat=True)) == {
        "create",
        "grant",
        "invite",
    }


def test_link_sets_the_password_once(client: Client, tree: Tree, security_admin: User) -> None:
    link = link_in(invite(client, tree, security_admin))
    guest = Client()
    assert guest.get(link).status_code == 200
    answer = guest.post(link, {"password": PASSWORD, "again": PASSWORD})
    assert answer.headers["Location"] == "/accounts/login/"
    assert sign_in(guest, "xin.ren", PASSWORD).status_code == 302
    assert guest.get(link).status_code == 410
    assert guest.post(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 410


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"password": PASSWORD, "again": "other"}, "两次输入的密码不一致"),
        ({"password": "short", "again": "short"}, "12"),
        ({"password": "xin.ren.2026", "again": "xin.ren.2026"}, "密码太容易猜到"),
    ],
)
def test_unfit_password_keeps_the_link_open(
    client: Client, tree: Tree, security_admin: User, typed: dict[str, str], says: str
) -> None:
    link = link_in(invite(client, tree, security_admin))
    assert says in Client().post(link, typed).content.decode()
    assert Client().get(link).status_code == 200


def test_link_ends_after_48_hours(town_cadre: User, security_admin: User) -> None:
    secret = make_invitation(user=town_cadre, by=security_admin)
    lifetime = Invitation.objects.get().expires_at - timezone.now()
    assert dt.timedelta(hours=47) < lifetime <= dt.timedelta(hours=48)
    Invitation.objects.update(expires_at=timezone.now())
    assert Client().get(f"/accounts/invitation/{secret}/").status_code == 410


def test_new_link_ends_the_one_before(town_cadre: User, security_admin: User) -> None:
    first = make_invitation(user=town_cadre, by=security_admin)
    second = make_invitation(user=town_cadre, by=security_admin)
    assert Client().get(f"/accounts/invitation/{first}/").status_code == 410
    assert Client().get(f"/accounts/invitation/{second}/").status_code == 200


def test_new_password_by_link_keeps_the_second_factor(town_cadre: User, security_admin: User) -> None:
    secret = make_invitation(user=town_cadre, by=security_admin)
    Client().post(f"/accounts/invitation/{secret}/", {"password": PASSWORD, "again": PASSWORD})
    assert Authenticator.objects.filter(user=town_cadre, type="totp").exists()


def test_link_of_a_disabled_user_is_dead(client: Client, town_cadre: User, security_admin: User) -> None:
    secret = make_invitation(user=town_cadre, by=security_admin)
    client.force_login(security_admin)
    client.post(f"/accounts/users/{town_cadre.pk}/disable/")
    client.post(f"/accounts/users/{town_cadre.pk}/enable/")
    assert Client().get(f"/accounts/invitation/{secret}/").status_code == 410


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"username": "Xin Ren"}, "小写字母"),
        ({"username": "town_cadre"}, "已有人使用"),
        ({"ends_on": "2025-01-01"}, "止不能早于起"),
        ({"name": ""}, "请更正"),
    ],
)
def test_unfit_invitation_keeps_what_was_typed(
    client: Client, tree: Tree, security_admin: User, town_cadre: User, changes: dict[str, str], says: str
) -> None:
    page = invite(client, tree, security_admin, **changes)
    assert says in page
    assert "2026-01-01" in page
    assert not User.objects.filter(name="辛仁").exists()


def test_nobody_takes_over_an_account_that_serves_elsewhere_too(
    tree: Tree, make_user: object, city_leader: User
) -> None:
    """A county's security administrator may not send themselves a link for the city's leader."""
    admin = make_user("county_security", RoleName.SECURITY_ADMIN, tree.county)  # type: ignore[operator]
    Grant.objects.create(
        user=city_leader, role=RoleName.CADRE, office=tree.county, starts_on=dt.date(2026, 1, 1)
    )
    with pytest.raises(AccountRefused, match="上级安全管理员"):
        make_invitation(user=city_leader, by=admin)


def test_first_administrator_gets_a_link(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("first_admin", "shouguan", "首管", address="https://tongxin.example")
    printed = capsys.readouterr().out
    assert "https://tongxin.example/accounts/invitation/" in printed
    grant = Grant.objects.get()
    assert (grant.role, grant.office.pk) == (RoleName.SECURITY_ADMIN, tree.city.pk)


def test_first_administrator_is_refused_when_there_is_one(security_admin: User) -> None:
    with pytest.raises(CommandError, match="已经有安全管理员"):
        call_command("first_admin", "zweiter", "次管")


def test_first_administrator_needs_offices(db: None) -> None:
    with pytest.raises(CommandError, match="load_offices"):
        call_command("first_admin", "shouguan", "首管")
