"""G10: proposals for 800 members and 160 cadres with capacity 8, against the bare assignment of the same costs."""

import random

import numpy as np
from scipy.optimize import linear_sum_assignment

from apps.pairing.proposing.candidates import Candidate, Unpaired
from apps.pairing.proposing.solving import is_possible, pair_costs, propose, slot_costs
from bench.browser import Unexpected
from bench.measuring import Figure, Kind, Settings, times

COUNTIES, TOWNS, MEMBERS, CADRES, CAPACITY = 6, 18, 800, 160, 8
FIELDS = ["", "enterprise", "institution", "chamber"]


def measure(settings: Settings) -> list[Figure]:
    members, cadres = _county_folk()
    slots = np.repeat(np.arange(CADRES), [cadre.free for cadre in cadres])
    costs = slot_costs(pair_costs(members, cadres, 4), cadres, slots)
    _check(members, cadres)
    ours, bare = times(
        lambda: propose(members, cadres), lambda: linear_sum_assignment(costs), settings.rounds, repeat=2
    )
    said = f"{ours * 1000:.0f} ms", f"{bare * 1000:.0f} ms, the solver alone"
    work = f"proposals, {CADRES} × {MEMBERS}"
    return [Figure("G10", work, Kind.AT_MOST, round(ours / bare, 2), 4, 2, *said, unit="×")]


def _check(members: list[Unpaired], cadres: list[Candidate]) -> None:
    """Raises Unexpected unless all who can be reached were given to somebody."""
    found = propose(members, cadres)
    possible = is_possible(pair_costs(members, cadres, 4).min())
    if not possible or sum(one.cadre is not None for one in found) < MEMBERS * 0.9:
        raise Unexpected("Too few members were given a cadre; the figure would mean nothing.")


def _county_folk() -> tuple[list[Unpaired], list[Candidate]]:
    """A city of towns: most cadres in a town, one in ten above; the same on every run."""
    dice = random.Random(10)
    towns = [f"0001{county:04d}{town:04d}" for county in range(COUNTIES) for town in range(TOWNS)]
    members = [
        Unpaired(pk, dice.choice(towns), dice.choice(FIELDS), frozenset(dice.sample(range(CADRES), 2)))
        for pk in range(MEMBERS)
    ]
    cadres = [
        Candidate(
            pk,
            (towns[pk % len(towns)][: 8 if pk % 10 == 0 or pk >= len(towns) else 12],),
            load=pk % 3,
            free=CAPACITY - pk % 3,
            fields_of_work=frozenset(dice.sample(FIELDS[1:], 1)),
        )
        for pk in range(CADRES)
    ]
    return members, cadres
