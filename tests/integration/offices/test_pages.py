import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.offices.models import Office, OfficeKind
from tests.cast import Tree


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_city_sees_its_counties_and_their_towns(client: Client, tree: Tree, city_leader: User) -> None:
    client.force_login(city_leader)
    page = text(client, "/offices/")
    assert all(name in page for name in ("试验市", "甲县", "东镇", "乙县", "南镇"))


def test_town_sees_itself_only(client: Client, tree: Tree, town_cadre: User) -> None:
    client.force_login(town_cadre)
    page = text(client, "/offices/")
    assert "东镇" in page
    assert "西镇" not in page
    assert client.get(reverse("offices:office", args=[tree.other_town.code])).status_code == 404


@pytest.mark.parametrize("words", ["南", "990002100"])
def test_search_finds_by_name_and_code(client: Client, tree: Tree, city_leader: User, words: str) -> None:
    client.force_login(city_leader)
    page = text(client, f"/offices/?q={words}")
    assert "南镇" in page
    assert "东镇" not in page


def test_search_for_nothing_there_says_so(client: Client, city_leader: User) -> None:
    client.force_login(city_leader)
    assert "没有找到机构" in text(client, "/offices/?q=火星")


def test_tree_is_flat(client: Client, tree: Tree, city_leader: User) -> None:
    client.force_login(city_leader)
    client.get("/offices/")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/offices/")
        return len(captured)

    few = queries()
    for number in range(20):
        fields = {"code": f"T{number}", "name": f"第{number}镇", "kind": OfficeKind.TOWN}
        Office.objects.add_child(Office.objects.get(pk=tree.county.pk), create_kwargs=fields)
    assert queries() == few


def test_refused_form_keeps_what_was_typed(client: Client, tree: Tree, county_admin: User) -> None:
    client.force_login(county_admin)
    data = {"name": "花园村", "kind": "community", "code": tree.other_town.code}
    answer = client.post(reverse("offices:add", args=[tree.town.code]), data)
    page = answer.content.decode()
    assert "这个代码已有机构使用" in page
    assert "花园村" in page


def test_moving_in_the_browser(client: Client, tree: Tree, city_admin: User) -> None:
    client.force_login(city_admin)
    url = reverse("offices:move", args=[tree.town.code])
    assert "乙县" in text(client, url)
    answer = client.post(url, {"parent": tree.other_county.pk}, follow=True)
    assert "已调整隶属" in answer.content.decode()


def test_leader_sees_no_way_to_change(client: Client, tree: Tree, city_leader: User) -> None:
    client.force_login(city_leader)
    assert "调整隶属" not in text(client, reverse("offices:office", args=[tree.town.code]))


def test_api_gives_the_tree_in_pages(client: Client, tree: Tree, city_leader: User) -> None:
    client.force_login(city_leader)
    body = client.get("/api/v1/offices/?below=990001&kind=town").json()
    assert [(row["code"], row["parent"]) for row in body["results"]] == [
        ("990001100", "990001"),
        ("990001101", "990001"),
    ]
    assert client.get("/api/v1/offices/9900/").json()["parent"] is None
