"""The grid of offices and items goes out, is tried and goes in as the same entries typed on the pages; hostile files do not."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.assessment.grids.entering import try_out
from apps.assessment.grids.workbook import Filled
from apps.assessment.models import Assessed, DeclaredFigure, ManualScore, Mark, Result, ResultItem
from apps.assessment.rounds.snapshots import TOTALS
from apps.assessment.scoring import score_scheme
from apps.offices.models import Office, OfficeKind
from tests.integration.assessment.conftest import below
from tests.integration.assessment.rounds.conftest import REVIEW_DAY, D, Round, indicator

AT = "/assessment/schemes/R-2026/grid/"
Cells = dict[tuple[str, str], object]


@pytest.fixture
def book(client: Client, running: Round) -> Callable[..., bytes]:
    """The workbook as this user takes it out, with cells (office code, item) filled in."""

    def make(user: User, cells: Cells | None = None, digest: str = "") -> bytes:
        client.force_login(user)
        answer = client.post(f"{AT}export/")
        assert answer.status_code == 302
        download = client.get(answer["Location"])
        content = download.getvalue()
        return fill(content, cells or {}, digest)

    return make


def fill(content: bytes, cells: Cells, digest: str = "") -> bytes:
    opened = openpyxl.load_workbook(io.BytesIO(content))
    page = opened.worksheets[0]
    rows = {str(row[1].value): row[0].row for row in page.iter_rows()}
    columns = {str(cell.value): cell.column for cell in page[rows["R-2026"]]}
    if digest:
        page.cell(rows["R-2026"], 3).value = digest
    for (office, item), text in cells.items():
        page.cell(rows[office], columns[str(indicator(item).pk)]).value = text
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


def upload(client: Client, content: bytes) -> Any:
    return client.post(AT, {"file": SimpleUploadedFile("表.xlsx", content)})


def confirm(client: Client, content: bytes) -> str:
    ticket = upload(client, content).context["ticket"]
    assert ticket
    return client.post(f"{AT}enter/", {"ticket": ticket}, follow=True).content.decode()


def test_marks_are_tried_and_then_entered(running: Round, client: Client, book: Callable[..., bytes]) -> None:
    running.to_review()
    judge, county = running.judges[0], running.tree.county
    content = book(judge, {(county.code, "品牌创新"): "15 做法清楚"})
    answer = upload(client, content)
    assert answer.context["counts"] == {"new": 1, "changed": 0, "unchanged": 0, "refused": 0}
    assert not Mark.objects.exists()
    confirm(client, content)
    mark = Mark.objects.get()
    assert (mark.judge, mark.office, mark.points, mark.reason) == (judge, county, 15, "做法清楚")
    assert upload(client, book(judge)).context["counts"]["unchanged"] == 1
    again = upload(client, fill(content, {(county.code, "品牌创新"): "16 做法清楚"}))
    assert (again.context["tried"][0].fate, again.context["tried"][0].before) == ("changed", "15 做法清楚")
    # Blind: the next judge takes nothing of it out.
    assert "做法清楚" not in str(texts_of(book(running.judges[1])))


def texts_of(content: bytes) -> list[object]:
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [cell.value for row in page.iter_rows() for cell in row]


POINTS = {"990001": (10, 12, 14, 16, 18), "990002": (9, 20, 13, 15, 8)}


def scores(running: Round) -> list[dict[str, Any]]:
    """What the round's offices and items have got."""
    score_scheme(running.scheme, today=REVIEW_DAY)
    totals = Result.objects.order_by("office__path").values("office__code", *TOTALS)
    items = ResultItem.objects.order_by("result__office__path", "indicator")
    return [*totals, *items.values("indicator", "state", "points", "evidence")]


def test_a_whole_round_by_grid_scores_as_by_hand(
    running: Round, client: Client, book: Callable[..., bytes]
) -> None:
    """Every office's marks of all five judges and its verdict, from workbooks and, undone again, by hand."""
    running.to_review()
    offices = [running.tree.county, running.tree.other_county]
    with transaction.atomic():
        for office in offices:
            running.verdict(office)
            running.mark_all(office, *POINTS[office.code])
        by_hand = scores(running)
        transaction.set_rollback(True)
    assert not Mark.objects.exists()
    for number, judge in enumerate(running.judges):
        cells = {(code, "品牌创新"): f"{points[number]} 做法清楚" for code, points in POINTS.items()}
        confirm(client, book(judge, cells))
    confirm(client, book(running.reviewer, {(office.code, "专项"): "部分完成 20 验收" for office in offices}))
    assert scores(running) == by_hand
    # Of five marks the highest and the lowest are dropped.
    assert {each["points"] for each in by_hand if each.get("indicator") == indicator("品牌创新").pk} == {
        D("14.00"),
        D("12.33"),
    }
    assert {each["standing"] for each in by_hand if "standing" in each} == {"final"}


