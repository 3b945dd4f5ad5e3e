import datetime as dt
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.casework.models import Task
from apps.notifications.models import CalendarLink
from tests.integration.casework.conftest import OpenCase
from tests.queries import count_queries

CALENDAR = "/inbox/calendar/"


def address_in(page: str) -> str:
    return "/l/" + page.split("/l/", 1)[1].split("<", 1)[0].strip()


def test_calendar_holds_what_has_a_date(
    client: Client, open_case: OpenCase, task: Task, town_cadre: User, neighbour: User
) -> None:
    case = open_case()
    client.force_login(town_cadre)
    page = client.get(CALENDAR, {"month": "2026-03"}).content.decode()
    assert case.number in page
    assert task.number in page
    assert case.number not in client.get(CALENDAR, {"month": "2026-07"}).content.decode()
    assert client.get(CALENDAR, {"month": "nonsense"}).status_code == 200
    client.force_login(neighbour)
    assert case.number not in client.get(CALENDAR, {"month": "2026-03"}).content.decode()


def test_calendar_is_flat(client: Client, open_case: OpenCase, town_cadre: User) -> None:
    client.force_login(town_cadre)
    url = f"{CALENDAR}?month=2026-03"
    client.get(url)
    few = count_queries(client, url)
    for _ in range(5):
        open_case()
    assert count_queries(client, url) == few


def test_phone_reads_numbers_and_days_until_the_link_is_taken_back(
    client: Client, guest: Client, open_case: OpenCase, town_cadre: User, on_day: Callable[[str], None]
) -> None:
    on_day("2026-03-02")
    case = open_case()
    client.force_login(town_cadre)
    address = address_in(client.post(reverse("notifications:subscribe")).content.decode())
    answer = guest.get(address)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    text = answer.content.decode().replace("\r\n ", "")
    assert case.number in text
    assert f"DTSTART;VALUE=DATE:{dt.date(2026, 3, 23):%Y%m%d}" in text
    assert case.member is not None
    assert case.member.name not in text
    assert "想办证" not in text
    client.post(reverse("notifications:unsubscribe"))
    assert guest.get(address).status_code == 410


def test_new_address_ends_the_old_and_so_does_the_account(
    client: Client, guest: Client, town_cadre: User
) -> None:
    client.force_login(town_cadre)
    old, new = [address_in(client.post(reverse("notifications:subscribe")).content.decode()) for _ in "ab"]
    assert [guest.get(each).status_code for each in (old, new)] == [410, 200]
    User.objects.filter(pk=town_cadre.pk).update(is_active=False)
    assert guest.get(new).status_code == 410
    assert CalendarLink.objects.count() == 1
