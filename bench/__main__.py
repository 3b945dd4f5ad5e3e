"""`python -m bench`: the benchmarks, on an embedded PostgreSQL of their own that keeps its data in var/bench."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

import django

from config.launcher.surroundings import BASE, surroundings

SCALES = ("tiny", "county", "province")
# What would lead us to another system's data; a bench only ever works on its own.
FOREIGN = ("DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL", "DATA_KEY_FILE", "SECRET_KEY")


def main(arguments: Sequence[str]) -> int:
    """Run the benches that were asked for; the exit code is 1 where a budget is missed."""
    options = _options(arguments)
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ["TONGXIN_VAR"] = os.environ.get("BENCH_VAR", str(BASE / "var" / "bench"))
    os.environ |= {"TONGXIN_DEMO": "1", "DEBUG": "0", "DJANGO_SETTINGS_MODULE": "config.settings"}
    with surroundings():
        django.setup()
        # Only now can the apps' models be imported.
        return int(importlib.import_module("bench.running").run(options))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--scale", choices=SCALES, default="county", help="how many members and visits")
    parser.add_argument("--only", default="", help="e.g. G1,G6")
    parser.add_argument("--seconds", type=float, default=None, help="for each side of each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--reload", action="store_true", help="load the data anew")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
