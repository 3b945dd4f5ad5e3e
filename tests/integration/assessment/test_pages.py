"""The pages: a leader goes from a score to the record behind it; nobody reads a neighbour; declaring takes two people."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.assessment.actions import adopt_scheme, open_scheme
from apps.assessment.models import DeclaredFigure, Indicator, Result, Scheme
from apps.assessment.rollup import roll_up
from apps.members.models import Member
from apps.pairing.models import Pairing, Visit
from tests.cast import Tree
from tests.integration.assessment.test_scoring import SCHEME

Make = Callable[..., Any]


@pytest.fixture
def scheme(tree: Tree, pairing: Pairing, pair: Make, make_member: Make, visit: Make, rebuilt: Make) -> Scheme:
    """The small scheme of test_scoring, open and scored; five pairs in 东镇, one with a visit."""
    for name in ("孙洱", "李珊", "周思", "吴武"):
        pair(make_member(name))
    visit(pairing.member, "03-05")
    rebuilt()
    made = adopt_scheme(SCHEME.encode(), by=None)
    open_scheme(made, by=None)
    roll_up(2026)
    return made


def page(client: Client, user: User, name: str, **kwargs: Any) -> str:
    client.force_login(user)
    answer = client.get(reverse(f"assessment:{name}", kwargs=kwargs))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_scheme_page_shows_rules_in_words(client: Client, scheme: Scheme, city_leader: User) -> None:
    text = page(client, city_leader, "scheme", code="T-2026")
    assert "达到 100% 得 50 分，不足的按比例得分。" in text
    assert "不超过组内单位数的 30%" in text


def test_results_show_what_is_counted_and_what_is_open(
    client: Client, scheme: Scheme, city_leader: User
) -> None:
    text = page(client, city_leader, "results", code="T-2026")
    assert "甲县" in text
    assert "乙县" in text
    assert "有未评项" in text


def test_county_sees_its_own_result_only(
    client: Client, scheme: Scheme, county_admin: User, tree: Tree
) -> None:
    text = page(client, county_admin, "results", code="T-2026")
    assert "甲县" in text
    assert "乙县" not in text
    answer = client.get(reverse("assessment:result", args=["T-2026", tree.other_county.code]))
    assert answer.status_code == 404


def test_every_point_opens_to_its_sum_and_its_records(
    client: Client, scheme: Scheme, city_leader: User, tree: Tree
) -> None:
    text = page(client, city_leader, "result", code="T-2026", office_code=tree.county.code)
    assert "5/5，达到 100%，得满分 50 分" in text
    assert "等待考核机构评定" in text
    assert reverse("assessment:metric", args=["pairing.coverage", tree.county.code]) in text


@pytest.mark.parametrize("metric", ["pairing.coverage", "duties.fulfilled", "pairing.first_contact_30d"])
def test_records_show_numbers_and_no_names(
    client: Client, scheme: Scheme, city_leader: User, tree: Tree, pairing: Pairing, metric: str
) -> None:
    text = page(client, city_leader, "metric", metric_code=metric, office_code=tree.city.code)
    assert pairing.member.name not in text
    if metric != "pairing.first_contact_30d":
        assert pairing.member.record_number in text
    assert "甲县" in text


def test_leader_drills_down_to_the_visit(
    client: Client, scheme: Scheme, city_leader: User, tree: Tree
) -> None:
    text = page(client, city_leader, "metric", metric_code="visits.made", office_code=tree.town.code)
    visit = Visit.objects.get()
    address = reverse("pairing:visit", args=[visit.public_id])
    assert f'<a href="{address}">{visit.number}</a>' in text
    assert client.get(address).status_code == 200


@pytest.fixture
def one_left(scheme: Scheme, tree: Tree) -> None:
    """Only one person stands behind the town's and the county's figures."""
    Pairing.objects.exclude(member__name="钱宜").delete()
    Member.objects.exclude(name="钱宜").delete()
    roll_up(2026)


@pytest.mark.usefixtures("one_left")
def test_figures_of_few_people_are_hidden_from_above(client: Client, city_leader: User, tree: Tree) -> None:
    metric = page(client, city_leader, "metric", metric_code="pairing.coverage", office_code=tree.town.code)
    result = page(client, city_leader, "result", code="T-2026", office_code=tree.county.code)
    for text in (metric, result):
        assert "少于5人" in text
        assert "1/1" not in text
    assert "C0000" not in metric


@pytest.mark.usefixtures("one_left")
def test_figures_of_few_people_are_shown_to_their_own_office(
    client: Client, county_admin: User, tree: Tree
) -> None:
    text = page(client, county_admin, "result", code="T-2026", office_code=tree.county.code)
    assert "1/1，达到 100%，得满分 50 分" in text


def test_metric_of_an_office_elsewhere_does_not_exist(
    client: Client, scheme: Scheme, neighbour: User, tree: Tree
) -> None:
    client.force_login(neighbour)
    for office in (tree.town, tree.county, tree.city):
        address = reverse("assessment:metric", args=["visits.made", office.code])
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("period", ["2026", "2026H1", "2026Q1", "2026-03", "nonsense", "9999"])
def test_metric_page_takes_any_period(
    client: Client, scheme: Scheme, city_leader: User, tree: Tree, period: str
) -> None:
    client.force_login(city_leader)
    address = reverse("assessment:metric", args=["visits.made", tree.city.code])
    assert client.get(address, {"period": period}).status_code == 200


def test_metric_library_says_what_is_not_counted(client: Client, scheme: Scheme, city_leader: User) -> None:
    text = page(client, city_leader, "metrics")
    assert "督办红灯" in text
    assert "缺数据" in text


def test_bad_scheme_file_says_every_fault(client: Client, tree: Tree, city_admin: User) -> None:
    client.force_login(city_admin)
    broken = SCHEME.replace("points: 50", "points: 40").replace("pairing.coverage", "pairing.unknown")
    answer = client.post(
        reverse("assessment:import"), {"file": SimpleUploadedFile("s.yaml", broken.encode())}
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "各指标合计 90 分" in text
    assert "pairing.unknown" in text
    assert not Scheme.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\x00\x01", "无".encode("gbk"), b"PK\x03\x04"])
def test_file_that_is_no_scheme_is_refused(
    client: Client, tree: Tree, city_admin: User, content: bytes
) -> None:
    client.force_login(city_admin)
    answer = client.post(reverse("assessment:import"), {"file": SimpleUploadedFile("s.yaml", content)})
    assert answer.status_code == 422


def test_declared_then_confirmed_by_another(
    client: Client, scheme: Scheme, tree: Tree, county_admin: User, assessor: User
) -> None:
    indicator = Indicator.objects.get(name="获得表彰")
    client.force_login(county_admin)
    declare = reverse("assessment:declare", args=["T-2026", tree.county.code, indicator.pk])
    refused = client.post(declare, {"matter": "先进集体", "level": "省级", "evidence": ""})
    assert refused.status_code == 422
    client.post(declare, {"matter": "先进集体", "level": "省级", "evidence": "示例〔2026〕3号"})
    row = DeclaredFigure.objects.get()
    review = reverse("assessment:review", args=[row.pk])
    assert client.post(review, {"verdict": "confirm"}).status_code == 422
    client.force_login(assessor)
    assert client.post(review, {"verdict": "confirm"}).status_code == 302
    roll_up(2026)
    assert Result.objects.get(office=tree.county).bonus == 2


def test_county_declares_nothing_for_another(
    client: Client, scheme: Scheme, tree: Tree, county_admin: User
) -> None:
    client.force_login(county_admin)
    indicator = Indicator.objects.get(name="获得表彰")
    address = reverse("assessment:declare", args=["T-2026", tree.other_county.code, indicator.pk])
    assert client.get(address).status_code == 404


# API ----------------------------------------------------------------------------------------------------------------


def test_api_result_explains_itself(client: Client, scheme: Scheme, city_leader: User, tree: Tree) -> None:
    client.force_login(city_leader)
    listed = client.get("/api/v1/results/", {"scheme": "T-2026", "office": tree.county.code}).json()
    (row,) = listed["results"]
    assert (row["standing"], row["total"]) == ("open", None)
    detail = client.get(f"/api/v1/results/{row['id']}/").json()
    coverage = next(item for item in detail["items"] if item["indicator"] == "结对覆盖率")
    assert (coverage["points"], coverage["numerator"], coverage["denominator"]) == ("50.00", "5.00", "5.00")


def test_api_schemes_carry_their_rules(client: Client, scheme: Scheme, county_admin: User) -> None:
    client.force_login(county_admin)
    found = client.get("/api/v1/schemes/T-2026/").json()
    assert found["sections"][0]["indicators"][0]["rule"] == "达到 100% 得 50 分，不足的按比例得分。"
    assert client.get("/api/v1/results/").json()["results"][0]["office"] == "990001"


def test_today_is_within_the_scheme() -> None:
    """The tests above declare figures: they need the entry deadline ahead."""
    assert timezone.localdate().year <= 2026
