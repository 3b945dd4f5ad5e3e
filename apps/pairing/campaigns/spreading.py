"""Who visits which target when they are shared out evenly. Pure, without a database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Wanted:
    """A target that waits for somebody, and where it stands."""

    pk: int
    office_path: str


@dataclass(frozen=True)
class Visitor:
    """A cadre who takes targets. `paths`: the offices where they serve."""

    pk: int
    paths: tuple[str, ...]

    def serves(self, path: str) -> bool:
        return path in self.paths


def spread(targets: Iterable[Wanted], visitors: Sequence[Visitor], held: Mapping[int, int]) -> dict[int, int]:
    """By target, who visits it: always whoever has the fewest; of these who serves at the target's own office.

    `held`: how many each has to visit already. Nobody ends with two more than another who began with no more.
    """
    load = {visitor.pk: held.get(visitor.pk, 0) for visitor in visitors}
    given = {}
    for target in targets:
        chosen = min(visitors, key=lambda one: (load[one.pk], not one.serves(target.office_path)))
        given[target.pk] = chosen.pk
        load[chosen.pk] += 1
    return given