def test_trying_out_a_grid_reads_twenty_offices_as_two(running: Round) -> None:
    """What stands already costs nothing; each new cell is one entry of its own."""
    item = indicator("获得表彰")

    def queries() -> int:
        filled = [
            Filled(each.office.code, str(item.pk), "市级 先进｜1号")
            for each in running.scheme.assessed_offices.select_related("office")
        ]
        for each in filled:
            if not item.declared_figures.filter(office__code=each.office).exists():
                item.declared_figures.create(
                    office=Office.objects.get(code=each.office),
                    numerator=1,
                    matter="先进",
                    level="市级",
                    evidence="1号",
                    declared_by=running.admin,
                )
        with CaptureQueriesContext(connection) as asked:
            tried = try_out(running.scheme, filled, by=running.admin)
        assert {each.fate for each in tried} == {"unchanged"}
        return len(asked)

    queries()
    few = queries()
    group = running.scheme.groups.get()
    for number in range(18):
        county = below(running.tree.city, code=f"99001{number}", name=f"{number}县", kind=OfficeKind.COUNTY)
        Assessed.objects.create(scheme=running.scheme, group=group, office=county)
    assert queries() == few


def test_verdicts_and_declarations_keep_their_four_eyes(
    running: Round, client: Client, book: Callable[..., bytes]
) -> None:
    county = running.tree.county
    confirm(client, book(running.county, {(county.code, "获得表彰"): "省级 集体先进｜X发〔2026〕3号"}))
    figure = DeclaredFigure.objects.get()
    assert (figure.matter, figure.level, figure.evidence) == ("集体先进", "省级", "X发〔2026〕3号")
    assert (figure.state, figure.declared_by) == ("declared", running.county)
    assert upload(client, book(running.county)).context["counts"]["unchanged"] == 1
    confirm(client, book(running.reviewer, {(county.code, "专项"): "部分完成 12.5 验收"}))
    verdict = ManualScore.objects.get()
    assert (verdict.outcome, verdict.points, verdict.given_by) == ("part", 12.5, running.reviewer)


def test_wrong_cells_say_why_and_nothing_goes_in(
    running: Round, client: Client, book: Callable[..., bytes]
) -> None:
    county, other = running.tree.county, running.tree.other_county
    cells = {
        (county.code, "专项"): "完成 验收",
        (county.code, "品牌创新"): "15 好",
        (county.code, "获得表彰"): "国家级 集体先进",
        (other.code, "专项"): "差不多 验收",
        (other.code, "获得表彰"): 7,
    }
    answer = upload(client, book(running.reviewer, cells))
    whys = {(each.office, each.item): each.why for each in answer.context["tried"]}
    assert answer.context["counts"]["refused"] == 4
    assert answer.context["ticket"] == ""
    assert "现在不在审核阶段" in whys[county.name, "品牌创新"]
    assert "级别" in whys[county.name, "获得表彰"]
    assert "结论" in whys[other.name, "专项"]
    assert not ManualScore.objects.exists()


def test_what_changed_after_the_trial_is_not_overwritten(
    running: Round, client: Client, book: Callable[..., bytes]
) -> None:
    county = running.tree.county
    ticket = upload(client, book(running.reviewer, {(county.code, "专项"): "完成 验收"})).context["ticket"]
    running.verdict(county)
    assert "没有导入" in client.post(f"{AT}enter/", {"ticket": ticket}, follow=True).content.decode()
    assert ManualScore.objects.get().outcome == "part"
    client.force_login(running.second)
    assert "核对已过期" in client.post(f"{AT}enter/", {"ticket": ticket}, follow=True).content.decode()


def test_hostile_files_are_refused(running: Round, client: Client, book: Callable[..., bytes]) -> None:
    stale = book(running.reviewer, digest="0" * 16)
    empty = io.BytesIO()
    openpyxl.Workbook().save(empty)
    for content in (b"", b"x", b"PK\x03\x04broken", empty.getvalue(), stale, b"\x00" * 2_100_000):
        assert upload(client, content).status_code == 422
    county = running.tree.county.code
    long = fill(book(running.reviewer), {(county, "专项"): "完成 " + "字" * 3000})
    assert upload(client, long).context["counts"]["refused"] == 1


def test_signature_sheet_is_the_judges_and_later_the_administrators(running: Round, client: Client) -> None:
    running.to_review()
    running.verdict(running.tree.county)
    running.verdict(running.tree.other_county)
    for office in (running.tree.county, running.tree.other_county):
        running.mark_all(office)
    address = f"/assessment/schemes/R-2026/judging/{running.judges[0].pk}/sheet/"

    def status(user: User) -> int:
        client.force_login(user)
        return client.get(address).status_code

    assert [status(user) for user in (running.judges[0], running.judges[1], running.admin)] == [200, 404, 404]
    client.force_login(running.judges[0])
    assert "做法清楚" in client.get(address).content.decode()
    running.step("objection")
    assert [status(user) for user in (running.admin, running.judges[1], running.county)] == [200, 404, 404]
