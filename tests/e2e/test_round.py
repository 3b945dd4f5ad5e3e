"""A whole round in the browser, by five roles, on the demo city and a fake clock: from the opened scheme to the verified archive."""

import datetime as dt
import io
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect
from pytest_django.fixtures import Settings

from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.assessment.declaring import give_manual_score
from apps.assessment.evidence import Outcome
from apps.assessment.models import Indicator, Objection, Publication, Result, Scheme
from apps.assessment.rollup import roll_up
from apps.assessment.rounds.judging import give_mark
from apps.assessment.rounds.verifying import verify
from apps.dashboard.demo.load import load_demo
from apps.files.storage import CONTENT_TYPES
from apps.offices.models import Office
from tests.e2e.conftest import DESK, HAND, SignIn, watch

COUNTIES = ["321202", "321203", "321204", "321281", "321282", "321283"]
SCHEME = """
code: RD-{year}
name: 泰州市{year}年度统战工作专项考核
year: {year}
assessed: county
groups:
  - {{name: 城区组, offices: ["321202", "321203", "321204"]}}
  - {{name: 县市组, offices: ["321281", "321282", "321283"]}}
calendar: {{open: {year}-01-15, entry_deadline: {next}-01-05, self_statement: {year}-12-10/{next}-01-05,
           review: {next}-01-06/{next}-01-15, objection_workdays: 5, decision: {next}-01-26, publish: {next}-01-31}}
grades: [{{name: 优秀, at_least: 80, quota: 0.30}}, {{name: 良好, at_least: 70}}, {{name: 合格, at_least: 60}}, {{name: 不合格, at_least: 0}}]
indicators:
  - name: 一、联谊交友
    points: 60
    items:
      - {{name: 结对覆盖率, points: 30, rule: ratio, metric: pairing.coverage, target: 1.0}}
      - {{name: “五个一”完成率, points: 20, rule: ratio, metric: duties.fulfilled, target: 0.95}}
      - {{name: 诉求建议按期办结率, points: 10, rule: ratio, metric: cases.closed_on_time, target: 0.95}}
  - name: 二、重点工作
    points: 40
    items:
      - {{name: 年度重点任务, points: 20, rule: manual}}
      - {{name: 品牌创新, points: 20, rule: judged, judges: 5, drop_extremes: true, descriptors: [[20, 在省级以上推广], [12, 在全市推广], [6, 有特色有成效]]}}
  - name: 加分项
    bonus: true
    cap: 5
    items:
      - {{name: 获得表彰, rule: ladder_items, levels: {{市级: 1, 省级: 2}}}}
"""


class Town:
    """The demo city with its people and a clock that the test moves."""

    def __init__(
        self,
        open_context: Callable[..., BrowserContext],
        trouble: list[str],
        sign_in: SignIn,
        move: Callable[[dt.date], None],
    ) -> None:
        self.open_context, self.trouble, self.sign_in, self.move = open_context, trouble, sign_in, move
        self.year = timezone.localdate().year
        city = Office.objects.get(code="3212")
        self.judges = [self._person(f"judge{n}", f"评{n}", RoleName.ASSESSOR, city) for n in range(1, 6)]
        self.second = self._person("second", "傅核", RoleName.ASSESSOR, city)

    def _person(self, username: str, name: str, role: RoleName, office: Office) -> User:
        user = User.objects.create(username=username, name=name)
        Grant.objects.create(user=user, role=role, office=office, starts_on=dt.date(2020, 1, 1))
        return user

    def page_of(self, username: str, viewport: ViewportSize | None = None) -> Page:
        page = self.open_context(viewport=viewport or DESK).new_page()
        watch(page, self.trouble)
        self.sign_in(page, User.objects.get(username=username))
        return page

    def next_year(self, month: int, day: int) -> dt.date:
        return dt.date(self.year + 1, month, day)

    @property
    def address(self) -> str:
        return f"/assessment/schemes/RD-{self.year}"

    @property
    def scheme(self) -> Scheme:
        return Scheme.objects.get(code=f"RD-{self.year}")

    def indicator(self, name: str) -> Indicator:
        return Indicator.objects.select_related("section__scheme__office").get(
            name=name, section__scheme=self.scheme
        )


