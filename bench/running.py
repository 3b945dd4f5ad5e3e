"""Runs the benches one after the other and says how each stands against its budget."""

import argparse
from collections.abc import Callable

from django.utils import timezone

from apps.core import scope
from bench import (
    dashboards,
    exporting,
    first_visit,
    importing,
    member_list,
    pages,
    proposals,
    reporting,
    rollup,
    searching,
    visit_writing,
)
from bench.loading import loaded
from bench.measuring import Figure, Settings
from bench.pace import notes
from bench.report import print_table, write_page

BENCHES: dict[str, Callable[[Settings], list[Figure]]] = {
    "G1": member_list.measure,
    "G6": rollup.measure,
    "G7": dashboards.measure,
    "G8": pages.measure,
    "G9": reporting.measure,
    "G10": proposals.measure,
    "G11": first_visit.measure,
    # From here on the rows change. Its raw side writes visits that no progress row knows of:
    "G3": visit_writing.measure,
    # These bring members, and leave indexes that nobody has swept.
    "G4": importing.measure,
    "G5": exporting.measure,
    "G2": searching.measure,
}
# Seconds for each side of a round: at the smallest scale only the harness itself is looked at.
SECONDS = {"tiny": 0.05, "county": 2.0, "province": 2.0}


def run(options: argparse.Namespace) -> int:
    """Load, measure, print, write the page if that is wanted. 1 where a budget is missed at a scale that counts."""
    day = timezone.localdate()
    settings = Settings(seconds=options.seconds or SECONDS[options.scale], rounds=options.rounds)
    wanted = [code for code in BENCHES if not options.only or code in options.only.split(",")]
    figures: list[Figure] = []
    steadiness: list[str] = []
    # Requests have the scope of their user, as always.
    with (
        scope.everything("what the benches load and look up themselves"),
        loaded(options.scale, day, anew=options.reload),
    ):
        for code in wanted:
            print(f"{code} …", flush=True)
            figures += BENCHES[code](settings)
            steadiness += [f"{code}: {note}" for note in notes()]
            print("".join(f"  {note}\n" for note in steadiness[-1:]), end="", flush=True)
        figures.sort(key=lambda figure: int(figure.code[1:]))
        print_table(figures)
        if options.write:
            write_page(figures, options.scale, day, steadiness)
    return int(options.scale != "tiny" and not all(figure.is_met for figure in figures))
