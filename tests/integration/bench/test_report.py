"""docs/benchmarks.md: a run of some figures leaves the others as an earlier run gave them."""

import datetime as dt
from pathlib import Path

import pytest

from bench import report
from bench.measuring import Figure, Kind

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 30)


def figure(code: str, value: float) -> Figure:
    details = (f"Of {code}.",)
    return Figure(code, f"work of {code}", Kind.AT_MOST, value, 9, 5, "ours", "limit", "×", details)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(report, "PAGE", tmp_path / "benchmarks.md")
    return tmp_path / "benchmarks.md"


def test_page_keeps_figures_that_were_not_taken(page: Path) -> None:
    first = [figure("G2", 1), figure("G9", 2), figure("G10", 3)]
    report.write_page(first, "tiny", DAY, ["G2: steady", "G9: steady", "G10: steady"])
    report.write_page([figure("G9", 4)], "tiny", DAY, ["G9: not steady"])
    lines = page.read_text().splitlines()
    rows = [line.split(" | ")[:3] for line in lines if line.startswith("| G")]
    assert rows == [
        ["| G2", "work of G2", "1 ×"],
        ["| G9", "work of G9", "4 ×"],
        ["| G10", "work of G10", "3 ×"],
    ]
    assert [line for line in lines if line.startswith("- ")] == [
        "- G2: steady",
        "- G9: not steady",
        "- G10: steady",
    ]
    sections = [line for line in lines if line.startswith("## G")]
    assert sorted(sections) == ["## G10: work of G10", "## G2: work of G2", "## G9: work of G9"]
    assert lines.count("Of G2.") == lines.count("Of G9.") == 1


def test_page_written_again_is_the_same(page: Path) -> None:
    figures, notes = [figure("G2", 1), figure("G8", 2)], ["G2: steady"]
    report.write_page(figures, "tiny", DAY, notes)
    before = page.read_text()
    report.write_page([figure("G8", 2)], "tiny", DAY, [])
    report.write_page(figures, "tiny", DAY, notes)
    assert page.read_text() == before
