"""导出 Excel: the workbook says what the page says, figure by figure, and hides what the page hides."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.audit.models import AuditEvent
from apps.core.refusals import Refusal
from apps.dashboard.board import Board
from apps.dashboard.exporting import EXPORT, write_board
from apps.dashboard.figures import Figure
from apps.files.models import StoredFile
from apps.jobs.models import Job
from apps.jobs.running import run_job
from apps.offices.models import Office
from tests.cast import Tree
from tests.integration.dashboard.facts import board_of, fact
from tests.queries import count_queries

ASKED = {"office": "9900", "period": "2026", "tiles": "pairing.coverage", "trend": "visits.made"}


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path


def sheets_of(stored: StoredFile) -> dict[str, list[list[Any]]]:
    """Every sheet's rows without the two lines above the head."""
    book = load_workbook(BytesIO(stored.path.read_bytes()))
    return {page.title: [list(row) for row in page.iter_rows(values_only=True)] for page in book}


def told(figure: Figure, cell: Any) -> str:
    """A cell as the page would write it."""
    if isinstance(cell, str):
        return cell
    return f"{cell * 100:.1f}%" if figure.metric.has_denominator else f"{cell:,}"


def test_workbook_has_a_sheet_for_each_card_and_one_for_the_filter(
    city_leader: User, busy_city: object
) -> None:
    names = list(sheets_of(write_board(ASKED, city_leader)))
    assert names[0] == "主要指标"
    assert {
        "需要关注",
        "五个一进度",
        "事项亮灯",
        "活动",
        "各月走势",
        "各季度进度",
        "方格图",
        "下级机构",
    } <= set(names)
    assert names[-1] == "筛选条件"


def test_workbook_equals_the_page_figure_by_figure(
    client: Client, city_leader: User, tree: Tree, busy_city: object
) -> None:
    client.force_login(city_leader)
    board: Board = client.get("/dashboard/", ASKED).context["board"]
    pages = sheets_of(write_board(ASKED, city_leader))
    for name, figures in (
        ("主要指标", [h.figure for h in board.headlines]),
        ("五个一进度", board.duties),
        ("事项亮灯", board.lights),
        ("活动", board.activities),
    ):
        rows = {row[0]: row[1] for row in pages[name]}
        assert {f.metric.name: told(f, rows[f.metric.name]) for f in figures} == {
            f.metric.name: f.said for f in figures
        }
    below = {row[1]: row[2:] for row in pages["下级机构"] if row[0]}
    for line in board.rows:
        cells = below[line.office.name]
        assert [told(f, c) for f, c in zip(line.figures, cells, strict=True)] == [
            f.said for f in line.figures
        ]
    assert board.grid is not None
    tiles = {row[1]: row[2] for row in pages["方格图"] if row[0]}
    assert [told(t.figure, tiles[t.figure.office.name]) for t in board.grid.tiles] == [
        t.figure.said for t in board.grid.tiles
    ]


def test_page_equals_the_facts(
    client: Client,
    city_leader: User,
    tree: Tree,
    busy_city: dict[tuple[str, str, str], tuple[int, int | None]],
) -> None:
    client.force_login(city_leader)
    board: Board = client.get("/dashboard/", ASKED).context["board"]
    assert board.grid is not None
    shown = [
        *(h.figure for h in board.headlines),
        *board.duties,
        *board.lights,
        *board.activities,
        *(figure for row in board.rows for figure in row.figures),
        *(tile.figure for tile in board.grid.tiles),
    ]
    assert len(shown) > 20
    for figure in shown:
        key = (figure.metric.code, figure.office.code, figure.period.code)
        assert (figure.numerator, figure.denominator) == busy_city[key]
    page = client.get("/dashboard/", ASKED).content.decode()
    assert all(figure.text in page for figure in shown)


def test_workbook_hides_few_people_as_the_page_does(city_leader: User, tree: Tree, rolled_up: object) -> None:
    fact(tree.city, "2026", 40, 50)
    fact(tree.county, "2026", 3, 4)
    rows = {row[1]: row[2] for row in sheets_of(write_board(ASKED, city_leader))["下级机构"] if row[0]}
    assert rows["甲县"] == "少于5人"


def test_workbook_names_its_filter(city_leader: User, busy_city: object) -> None:
    about = dict(row[:2] for row in sheets_of(write_board(ASKED, city_leader))["筛选条件"])
    assert about["机构"] == "试验市（9900）"
    assert about["期间"].startswith("2026年")
    assert about["导出人"] == "施领"


def test_export_is_a_job_whose_file_only_its_owner_fetches(
    client: Client, city_leader: User, neighbour: User, busy_city: object
) -> None:
    client.force_login(city_leader)
    assert client.post("/dashboard/export/", ASKED).status_code == 302
    job = Job.objects.get(kind=EXPORT)
    assert run_job(job.pk)
    job.refresh_from_db()
    link = job.result["links"][0]["url"]
    assert client.get(link).getvalue().startswith(b"PK")
    assert AuditEvent.objects.filter(action=AuditEvent.Action.EXPORT).exists()
    client.force_login(neighbour)
    assert client.get(link).status_code == 404


def test_export_of_an_office_outside_the_reach_does_not_exist(
    client: Client, neighbour: User, busy_city: object
) -> None:
    client.force_login(neighbour)
    assert client.post("/dashboard/export/", ASKED).status_code == 404
    with pytest.raises(Refusal):
        write_board(ASKED, neighbour)


@pytest.mark.parametrize("who", ["county_leader", "other_leader"])
def test_board_shows_nothing_of_the_other_county(
    client: Client, request: pytest.FixtureRequest, tree: Tree, busy_city: object, who: str
) -> None:
    reader: User = request.getfixturevalue(who)
    own, other = (
        (tree.county, tree.other_county) if who == "county_leader" else (tree.other_county, tree.county)
    )
    client.force_login(reader)
    page = client.get("/dashboard/").content.decode()
    assert own.name in page
    hidden = [other, *Office.objects.filter(path__startswith=other.path), tree.city]
    assert not [office.name for office in hidden if office.name in page]
    for office in hidden:
        assert client.get("/dashboard/", {"office": office.code}).status_code == 404
    assert own.code in {f.figure.office.code for f in board_of(own, reader).headlines}


def test_who_may_not_hand_out_is_offered_no_task(
    client: Client, city_leader: User, assessor: User, town_cadre: User, busy_city: object
) -> None:
    client.force_login(city_leader)
    assert "/tasks/new/?from=metric:pairing.coverage/9900/2026" in client.get("/dashboard/").content.decode()
    for user in (assessor, town_cadre):
        client.force_login(user)
        assert "/tasks/new/" not in client.get("/dashboard/").content.decode()


def test_every_role_with_a_board_opens_it(
    client: Client, make_user: Any, tree: Tree, busy_city: object
) -> None:
    for role in (RoleName.LEADER, RoleName.OFFICE_ADMIN, RoleName.CADRE, RoleName.ASSESSOR):
        for office in (tree.city, tree.county, tree.town):
            client.force_login(make_user(f"{role}-{office.code}", role, office))
            assert client.get("/dashboard/").status_code == 200


@pytest.mark.parametrize("period", ["2026", "2026H2", "2026Q4", "2026-11"])
def test_board_asks_at_most_ten_queries(
    client: Client, city_leader: User, busy_city: object, period: str
) -> None:
    client.force_login(city_leader)
    client.get("/dashboard/")
    assert count_queries(client, f"/dashboard/?period={period}") <= 10
