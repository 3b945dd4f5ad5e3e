import json
import re
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.assessment.models import Result, Scheme
from apps.audit.models import AuditEvent
from apps.core.access import SYSTEM
from apps.core.refusals import Refusal
from apps.files.models import StoredFile
from apps.jobs.models import Job
from apps.jobs.running import run_job
from apps.members.models import Member
from apps.offices.models import Office
from apps.reports.actions import ask_for_report, make_report
from apps.reports.building import build
from apps.reports.figures import from_snapshot
from apps.reports.models import Report
from apps.reports.subjects import Subject
from tests.cast import Tree

pytestmark = pytest.mark.django_db


def about(office: Office, scheme: Scheme | None = None) -> Subject:
    return Subject(office, 2026, scheme)


def test_build_says_what_assessment_says(scheme: Scheme, tree: Tree) -> None:
    figures = build(about(tree.city, scheme), SYSTEM).figures
    totals = {standing.code: standing.total for standing in figures.standings}
    assert totals == dict(Result.objects.filter(scheme=scheme).values_list("office__code", "total"))
    coverage = figures.headline[0]
    assert (coverage.code, coverage.numerator, coverage.denominator) == ("pairing.coverage", 9, 9)
    assert figures.series[0].months == (9, 3, 6, 6, 6, 3, 9, 3, 6, 6, 0, None)


def test_build_of_a_county_is_about_itself(scheme: Scheme, tree: Tree) -> None:
    figures = build(about(tree.county, scheme), SYSTEM).figures
    assert figures.about_itself
    assert [standing.code for standing in figures.standings] == [tree.county.code]
    assert [row.name for row in figures.breakdown] == ["东镇", "西镇"]


def test_build_hides_offices_with_fewer_than_five_people(scheme: Scheme, tree: Tree) -> None:
    figures = build(about(tree.city, scheme), SYSTEM).figures
    small = next(row for row in figures.breakdown if row.code == tree.other_county.code)
    assert [figure.hidden for figure in small.figures] == [True, True, True, True]
    coverage = next(i for i in figures.indicators if i.name == "结对覆盖率")
    assert all(outcome.figure is not None and outcome.figure.hidden for outcome in coverage.outcomes)


def test_build_holds_no_name_of_anybody(scheme: Scheme, tree: Tree, town_cadre: User) -> None:
    report = make_report(subject=about(tree.city, scheme), by=SYSTEM)
    told = json.dumps(report.snapshot, ensure_ascii=False)
    names = [*Member.objects.values_list("name", flat=True), *User.objects.values_list("name", flat=True)]
    assert [name for name in names if name in told] == []
    assert "王五" not in told
    assert report.snapshot["records"]


@pytest.mark.parametrize(
    ("who", "office", "allowed"),
    [
        ("city_admin", "city", True),
        ("city_leader", "county", True),
        ("county_admin", "county", True),
        ("county_admin", "city", False),
        ("county_admin", "other_county", False),
        ("town_cadre", "county", False),
        ("auditor", "city", False),
    ],
)
def test_build_asks_for_the_right_to_export(
    scheme: Scheme, tree: Tree, request: pytest.FixtureRequest, who: str, office: str, allowed: bool
) -> None:
    by = request.getfixturevalue(who)
    if allowed:
        assert build(about(getattr(tree, office), scheme), by)
    else:
        with pytest.raises(Refusal):
            build(about(getattr(tree, office), scheme), by)


def test_build_without_results_says_what_to_do(scheme: Scheme, tree: Tree) -> None:
    Result.objects.all().delete()
    with pytest.raises(Refusal, match="请先汇总"):
        build(about(tree.city, scheme), SYSTEM)


def test_report_keeps_its_figures_when_the_facts_move_on(
    scheme: Scheme, tree: Tree, city_admin: User
) -> None:
    report = make_report(subject=about(tree.city, scheme), by=city_admin)
    before = from_snapshot(Report.objects.get().snapshot)
    Result.objects.update(total=1)
    assert from_snapshot(Report.objects.get().snapshot) == before
    assert report.sha256 == Report.objects.get().sha256


