"""The first week's list: for who is new, ticked off or closed for good, kept per user."""

import datetime as dt
from collections.abc import Callable

from django.test import Client

from apps.accounts.models import Grant, User
from apps.pairing.models import NewcomerTick, Visit
from apps.pairing.newcomers import first_week, tick_off

TODAY = dt.date(2026, 11, 22)


def undone(user: User) -> list[str]:
    return [str(step.label) for step in first_week(user, TODAY) if not step.is_done]


def test_list_is_there_until_the_first_visit(town_cadre: User, make_visit: Callable[..., Visit]) -> None:
    assert "记第一次联系" in undone(town_cadre)
    make_visit()
    assert undone(town_cadre) == []


def test_new_grant_shows_it_for_two_weeks(town_cadre: User, make_visit: Callable[..., Visit]) -> None:
    make_visit()
    Grant.objects.filter(user=town_cadre).update(starts_on=TODAY - dt.timedelta(days=13))
    assert undone(User.objects.get(pk=town_cadre.pk)) == [
        "认识您的结对成员",
        "看五个一方案",
        "在手机上打开一次登记页，没有网络也能用",
    ]
    Grant.objects.filter(user=town_cadre).update(starts_on=TODAY - dt.timedelta(days=14))
    assert undone(User.objects.get(pk=town_cadre.pk)) == []


def test_steps_are_ticked_once_and_for_oneself(client: Client, town_cadre: User, neighbour: User) -> None:
    client.force_login(town_cadre)
    for _again in range(2):
        assert client.post("/first-week/", {"step": "plan"}).status_code == 302
    client.post("/first-week/", {"step": "nonsense"})
    assert NewcomerTick.objects.count() == 1
    assert "看五个一方案" not in undone(town_cadre)
    assert "看五个一方案" in undone(neighbour)


def test_closed_list_stays_away(client: Client, town_cadre: User) -> None:
    client.force_login(town_cadre)
    assert "第一周" in client.get("/today/").content.decode()
    tick_off(town_cadre, "closed")
    assert "第一周" not in client.get("/today/").content.decode()
