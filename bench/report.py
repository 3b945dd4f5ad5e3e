"""How the figures are shown: a table at the end of the run, and docs/benchmarks.md."""

import datetime as dt
import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path

from django.db import connection
from django.db.models import Model

from apps.members.models import Member
from apps.pairing.models import Visit
from bench.measuring import Figure

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
HEAD = (
    "# Benchmarks",
    "",
    "Written by `make bench ARGS=--write`; do not edit. What the figures mean: budgets of the performance guide.",
    "Ratios hold on any machine, absolute times do not. Three rounds, both sides in turn; ours is the worst round,",
    "the limit the best. A round in which the machine ran slower than it can is taken again, some times; a run of some figures",
    "leaves the others as they were. Both sides work as the application's database role, on the same data, in the same run.",
    "",
)
HEADS = ("", "work", "figure", "budget", "aim", "", "ours", "limit of the same run")


def print_table(figures: Sequence[Figure]) -> None:
    """Columns side by side, for a terminal."""
    lines = [HEADS, *map(_cells, figures)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEADS))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def write_page(figures: Sequence[Figure], scale: str, day: dt.date, steadiness: Sequence[str]) -> None:
    """docs/benchmarks.md; figures that this run did not take stay as an earlier one gave them."""
    taken = {figure.code for figure in figures}
    rows = [(figure.code, f"| {' | '.join(_cells(figure))} |") for figure in figures]
    rows += [(code, line) for code, line in _kept("| ", " |") if code not in taken]
    notes = [(note.partition(":")[0], f"- {note}") for note in steadiness]
    notes += [(code, line) for code, line in _kept("- ", ":") if code not in taken]
    lines = [
        *HEAD,
        f"{day.isoformat()}, scale `{scale}`: {_count(Member):,} members, {_count(Visit):,} visits; {_machine()}.",
        "",
        f"| {' | '.join(HEADS)} |",
        "|---|---|---:|---:|---:|---|---|---|",
        *_in_order(rows),
        "",
        "## How steady the machine was",
        "",
        *_in_order(notes),
    ]
    for figure in figures:
        if figure.details:
            lines += ["", f"## {figure.code}: {figure.work}", "", *figure.details]
    PAGE.write_text("\n".join([*lines, *_sections_of_others(taken), ""]), encoding="utf-8")


def _in_order(lines: Sequence[tuple[str, str]]) -> list[str]:
    return [line for _code, line in sorted(lines, key=lambda each: int(each[0][1:]))]


def _page() -> list[str]:
    return PAGE.read_text("utf-8").splitlines() if PAGE.exists() else []


def _kept(before: str, after: str) -> list[tuple[str, str]]:
    """Lines of the page that begin with a figure's code between these signs."""
    begins = re.compile(f"{re.escape(before)}(G[0-9]+){re.escape(after)}")
    return [(found[1], line) for line in _page() if (found := begins.match(line))]


def _sections_of_others(taken: set[str]) -> list[str]:
    """The sections of the page about figures that were not taken now."""
    kept: list[str] = []
    is_of_others = False
    for line in _page():
        if line.startswith("## "):
            code = line.removeprefix("## ").partition(":")[0]
            is_of_others = bool(re.fullmatch("G[0-9]+", code)) and code not in taken
            kept += [""] if is_of_others else []
        if is_of_others:
            kept.append(line)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _cells(figure: Figure) -> tuple[str, ...]:
    word = "≤" if figure.kind == "at most" else "≥"
    verdict = "aim reached" if figure.reaches_aim else "met" if figure.is_met else "MISSED"
    return (
        figure.code,
        figure.work,
        figure.shown(figure.value),
        f"{word} {figure.shown(figure.least)}",
        f"{word} {figure.shown(figure.aim)}",
        verdict,
        figure.ours,
        figure.limit,
    )


def _count(model: type[Model]) -> int:
    return model._default_manager.count()


def _machine() -> str:
    version = connection.cursor().connection.server_version
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, PostgreSQL {version // 10000}"
