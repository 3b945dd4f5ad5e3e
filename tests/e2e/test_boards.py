"""A board in the browser: filter, down to the figure and back, tiles, the task handed out, the workbook, accessibility."""

from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.assessment.models import MetricFact, Rollup
from apps.core.periods import Period
from apps.jobs.models import Job
from apps.jobs.running import run_job
from tests.cast import Tree
from tests.e2e.conftest import SignIn
from tests.e2e.findings import accessibility, overflow, small_targets

COUNTED = (("pairing.coverage", 40), ("duties.fulfilled", 60), ("duties.talk", 60), ("visits.made", None))


@pytest.fixture
def this_year(tree: Tree) -> Period:
    """Facts of the year and of its first quarter: the other county lies far under the whole."""
    year = Period.parse(str(timezone.localdate().year))
    Rollup.objects.create(year=year.year, as_of=timezone.localdate(), counted_at=timezone.now())
    rows = []
    for period in (year.code, f"{year.code}Q1"):
        for office, above in ((tree.city, 30), (tree.county, 35), (tree.other_county, 12), (tree.town, 20)):
            rows += [
                MetricFact(metric=code, period=period, office=office, numerator=above, denominator=below)
                for code, below in COUNTED
            ]
    MetricFact.objects.bulk_create(rows)
    return year


def test_filter_drill_down_and_back(
    page: Page, sign_in: SignIn, city_leader: User, tree: Tree, this_year: Period
) -> None:
    sign_in(page, city_leader)
    page.goto("/dashboard/")
    page.get_by_role("navigation", name="期间").get_by_role("link", name="一季度").click()
    expect(page.get_by_text(f"{this_year.year}年第一季度").first).to_be_visible()
    page.get_by_label("机构", exact=True).select_option(label="\u3000乙县")
    expect(page.get_by_role("heading", name="乙县", level=1)).to_be_visible()
    board = page.url
    assert f"period={this_year.code}Q1" in board
    page.locator(".stat-open", has_text="结对覆盖率").get_by_role(
        "link", name="结对覆盖率", exact=True
    ).click()
    expect(page.get_by_text("12/40").first).to_be_visible()
    page.go_back()
    assert page.url == board
    expect(page.get_by_role("heading", name="乙县", level=1)).to_be_visible()


def test_tile_opens_its_office_by_keyboard_and_keeps_the_metric(
    page: Page, sign_in: SignIn, city_leader: User, tree: Tree, this_year: Period
) -> None:
    sign_in(page, city_leader)
    page.goto("/dashboard/")
    page.locator("#pick-tiles").select_option("pairing.coverage")
    tile = page.locator(".tile", has_text="乙县")
    expect(tile).to_contain_text("明显低于本级")
    tile.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="乙县", level=1)).to_be_visible()
    assert "tiles=pairing.coverage" in page.url


def test_leader_hands_a_figure_out(
    page: Page, sign_in: SignIn, city_leader: User, tree: Tree, this_year: Period
) -> None:
    sign_in(page, city_leader)
    page.goto("/dashboard/")
    page.get_by_role("link", name="交办：乙县 “五个一”完成率").first.click()
    expect(page.get_by_text(f"“五个一”完成率 · 乙县 · {this_year.year}年").first).to_be_visible()


def test_export_is_fetched_and_says_what_the_page_said(
    page: Page, sign_in: SignIn, city_leader: User, tree: Tree, this_year: Period
) -> None:
    sign_in(page, city_leader)
    page.goto("/dashboard/")
    shown = page.locator(".stat-open", has_text="结对覆盖率").locator(".stat-value").inner_text()
    page.get_by_role("button", name="导出 Excel").click()
    expect(page.get_by_text("导出看板").first).to_be_visible()
    run_job(Job.objects.get(kind="dashboard.export").pk)
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="看板-试验市").first.click()
    book = load_workbook(BytesIO(Path(download.value.path()).read_bytes()))
    rows = {row[0]: row[1] for row in book["主要指标"].iter_rows(values_only=True)}
    assert shown.replace("\n", "") == rows["结对覆盖率"] == "75.0%"
    assert "筛选条件" in book.sheetnames


def test_paper_waits_for_every_chart(
    page: Page, sign_in: SignIn, city_leader: User, this_year: Period
) -> None:
    sign_in(page, city_leader)
    page.set_viewport_size({"width": 1440, "height": 300})  # nothing of the charts is in sight
    page.goto("/dashboard/")
    assert page.locator(".chart-canvas svg").count() == 0
    page.evaluate(
        "window.print = () => { document.body.dataset.drawn = document.querySelectorAll('.chart-canvas svg').length }"
    )
    page.get_by_role("button", name="打印").click()
    expect(page.locator("body")).to_have_attribute("data-drawn", "2")


@pytest.mark.parametrize("address", ["/dashboard/", "/dashboard/readiness/", "/cadres/", "/my-year/"])
def test_boards_are_accessible_on_a_desk_and_in_the_hand(
    page: Page,
    phone: Page,
    sign_in: SignIn,
    request: pytest.FixtureRequest,
    this_year: Period,
    address: str,
) -> None:
    viewers = {"/dashboard/readiness/": "city_admin", "/my-year/": "town_cadre"}
    viewer = request.getfixturevalue(viewers.get(address, "city_leader"))
    for screen in (page, phone):
        sign_in(screen, viewer)
        screen.goto(address, wait_until="networkidle")
        assert [*accessibility(screen), *overflow(screen)] == []
    assert small_targets(phone) == []
