"""The main job, end to end: a visit logged in the hand becomes a figure, a record under it, and a report."""

import io
from collections.abc import Callable
from zipfile import ZipFile

import pytest
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader
from pytest_django.fixtures import Settings

from apps.assessment.models import Result
from apps.dashboard.demo.load import load_demo
from apps.dashboard.demo.people import PASSWORD
from apps.jobs.models import Job
from apps.jobs.reaping import reap
from apps.jobs.running import run_job
from apps.pairing.models import Visit
from tests.e2e.conftest import DESK, watch

SAID = "看了新投产的车间，了解用电需求"


def enter(page: Page, username: str) -> None:
    """Through the sign-in page, as people do."""
    page.goto("/accounts/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_label("密码").press("Enter")
    page.wait_for_url(lambda url: "login" not in url)


def work_off() -> None:
    """What the clock and the worker do: queue what is due, then run what is queued."""
    reap()
    for job in Job.objects.filter(state=Job.State.QUEUED).order_by("pk"):
        assert run_job(job.pk), job.kind


@pytest.fixture
def desk(open_context: Callable[..., BrowserContext], trouble: list[str]) -> Callable[[str], Page]:
    """A signed-in page on a desk, a profile of its own for each person."""

    def open_for(username: str) -> Page:
        page = open_context(viewport=DESK, accept_downloads=True).new_page()
        watch(page, trouble)
        enter(page, username)
        return page

    return open_for


def test_visit_travels_from_the_phone_to_the_report(
    phone: Page, desk: Callable[[str], Page], settings: Settings
) -> None:
    settings.DEMO = True
    today = timezone.localdate()
    load_demo("city", today)
    visit = _log_a_visit(phone)
    work_off()
    _drill_down_to(desk("leader"), visit)
    admin = desk("admin")
    for office in ("泰州市", "海陵区", "高港区", "姜堰区", "兴化市", "靖江市", "泰兴市"):
        files = _make_report(admin, office, f"TZ-{today.year}")
        _same_figures(files, office, f"TZ-{today.year}")


def _log_a_visit(phone: Page) -> Visit:
    enter(phone, "cadre")
    phone.goto("/mine/")
    phone.get_by_role("link", name="记联系").first.click()
    phone.get_by_role("radio", name="走访").check()
    phone.get_by_label("内容").first.fill(SAID)
    phone.get_by_role("button", name="保存").click()
    expect(phone.get_by_text("已保存").first).to_be_visible()
    return Visit.objects.get(text=SAID)


def _drill_down_to(page: Page, visit: Visit) -> None:
    """From the city's dashboard to the county, the town, the figure, the record: no name and no text up here."""
    # The list of what is slipping may name them too, with the figure.
    page.get_by_role("link", name="泰兴市", exact=True).first.click()
    page.get_by_role("link", name="黄桥镇", exact=True).first.click()
    page.get_by_role("link", name="走访联系次数").first.click()
    page.get_by_role("link", name=visit.number).click()
    expect(page.get_by_text(visit.number).first).to_be_visible()
    shown = page.locator("#main").inner_text()
    met = visit.met.get().member
    assert met is not None
    assert met.name not in shown
    assert SAID not in shown
    assert met.record_number in shown


def _make_report(page: Page, office: str, scheme: str) -> dict[str, bytes]:
    page.goto("/reports/")
    value = page.locator(f"option[value^='{scheme}:']", has_text=office).first.get_attribute("value")
    page.get_by_label("方案和机构").select_option(value)
    page.get_by_role("button", name="生成报告").click()
    page.wait_for_url("**/jobs/**")
    work_off()
    page.reload()
    files = {}
    for link in page.locator(".job-links a").all():
        with page.expect_download() as download:
            link.click()
        files[download.value.suggested_filename.rsplit(".", 1)[1]] = download.value.path().read_bytes()
    assert set(files) == {"docx", "pdf", "xlsx"}
    return files


def _same_figures(files: dict[str, bytes], office: str, scheme: str) -> None:
    """All three speak of the office, and carry its earned points."""
    assert ZipFile(io.BytesIO(files["docx"])).testzip() is None
    document = Document(io.BytesIO(files["docx"]))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    word = "\n".join([p.text for p in document.paragraphs] + cells)
    pdf = "".join(page.extract_text() for page in PdfReader(io.BytesIO(files["pdf"])).pages)
    book = load_workbook(io.BytesIO(files["xlsx"]))
    sheet = "\n".join(str(v) for ws in book for row in ws.iter_rows(values_only=True) for v in row)
    result = Result.objects.filter(office__name=office, scheme__code=scheme).first()
    for text in (word, pdf.replace("\n", ""), sheet):
        assert office in text
        if result is not None:
            assert str(result.earned.normalize()) in text
