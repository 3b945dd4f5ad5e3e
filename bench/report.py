"""How the figures are shown: a table at the end of the run, and docs/benchmarks.md."""

import datetime as dt
import os
import platform
from collections.abc import Sequence
from pathlib import Path

from django.db import connection
from django.db.models import Model

from apps.members.models import Member
from apps.pairing.models import Visit
from bench.measuring import Figure

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
HEADS = ("", "work", "figure", "budget", "aim", "", "ours", "limit of the same run")


def print_table(figures: Sequence[Figure]) -> None:
    """Columns side by side, for a terminal."""
    lines = [HEADS, *map(_cells, figures)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEADS))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def write_page(figures: Sequence[Figure], scale: str, day: dt.date, steadiness: Sequence[str]) -> None:
    """docs/benchmarks.md, made anew from this run."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench ARGS=--write`; do not edit. What the figures mean: budgets of the performance guide.",
        "Ratios hold on any machine, absolute times do not. Three rounds, both sides in turn; ours is the worst round,",
        "the limit the best. A round in which the machine ran slower than it can is taken again, some times.",
        "Both sides work as the application's database role, on the same data, in the same run.",
        "",
        f"{day.isoformat()}, scale `{scale}`: {_count(Member):,} members, {_count(Visit):,} visits; {_machine()}.",
        "",
        f"| {' | '.join(HEADS)} |",
        "|---|---|---:|---:|---:|---|---|---|",
        *(f"| {' | '.join(_cells(figure))} |" for figure in figures),
    ]
    for figure in figures:
        if figure.details:
            lines += ["", f"## {figure.code}: {figure.work}", "", *figure.details]
    lines += ["", "## How steady the machine was", "", *(f"- {note}" for note in steadiness)]
    PAGE.write_text("\n".join([*lines, ""]), encoding="utf-8")


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
