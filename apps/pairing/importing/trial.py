"""What a dry run of a list found: what becomes of each line, the figures of it, and what would be entered."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from apps.members.importing.closing import Progress
from apps.members.importing.findings import Finding, Summary
from apps.members.importing.kinds import kind_of
from apps.members.importing.mapping import Mapping
from apps.members.importing.outcomes import Outcome, OutcomeKind
from apps.members.importing.places import repeated, sheets_of
from apps.members.models import ImportBatch
from apps.pairing.importing.reading import Line

P = TypeVar("P")
READ = 0.3


@dataclass
class ListTrial(Generic[P]):
    """`planned`: what would be entered, in the order of the lines."""

    left_out: tuple[str, ...] = ()
    sheets: Sequence[str] = ("",)
    planned: list[P] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def enter(self, line: Line, planned: P, *remarks: object) -> None:
        """The line is good; `remarks` are told beside it."""
        self.planned.append(planned)
        self._tell(line, OutcomeKind.NEW, [("", str(remark)) for remark in remarks])

    def skip(self, line: Line, reason: object) -> None:
        """The line says nothing new."""
        self._tell(line, OutcomeKind.SKIPPED, [("", str(reason))])

    def repeated(self, first: int, line: Line) -> str:
        """That the line says what an earlier one says."""
        return repeated(first, line.number, self.sheets)

    def refuse(self, line: Line) -> None:
        """The line cannot be entered, for the reasons noted with it."""
        self._tell(line, OutcomeKind.ERROR, line.errors)

    def _tell(self, line: Line, kind: OutcomeKind, reasons: list[tuple[str, str]]) -> None:
        # As it comes back from the store: what is compared are its bytes.
        self.outcomes.append(Outcome(line.number, kind.value, line.name, tuple(dict.fromkeys(reasons))))

    @cached_property
    def summary(self) -> Summary:
        """The figures, once every line is told."""
        counts = Counter(outcome.kind for outcome in self.outcomes)
        return Summary(
            rows=len(self.outcomes),
            new=counts[OutcomeKind.NEW],
            errors=self._findings(OutcomeKind.ERROR),
            skips=self._findings(OutcomeKind.SKIPPED),
            left_out=self.left_out,
        )

    def _findings(self, kind: OutcomeKind) -> list[Finding]:
        found = [outcome for outcome in self.outcomes if outcome.kind == kind]
        return [Finding(o.row, column, sentence) for o in found for column, sentence in o.reasons]


def trial_of(batch: ImportBatch) -> ListTrial[Any]:
    """An empty one, that knows which sheets and columns of the list are read."""
    mapping = Mapping.from_store(batch.mapping, kind_of(batch).vocabulary)
    return ListTrial(mapping.names_left_out, sheets_of(batch.mapping))


def tell(progress: Progress, done: int, total: int) -> None:
    """Progress of the reading of lines."""
    if done % 200 == 0:
        progress(READ + (1 - READ) * 0.5 * done / max(1, total))
