"""The walk over the lines of a list, whatever it is a list of."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from apps.members.importing.closing import Progress
from apps.members.models import ImportBatch
from apps.pairing.importing.people import People, names_in
from apps.pairing.importing.reading import Line, lines_of
from apps.pairing.importing.trial import ListTrial, tell, trial_of
from apps.pairing.importing.units import Units

P = TypeVar("P")


class Judge(Protocol):
    """Decides what becomes of a line; remembers what earlier lines bring."""

    def take(self, line: Line, names: list[str]) -> None: ...


def judged(
    batch: ImportBatch, progress: Progress, judge_of: Callable[[People, Units, ListTrial[P]], Judge]
) -> ListTrial[P]:
    """What the list would enter; writes nothing. People and organizations are read once for all lines. Raises RosterRefused."""
    lines = lines_of(batch)
    units = Units(batch.office, lines)
    names = {line.number: names_in(line, units.are_named) for line in lines}
    people = People(batch.office, (name for found in names.values() for name in found))
    trial: ListTrial[P] = trial_of(batch)
    judge = judge_of(people, units, trial)
    for done, line in enumerate(lines):
        judge.take(line, names[line.number])
        tell(progress, done, len(lines))
    return trial