@pytest.mark.django_db(transaction=True)
def test_journey_ask_wait_fetch(client: Client, scheme: Scheme, tree: Tree, city_admin: User) -> None:
    client.force_login(city_admin)
    page = client.get(reverse("reports:list")).content.decode()
    assert f"{scheme.code}:{tree.county.code}" in page
    answer = client.post(
        reverse("reports:make"), {"subject": f"T-2026:{tree.city.code}", "formats": ["docx", "pdf", "xlsx"]}
    )
    job = Job.objects.get()
    assert answer["Location"] == reverse("jobs:detail", args=[job.public_id])
    assert run_job(job.pk)

    job.refresh_from_db()
    assert (job.state, job.progress, job.error) == ("done", 100, "")
    fetched = {link["label"].rpartition(".")[2]: fetch(client, link["url"]) for link in job.result["links"]}
    assert set(fetched) == {"docx", "pdf", "xlsx"}
    assert totals_in(fetched["docx"], fetched["pdf"], fetched["xlsx"]) == [True] * 6
    assert AuditEvent.objects.filter(action="export").count() == 3
    assert AuditEvent.objects.filter(action="download").count() == 3


def fetch(client: Client, url: str) -> Path:
    response: Any = client.get(url)
    assert response.status_code == 200
    b"".join(response.streaming_content)
    return StoredFile.objects.get(public_id=url.rstrip("/").rpartition("/")[2]).path


def totals_in(word: Path, pdf: Path, excel: Path) -> list[bool]:
    """For each office and format: its total is there."""
    with word.open("rb") as file:
        cells = {
            cell.text for table in docx.Document(file).tables for row in table.rows for cell in row.cells
        }
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages))
    with excel.open("rb") as file:
        book = openpyxl.load_workbook(file)
    numbers = {cell for row in book["考核得分汇总"].iter_rows(values_only=True) for cell in row}
    totals = list(Result.objects.values_list("total", flat=True))
    return (
        [str(t) in cells for t in totals]
        + [str(t) in text for t in totals]
        + [float(t) in numbers for t in totals]
    )


def test_job_refuses_when_the_grant_has_ended(scheme: Scheme, tree: Tree, county_admin: User) -> None:
    job = ask_for_report(subject=about(tree.county, scheme), formats=["xlsx"], by=county_admin)
    county_admin.grants.update(ends_on="2026-01-01")
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "不能为该机构导出" in job.error
    assert StoredFile.objects.filter(purpose="report").count() == 0


def test_files_again_come_from_the_same_figures(
    client: Client, scheme: Scheme, tree: Tree, county_admin: User, neighbour: User, city_admin: User
) -> None:
    report = make_report(subject=about(tree.county, scheme), by=county_admin)
    client.force_login(city_admin)
    client.post(reverse("reports:files_again", args=[report.public_id]))
    job = Job.objects.get()
    run_job(job.pk)
    job.refresh_from_db()
    assert job.result["sha256"] == report.sha256
    assert Report.objects.count() == 1


def test_list_form_keeps_what_was_chosen_and_says_what_is_wrong(
    client: Client, scheme: Scheme, city_admin: User
) -> None:
    client.force_login(city_admin)
    response = client.post(reverse("reports:make"), {"subject": "T-2026:0000"})
    assert response.status_code == 422
    assert Job.objects.count() == 0


def test_list_page_is_flat(
    client: Client, scheme: Scheme, tree: Tree, city_admin: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        make_report(subject=about(tree.county, scheme), by=city_admin)
    client.force_login(city_admin)
    with django_assert_max_num_queries(15):
        client.get(reverse("reports:list"))


def test_api_gives_reports_of_my_offices(
    client: Client, scheme: Scheme, tree: Tree, county_admin: User, city_admin: User
) -> None:
    city = make_report(subject=about(tree.city, scheme), by=city_admin)
    county = make_report(subject=about(tree.county, scheme), by=county_admin)
    client.force_login(county_admin)
    rows = client.get(reverse("api:report-list")).json()["results"]
    assert [row["id"] for row in rows] == [str(county.public_id)]
    one = client.get(reverse("api:report-detail", args=[county.public_id])).json()
    assert one["snapshot"]["office_code"] == tree.county.code
    assert client.get(reverse("api:report-detail", args=[city.public_id])).status_code == 404


@pytest.mark.parametrize("format_", ["docx", "pdf", "xlsx"])
def test_command_writes_a_whole_file(scheme: Scheme, tmp_path: Path, format_: str) -> None:
    out = tmp_path / f"报告.{format_}"
    call_command("export_report", scheme="T-2026", format_=format_, out=out)
    assert out.stat().st_size > 5_000
    assert [file for file in tmp_path.iterdir() if file.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"scheme": "X"}, "没有代码为 X 的考核方案"),
        ({"office": "0"}, "没有代码为 0 的机构"),
        ({"office": "990001100"}, "不能为该机构"),
        ({"out": Path("/nowhere/a.pdf")}, "无法写入"),
    ],
)
def test_command_says_what_is_wrong(
    scheme: Scheme, tmp_path: Path, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        call_command(
            "export_report", **{"scheme": "T-2026", "format_": "pdf", "out": tmp_path / "a.pdf", **options}
        )
