"""A roster in the browser: uploaded, tried, confirmed, given back, taken back; and a large one whose bar grows."""

import io
import threading
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import connection
from openpyxl import load_workbook
from playwright.sync_api import Error, Page, expect

from apps.accounts.models import User
from apps.jobs.models import Job
from apps.jobs.running import run_job
from apps.members.importing.batches import ask_to_apply, ask_to_try, open_batch
from apps.members.importing.mapping import guess
from apps.members.importing.sheet import Upload
from apps.members.models import Member
from bench.importing import roster
from tests.cast import Tree
from tests.e2e.conftest import SignIn
from tests.fixtures.rosters import roster_file
from tests.integration.members.importing import HEAD, person, work_off

ROWS = 20_000
BAR = "document.querySelector('#import-progress .bar-value')?.textContent ?? null"


def step(page: Page) -> None:
    """The page shows that work is under way; the worker does it, and the page notices by itself."""
    expect(page.locator("#import-progress")).to_be_visible()
    work_off()
    expect(page.locator("#import-progress")).to_have_count(0)


def test_roster_from_upload_to_undo(
    page: Page, sign_in: SignIn, county_admin: User, tree: Tree, tmp_path: Path, settings: object
) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    sign_in(page, county_admin)
    rows = [HEAD, person(1, 工作单位="甲厂", 职务="厂长"), person(2), person(3, 联系电话="1")]
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(roster_file(rows).read() or b"")
    page.goto("/members/import/")
    page.get_by_label("导入机构").select_option(label="　甲县")
    page.get_by_label("花名册").set_input_files(path)
    page.get_by_role("button", name="试读").click()
    step(page)
    expect(page.get_by_text("还没有写入任何内容")).to_be_visible()
    page.get_by_role("link", name="错误 1").click()
    expect(page.get_by_text("手机号码应为 11 位")).to_be_visible()
    _same_sheet_with_reasons(page)
    page.get_by_role("button", name="确认导入").click()
    step(page)
    expect(page.get_by_text("导入完成").first).to_be_visible()
    assert Member.objects.count() == 2
    page.get_by_role("button", name="撤销导入").first.click()
    page.get_by_role("dialog").get_by_role("button", name="撤销导入").click()
    step(page)
    expect(page.get_by_text("删除 2 人，恢复 0 人，保持不变 0 人")).to_be_visible()
    assert Member.objects.count() == 0


def _same_sheet_with_reasons(page: Page) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="下载带错误原因的原表").click()
    sheet = load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    said = [str(row[-1].value) for row in sheet.iter_rows()]
    assert said[0] == "错误原因"
    assert "手机号码应为 11 位" in said[3]


def test_bar_of_a_large_roster_grows(
    page: Page, sign_in: SignIn, county_admin: User, tree: Tree, settings: object
) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    upload = Upload.read("大表.xlsx", ContentFile(roster(tree.town, ROWS)))
    batch = open_batch(
        upload=upload, mapping=guess(upload), office=tree.county, evidence=None, by=county_admin
    )
    # The dry run is over before the page asks twice; entering the rows takes a few seconds.
    run_job(ask_to_try(batch, county_admin).pk)
    batch.refresh_from_db()
    job = ask_to_apply(batch, county_admin)
    sign_in(page, county_admin)
    page.goto(f"/members/import/{batch.pk}/")
    worker = threading.Thread(target=_work, args=(job,))
    worker.start()
    try:
        seen = _watch(page)
    finally:
        worker.join()
    assert seen == sorted(seen)
    assert len({percent for percent in seen if 0 < percent < 100}) >= 1
    expect(page.get_by_role("link", name=f"新增 {ROWS}")).to_be_visible()


def _work(job: Job) -> None:
    try:
        run_job(job.pk)
    finally:
        connection.close()


def _watch(page: Page) -> list[int]:
    """What the bar says until it is gone."""
    seen: list[int] = []
    while (text := _bar(page)) is not None:
        seen += [int(text.rstrip("%"))] if text else []
        page.wait_for_timeout(100)
    return seen


def _bar(page: Page) -> str | None:
    """The bar's figure in one go, since the page replaces it meanwhile; "" while the page itself is being replaced."""
    try:
        found: str | None = page.evaluate(BAR)
    except Error:
        return ""
    return found
