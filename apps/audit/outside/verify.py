#!/usr/bin/env python3
"""Checks an exported audit trail (events.csv, seals.csv) without the program that wrote it. Needs Python 3.9, nothing else.

    python3 verify.py [DIRECTORY] [NUMBER HASH]     the last two: a seal that was written down earlier

Prints what differs and ends with 1, or the newest seal and ends with 0. Keep that line somewhere else.
"""

import csv
import hashlib
import json
import sys
from collections.abc import Iterator
from typing import Any

SEALED = ("number", "epoch", "cluster", "after_id", "from_xid", "until_xid", "rows", "root", "previous")
WORDS = ("cluster", "root", "previous", "hash")


def sha(*parts: str) -> str:
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def table(path: str) -> Iterator[dict[str, str]]:
    csv.field_size_limit(10**7)
    with open(path, newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def row_hash(row: dict[str, str]) -> str:
    actor = int(row["actor_id"]) if row["actor_id"] else None
    done = [
        row["action"],
        row["target_label"],
        row["target_id"],
        row["office_path"],
        json.loads(row["detail"]),
    ]
    return sha(
        json.dumps(
            [int(row["id"]), row["at"], actor, *done, row["request_id"], int(row["xid"])], ensure_ascii=False
        )
    )


def check(directory: str, anchor: list[str]) -> tuple[list[str], str]:
    seals: list[dict[str, Any]] = [
        {name: value if name in WORDS else int(value) for name, value in row.items()}
        for row in table(f"{directory}/seals.csv")
    ]
    rows = sorted(
        (int(row["xid"]), int(row["id"]), row_hash(row)) for row in table(f"{directory}/events.csv")
    )
    starts = {seal["epoch"]: seal["after_id"] for seal in seals}
    wrong, previous = [], ""
    for nth, seal in enumerate(seals, start=1):
        text = json.dumps([seal[name] for name in SEALED], ensure_ascii=False)
        if sha(text) != seal["hash"] or (seal["number"], seal["previous"]) != (nth, previous):
            wrong.append(f"seal {nth}: the chain is broken")
        previous, last = seal["hash"], starts.get(seal["epoch"] + 1, 2**63)
        found = [
            h
            for x, i, h in rows
            if seal["from_xid"] <= x < seal["until_xid"] and seal["after_id"] < i <= last
        ]
        if len(found) != seal["rows"] or sha(*found) != seal["root"]:
            wrong.append(
                f"seal {nth}: {seal['rows']} rows were sealed, {len(found)} are here, or one was changed"
            )
    if anchor and anchor not in [[str(seal["number"]), seal["hash"]] for seal in seals]:
        wrong.append(f"seal {anchor[0]}: not the one that was written down")
    return wrong, f"{seals[-1]['number']} {seals[-1]['hash']}" if seals else "no seal yet"


if __name__ == "__main__":
    faults, newest = check(sys.argv[1] if len(sys.argv) > 1 else ".", sys.argv[2:4])
    print("\n".join(faults) or newest)  # noqa: T201 - a program of its own
    sys.exit(bool(faults))
