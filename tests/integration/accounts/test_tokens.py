import datetime as dt

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from apps.accounts.actions import AccountRefused, issue_token
from apps.accounts.models import TOKEN_PERMISSIONS, ApiToken, User
from apps.core.access import Permission
from apps.core.routes import every_route
from tests.cast import Tree


@pytest.fixture
def machine(system_admin: User, tree: Tree) -> Client:
    secret = issue_token(name="取数", office=tree.county, days=90, by=system_admin)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_token_sees_its_offices(machine: Client) -> None:
    codes = [row["code"] for row in machine.get("/api/v1/offices/").json()["results"]]
    assert codes == ["990001", "990001100", "990001101"]


def test_token_reaches_figures_and_offices_only(machine: Client) -> None:
    reached = {
        route.permission("GET")
        for route in every_route()
        if route.is_api and not route.arguments and "GET" in route.methods
        if machine.get("/" + route.pattern).status_code == 200
    }
    assert reached <= TOKEN_PERMISSIONS
    assert Permission.MEMBER_VIEW not in TOKEN_PERMISSIONS


def test_token_opens_no_page(machine: Client) -> None:
    assert machine.get("/offices/").status_code == 302


@pytest.mark.parametrize("header", ["Bearer tx_unknown", "Bearer", "Bearer a b", "Bearer \xff"])
def test_unknown_token_is_a_problem_document(db: None, header: str) -> None:
    answer = Client(headers={"Authorization": header}).get("/api/v1/offices/")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "authentication_failed"


def test_token_that_ran_out_is_refused(machine: Client) -> None:
    ApiToken.objects.update(expires_at=timezone.now())
    assert machine.get("/api/v1/offices/").status_code == 401


def test_token_is_ended_in_the_browser(machine: Client, system_admin: User) -> None:
    browser = Client()
    browser.force_login(system_admin)
    browser.post(f"/accounts/tokens/{ApiToken.objects.get().pk}/end/")
    assert machine.get("/api/v1/offices/").status_code == 401


def test_token_is_shown_once(client: Client, system_admin: User, tree: Tree) -> None:
    client.force_login(system_admin)
    page = client.post("/accounts/tokens/", {"name": "取数", "office": tree.city.pk, "days": "90"})
    start = page.content.decode().index(">tx_") + 1
    secret = page.content.decode()[start:].split("<")[0]
    assert Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/offices/").status_code == 200
    assert "tx_" not in client.get("/accounts/tokens/").content.decode()


@pytest.mark.parametrize("days", ["0", "91", "x", ""])
def test_token_for_longer_than_90_days_is_refused(
    client: Client, system_admin: User, tree: Tree, days: str
) -> None:
    client.force_login(system_admin)
    client.post("/accounts/tokens/", {"name": "取数", "office": tree.city.pk, "days": days})
    assert not ApiToken.objects.exists()


def test_database_refuses_a_longer_token(system_admin: User, tree: Tree) -> None:
    with pytest.raises(IntegrityError, match="90_days"):
        ApiToken.objects.create(
            name="取数",
            office=tree.city,
            digest="d",
            created_by=system_admin,
            expires_at=timezone.now() + dt.timedelta(days=91),
        )


def test_token_beyond_the_issuers_offices_is_refused(county_admin: User, tree: Tree) -> None:
    with pytest.raises(AccountRefused):
        issue_token(name="取数", office=tree.city, days=1, by=county_admin)


def test_use_is_noted_by_the_day(machine: Client) -> None:
    machine.get("/api/v1/offices/")
    assert ApiToken.objects.get().last_used_on == timezone.localdate()
