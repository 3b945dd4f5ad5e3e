"""The report of a published round: Word, PDF and Excel print what was frozen and decided, whatever is counted since."""

from decimal import Decimal
from pathlib import Path

import pytest

from apps.assessment.models import MetricFact, Publication
from apps.assessment.rounds.freezing import facts_in_force
from apps.core.access import SYSTEM
from apps.reports import phrases
from apps.reports.actions import make_report, write_report
from apps.reports.subjects import Subject
from apps.reports.writing import WRITERS
from tests.integration.assessment.rounds.conftest import Round
from tests.unit.reports.printed import pdf_text, sheet, squeezed, word_tables


@pytest.fixture
def folder(running: Round, tmp_path: Path) -> Path:
    """The files of the city's report on the round, made after the facts have moved on."""
    running.to_published()
    MetricFact.objects.update(numerator=1)
    subject = Subject(running.tree.city, 2026, running.scheme)
    report = make_report(subject=subject, by=SYSTEM)
    for extension in WRITERS:
        write_report(report, extension, tmp_path / f"report.{extension}", by=SYSTEM)
    return tmp_path


def test_published_scores_stand_in_all_three_files(folder: Path) -> None:
    published = Publication.objects.get()
    decided = [
        (
            each["name"],
            *(phrases.score(Decimal(each[name])) for name in ("base", "bonus", "deduction", "total")),
            each["grade"],
        )
        for each in published.snapshot["offices"].values()
    ]
    head = ("单位", "基础得分", "加分", "扣分", "总得分", "可计分", "等次")
    word = word_tables(folder)[head]
    assert sorted((*row[:5], row[6]) for row in word) == sorted(decided)
    assert sorted((row[2], *row[3:7], row[9]) for row in sheet(folder, "考核得分汇总")) == sorted(decided)
    text = pdf_text(folder)
    assert [row for row in word if squeezed("".join(row)) not in text] == []
    # Each file says which publication it prints, by its hash.
    assert published.sha256[:16] in text
    assert any(published.sha256[:16] in cell for row in sheet(folder, "筛选条件") for cell in row)


def test_frozen_facts_stand_in_all_three_files(running: Round, folder: Path) -> None:
    frozen = facts_in_force(running.scheme)
    assert frozen is not None
    names = {office.code: office.name for office in (running.tree.county, running.tree.other_county)}
    below = {row[1]: row for row in sheet(folder, "下级单位数据")}
    tables = [
        row
        for head, rows in word_tables(folder).items()
        if head[0] == "单位" and "结对覆盖率" in "".join(head)
        for row in rows
    ]
    text = pdf_text(folder)
    for _metric, code, numerator, denominator in frozen.rows:
        rate = phrases.percent(Decimal(numerator) / denominator)
        counted = (phrases.count(Decimal(numerator)), phrases.count(Decimal(denominator)), rate)
        row = below[names[code]]
        assert any(row[at : at + 3] == counted for at in range(len(row)))
        (printed,) = (each for each in tables if each[0] == names[code])
        assert rate in printed
        assert squeezed("".join(printed)) in text
