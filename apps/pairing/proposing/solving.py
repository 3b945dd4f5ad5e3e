"""The best assignment of unpaired members to cadres. Pure: knows nothing of the database.

What it weighs, in points of cost (less is better), for one member and one cadre:

- each level of the tree between the cadre's office and the member's: 10. A cadre of the member's own town is nearest;
- a cadre who has no pair with a unit of the same kind (field of work): 3;
- the cadre's load: 2 for each pair they would hold, so that the k-th pair of one costs more than the first of another;
- a pair that the two had before and that did not end because the member asked: 8 less.

Never: a cadre whose grants do not reach the member's office, more pairs than the capacity, or a cadre whom the member
asked to change.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from apps.pairing.proposing.candidates import Candidate, Proposed, Unpaired
from apps.pairing.proposing.reasons import Reason

LEVEL, OTHER_FIELD, LOAD, KNOWN = 10.0, 3.0, 2.0, 8.0
# Dearer than any sum of the above: such a pair is taken back after solving.
NEVER = 1e6

Costs = NDArray[np.float64]


def propose(members: Sequence[Unpaired], cadres: Sequence[Candidate], *, step: int = 4) -> list[Proposed]:
    """For each member the cadre of the cheapest whole assignment. `step`: letters of a path per level of the tree."""
    costs = pair_costs(members, cadres, step)
    slots = np.repeat(np.arange(len(cadres)), [max(0, cadre.free) for cadre in cadres])
    chosen: dict[int, int] = {}
    if members and len(slots):
        rows, columns = linear_sum_assignment(slot_costs(costs, cadres, slots))
        chosen = {
            int(row): int(slots[column])
            for row, column in zip(rows, columns, strict=True)
            if is_possible(costs[row, slots[column]])
        }
    return [_proposed(member, chosen.get(row), cadres) for row, member in enumerate(members)]


def is_possible(cost: float) -> bool:
    """Whether a cost is one of a pair that may be; the rest lie about NEVER."""
    return cost < NEVER / 2


def pair_costs(members: Sequence[Unpaired], cadres: Sequence[Candidate], step: int) -> Costs:
    """Cost of each pair but for the load; members × cadres. Equal towns and fields are looked at once."""
    costs: Costs = np.full((len(members), len(cadres)), NEVER)
    if not cadres:
        return costs
    cadres_at: dict[str, list[int]] = defaultdict(list)
    for index, cadre in enumerate(cadres):
        for office in cadre.offices:
            cadres_at[office].append(index)
    paths = {member.office_path for member in members}
    distances = {path: _distances(path, cadres_at, len(cadres), step) for path in paths}
    strange = {kind: _strangeness(kind, cadres) for kind in {member.field_of_work for member in members}}
    column = {cadre.pk: index for index, cadre in enumerate(cadres)}
    for row, member in enumerate(members):
        costs[row] = distances[member.office_path] + strange[member.field_of_work]
        for pk in member.known_to & column.keys():
            costs[row, column[pk]] -= KNOWN
        for pk in member.asked_to_change & column.keys():
            costs[row, column[pk]] = NEVER
    return costs


def slot_costs(costs: Costs, cadres: Sequence[Candidate], slots: NDArray[np.intp]) -> Costs:
    """A column for each pair that a cadre may still take, the later ones dearer; members × slots."""
    loads = [LOAD * (cadre.load + number) for cadre in cadres for number in range(1, max(0, cadre.free) + 1)]
    found: Costs = costs[:, slots]
    # Who cannot be taken fills whatever slot is left, at one price, and crowds out nobody.
    return np.where(found < NEVER / 2, found + np.array(loads), NEVER)


def _distances(path: str, cadres_at: Mapping[str, Sequence[int]], count: int, step: int) -> Costs:
    """Cost of the way from the office up to each cadre's: of several offices of one cadre the nearest counts."""
    costs: Costs = np.full(count, NEVER)
    for end in range(step, len(path) + 1, step):
        costs[list(cadres_at.get(path[:end], ()))] = LEVEL * (len(path) - end) / step
    return costs


def _strangeness(kind: str, cadres: Sequence[Candidate]) -> Costs:
    return np.array([0.0 if kind and kind in cadre.fields_of_work else OTHER_FIELD for cadre in cadres])


def _proposed(member: Unpaired, chosen: int | None, cadres: Sequence[Candidate]) -> Proposed:
    if chosen is None:
        return Proposed(member.pk, None, (_why_nobody(member, cadres),))
    cadre = cadres[chosen]
    found = [Reason.OWN_TOWN if member.office_path in cadre.offices else Reason.REACHES]
    if member.field_of_work and member.field_of_work in cadre.fields_of_work:
        found.append(Reason.SAME_FIELD)
    if cadre.pk in member.known_to:
        found.append(Reason.KNOWN)
    return Proposed(member.pk, cadre.pk, (*found, Reason.HAS_ROOM))


def _why_nobody(member: Unpaired, cadres: Sequence[Candidate]) -> Reason:
    reaching = [cadre for cadre in cadres if cadre.reaches(member.office_path)]
    if not reaching:
        return Reason.NOBODY_REACHES
    if all(cadre.pk in member.asked_to_change for cadre in reaching):
        return Reason.ASKED_TO_CHANGE
    return Reason.ALL_FULL