def look(page: Page, name: str) -> None:
    """A picture for people, where they ask for it: ROUND_SHOTS=folder."""
    if folder := os.environ.get("ROUND_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture
def town(
    open_context: Callable[..., BrowserContext],
    trouble: list[str],
    sign_in: SignIn,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Town:
    settings.DEMO = True
    today = timezone.localdate()
    load_demo("city", today)

    def move(day: dt.date) -> None:
        monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: day)

    return Town(open_context, trouble, sign_in, move)


def test_a_round_by_five_roles(town: Town) -> None:
    admin = town.page_of("admin")
    _administrator_opens(town, admin)
    town.move(dt.date(town.year, 12, 20))
    roll_up(town.year)
    county = town.page_of("county_admin")
    _county_states(town, county)
    town.move(town.next_year(1, 6))
    _step(town, admin, "进入审核")
    _examiners_review(town)
    town.move(town.next_year(1, 14))
    _step(town, admin, "反馈结果")
    _county_objects(town, county)
    _another_answers(town)
    town.move(town.next_year(1, 26))
    _leader_decides(town)
    _step(town, admin, "公布")
    _everybody_sees(town, admin, county)


def _step(town: Town, page: Page, verb: str) -> None:
    page.goto(f"{town.address}/round/")
    page.get_by_role("button", name=verb, exact=True).first.click()
    dialog = page.get_by_role("dialog", name=verb)
    look(page, f"step-{verb}")
    dialog.get_by_role("button", name=verb, exact=True).click()
    expect(page.get_by_text("已进入下一步")).to_be_visible()


def _administrator_opens(town: Town, page: Page) -> None:
    text = SCHEME.format(year=town.year, next=town.year + 1)
    page.goto("/assessment/import/")
    page.get_by_label("方案文件").set_input_files(
        {"name": "scheme.yaml", "mimeType": "text/yaml", "buffer": text.encode()}
    )
    page.get_by_role("button", name="导入").click()
    page.goto(f"{town.address}/edit/")
    page.get_by_role("button", name="启动方案").click()
    page.get_by_role("dialog").get_by_role("button", name="启动").click()
    page.goto(f"{town.address}/examiners/")
    for card in page.locator(".card", has_text="评委").all():
        for judge in town.judges:
            card.get_by_label(judge.name).check()
        card.get_by_role("button", name="保存").click()
        expect(page.get_by_text("评审人员已更新")).to_be_visible()
    look(page, "examiners")
    page.goto(f"{town.address}/round/")
    expect(page.get_by_text("之后才能进入审核")).to_be_visible()
    look(page, "round-open")


def _county_states(town: Town, page: Page) -> None:
    page.goto(f"{town.address}/round/")
    page.get_by_role("link", name="泰兴市 ·").first.click()
    item = page.locator(".item", has=page.get_by_role("heading", name="品牌创新"))
    item.get_by_label("自评说明").fill("“同心驿站”在全市现场会作经验介绍")
    item.get_by_label("自评分").fill("18")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    item = page.locator(".item", has=page.get_by_role("heading", name="品牌创新"))
    item.locator("input[type=file]").set_input_files(
        {"name": "现场会通知.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 notice"}
    )
    item.get_by_role("button", name="上传佐证").click()
    expect(page.get_by_role("link", name="现场会通知.pdf")).to_be_visible()
    look(page, "statement")
    page.get_by_role("button", name="提交自评").click()
    expect(page.get_by_text("已提交", exact=True)).to_be_visible()


def _examiners_review(town: Town) -> None:
    judge = town.page_of("judge1")
    judge.goto(f"{town.address}/judging/")
    expect(judge.get_by_text("还有 6 项等您评分")).to_be_visible()
    row = judge.get_by_role("row", name="泰兴市")
    row.get_by_role("link", name="评分").click()
    expect(judge.get_by_text("“同心驿站”在全市现场会作经验介绍")).to_be_visible()
    judge.get_by_label("评分").fill("16")
    judge.get_by_label("理由").fill("全市推广，材料齐全")
    look(judge, "mark")
    judge.get_by_role("button", name="保存评分").click()
    expect(judge.get_by_text("还有 5 项等您评分")).to_be_visible()
    look(judge, "judging")
    _judge_marks_by_workbook(town)
    _others_mark(town)
    reviewer = town.page_of("assessor")
    taixing = Office.objects.get(code="321283")
    reviewer.goto(f"{town.address}/offices/{taixing.code}/examine/")
    look(reviewer, "examine")
    reviewer.get_by_role("link", name="评定").click()
    reviewer.get_by_label("部分完成", exact=True).check()
    reviewer.get_by_label("部分完成的得分").fill("15")
    reviewer.get_by_label("依据").fill("九项任务完成八项")
    reviewer.get_by_role("button", name="保存评定").click()
    expect(reviewer.get_by_text("已评定")).to_be_visible()
    admin = town.page_of("admin")
    admin.goto(f"{town.address}/round/")
    expect(admin.get_by_text("还不能进行，因为")).to_be_visible()
    look(admin, "round-blocked")
    admin.goto(f"{town.address}/missing/")
    look(admin, "missing")
    look_at_phone(town, "admin", f"{town.address}/round/", "round-phone")
    task = town.indicator("年度重点任务")
    for code in COUNTIES[:-1]:
        office = Office.objects.get(code=code)
        reviewer_user = User.objects.get(username="assessor")
        give_manual_score(
            task, office, outcome=Outcome.MET, points=Decimal(0), reason="全部完成", by=reviewer_user
        )


def _judge_marks_by_workbook(town: Town) -> None:
    """The second judge takes the grid out, fills in six marks in a spreadsheet, and brings it back; one is wrong at first."""
    judge = town.page_of("judge2")
    judge.goto(f"{town.address}/grid/")
    expect(judge.get_by_text("其中 12 格可由您填写")).to_be_visible()
    look(judge, "grid")
    with judge.expect_download() as taken:
        judge.get_by_role("button", name="导出表格").click()
    book = taken.value.path().read_bytes()
    marks = {code: f"{12 + n} 做法有成效" for n, code in enumerate(COUNTIES)}
    _upload(judge, town, _filled(town, book, marks | {COUNTIES[0]: "99 做法有成效"}))
    expect(judge.get_by_text("有 1 格不能导入")).to_be_visible()
    look(judge, "grid-refused")
    expect(judge.get_by_role("button", name="确认导入")).to_have_count(0)
    judge.get_by_role("link", name="重新上传").click()
    _upload(judge, town, _filled(town, book, marks))
    expect(judge.get_by_text("新增 6，改动 0，不变 0，有误 0")).to_be_visible()
    look(judge, "grid-tried")
    judge.get_by_role("button", name="确认导入").click()
    judge.goto(f"{town.address}/judging/")
    expect(judge.get_by_text("等您评分")).to_have_count(0)


def _upload(page: Page, town: Town, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": "指标表.xlsx", "mimeType": CONTENT_TYPES["xlsx"], "buffer": content}
    )
    page.get_by_role("button", name="核对").click()


def _filled(town: Town, content: bytes, marks: dict[str, str]) -> bytes:
    """The workbook with a judge's marks of 品牌创新 by office."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    rows = {str(row[1].value): row[0].row for row in sheet.iter_rows()}
    columns = {str(cell.value): cell.column for cell in sheet[rows[town.scheme.code]]}
    for code, text in marks.items():
        sheet.cell(rows[code], columns[str(town.indicator("品牌创新").pk)]).value = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _others_mark(town: Town) -> None:
    """The other marks, as the judges give them one by one."""
    indicator = town.indicator("品牌创新")
    for n, code in enumerate(COUNTIES):
        office = Office.objects.get(code=code)
        for k, judge in enumerate(town.judges):
            if k != 1 and not (k == 0 and code == "321283"):
                points = Decimal(8 + (n + k) % 10)
                give_mark(indicator, office, points=points, reason="做法有成效，数据可核", by=judge)


def _county_objects(town: Town, page: Page) -> None:
    page.goto(f"{town.address}/offices/321283/")
    look(page, "result")
    look_at_phone(town, "county_admin", f"{town.address}/offices/321283/", "result-phone")
    row = page.get_by_role("row", name="年度重点任务")
    row.get_by_role("link", name="异议").click()
    page.get_by_label("异议内容").fill("第九项任务已于 12 月 28 日办结，验收单见佐证")
    look(page, "object")
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_text("异议已提交")).to_be_visible()


def _another_answers(town: Town) -> None:
    row = Objection.objects.get()
    first = town.page_of("assessor")
    first.goto(f"/assessment/objections/{row.pk}/")
    expect(first.get_by_text("请换一人")).to_be_visible()
    second = town.page_of("second")
    second.goto(f"/assessment/objections/{row.pk}/")
    second.get_by_label("更改得分", exact=True).check()
    second.get_by_label("更改后的得分").fill("18")
    second.get_by_label("复核意见和理由").fill("验收单属实，第九项按期完成，补计")
    look(second, "objection")
    second.get_by_role("button", name="提交答复").click()
    expect(second.get_by_text("15.00 → 18.00")).to_be_visible()


def _leader_decides(town: Town) -> None:
    leader = town.page_of("leader")
    leader.goto(f"{town.address}/decision/")
    look(leader, "decision")
    row = leader.get_by_role("row", name="高港区")
    row.get_by_role("link", name="调整").click()
    leader.get_by_label("审定等次").select_option("合格")
    leader.get_by_role("button", name="保存").click()
    expect(leader.get_by_text("改变等次须写明理由").first).to_be_visible()
    # The refusal is meant: the browser puts a 422 into its console.
    town.trouble.remove(next(said for said in town.trouble if "422" in said))
    leader.get_by_label("调整理由").fill("年内有一项督办事项未整改到位")
    leader.get_by_role("button", name="保存").click()
    leader.get_by_role("button", name="审定全部").click()
    leader.get_by_role("dialog").get_by_role("button", name="审定").click()
    expect(leader.get_by_text("已进入下一步")).to_be_visible()


def _everybody_sees(town: Town, admin: Page, county: Page) -> None:
    admin.goto(f"{town.address}/publications/")
    admin.get_by_role("button", name="核验").click()
    expect(admin.get_by_text("第 1 版核验一致")).to_be_visible()
    look(admin, "publications")
    assert verify(Publication.objects.get(scheme=town.scheme)) == []
    changed = Result.objects.get(scheme=town.scheme, office__code="321203")
    assert changed.grade == "合格"
    county.goto(f"{town.address}/offices/321283/")
    mine = Result.objects.get(scheme=town.scheme, office__code="321283")
    expect(county.locator(".verdict-points")).to_contain_text(str(mine.total))
    expect(county.locator(".verdict-grade")).to_have_text(mine.grade)
    expect(county.get_by_text("第 1 版")).to_be_visible()
    look(county, "result-published")
    _step(town, admin, "归档")
    admin.goto(f"{town.address}/round/")
    look(admin, "round-archived")


def look_at_phone(town: Town, username: str, address: str, name: str) -> None:
    """The same page in the hand: nothing wider than the screen."""
    page = town.page_of(username, HAND)
    page.goto(address)
    look(page, name)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= HAND["width"], f"{name} is {width} px wide"
