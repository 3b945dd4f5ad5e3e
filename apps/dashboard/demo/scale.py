"""How large a demo is, and the offices it stands on."""

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from random import Random

from apps.core.copying import copy_rows, reserve_ids
from apps.dashboard.demo import words
from apps.offices.kinds import kind_of
from apps.offices.models import TOWN_KINDS, Office, OfficeKind

TAIZHOU = Path(__file__).parent / "taizhou_units.csv"
TAKES_PART_FROM = dt.date(2020, 1, 1)
DEPARTMENTS = ("教育局", "人力资源和社会保障局", "工商业联合会", "政务服务管理办公室")


@dataclass(frozen=True)
class Scale:
    """Numbers of people and deeds; `tree` is "taizhou" or a number of counties with 100 towns each."""

    members: int
    cadres: int
    contacts_a_year: float
    communities_per_town: int
    counties: int = 0
    in_county: str = ""
    # The year before too, with its published round: what this year's figures are compared with.
    has_last_year: bool = False


SCALES = {
    # Small enough for a test of what is meant for the large ones.
    "tiny": Scale(members=300, cadres=40, contacts_a_year=10, communities_per_town=0, in_county="321283"),
    "city": Scale(members=812, cadres=160, contacts_a_year=7, communities_per_town=5, has_last_year=True),
    "county": Scale(
        members=25_000, cadres=1_250, contacts_a_year=10, communities_per_town=0, in_county="321283"
    ),
    "province": Scale(members=100_000, cadres=5_000, contacts_a_year=10, communities_per_town=0, counties=10),
}


def _invented_rows(counties: int) -> list[tuple[str, str, str, str]]:
    rows = [("9800", "示范市", "city", "")]
    for c in range(1, counties + 1):
        rows.append((f"9800{c:02}", f"示范{c}县", "county", "9800"))
        rows += [(f"9800{c:02}{t:03}", f"示范{c}县第{t}镇", "town", f"9800{c:02}") for t in range(1, 105)]
    return rows


def _unit_rows(scale: Scale) -> list[tuple[str, str, str, str]]:
    if scale.counties:
        return _invented_rows(scale.counties)
    with TAIZHOU.open(encoding="utf-8") as file:
        return [(r["code"], r["name"], r["level"], r["parent_code"]) for r in csv.DictReader(file)]


def _rows_below(
    units: list[tuple[str, str, str, str]], scale: Scale, random: Random
) -> list[tuple[str, str, str, str]]:
    """Invented communities under each town, and a few departments under each county."""
    below = []
    for code, name, level, _parent in units:
        if level == "county":
            below += [(f"{code}D{n}", f"{name}{d}", "department", code) for n, d in enumerate(DEPARTMENTS)]
        if level == "town" and kind_of(level, name) != OfficeKind.ZONE and scale.communities_per_town:
            chosen = random.sample(words.COMMUNITY_NAMES, scale.communities_per_town)
            below += [(f"{code}{n:03}", f"{c}社区", "community", code) for n, c in enumerate(chosen, 1)]
    return below


def load_tree(scale: Scale, random: Random) -> list[Office]:
    """Write the tree and give it back in order of paths."""
    units = _unit_rows(scale)
    rows = units + _rows_below(units, scale, random)
    children: dict[str, list[tuple[str, str, str, str]]] = {}
    for row in rows:
        children.setdefault(row[3], []).append(row)
    ids = iter(reserve_ids(Office, len(rows)))
    written: list[dict[str, object]] = []

    def walk(parent_code: str, parent_path: str, depth: int) -> None:
        for step, (code, name, level, _parent) in enumerate(children.get(parent_code, []), 1):
            path = Office._get_path(parent_path, depth, step)
            kind = kind_of(level, name)
            takes_part = kind not in (OfficeKind.ZONE, OfficeKind.DEPARTMENT)
            written.append(
                {
                    "id": next(ids),
                    "path": path,
                    "depth": depth,
                    "numchild": len(children.get(code, [])),
                    "code": code,
                    "name": name,
                    "kind": kind,
                    "takes_part_from": TAKES_PART_FROM if takes_part else None,
                }
            )
            walk(code, path, depth + 1)

    walk("", "", 1)
    copy_rows(Office, written)
    return list(Office.objects.all())


def towns_of(offices: list[Office], scale: Scale) -> list[Office]:
    """Where members and cadres of the demo are; all towns, or those of one county."""
    return [o for o in offices if o.kind in TOWN_KINDS and o.code.startswith(scale.in_county)]
