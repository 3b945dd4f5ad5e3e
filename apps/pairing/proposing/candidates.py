"""Who is to be paired, who might take them, and what comes of it. Plain shapes; pages use them without the solver."""

from dataclasses import dataclass, field

from apps.core.access import OfficeRange
from apps.pairing.proposing.reasons import Reason


@dataclass(frozen=True)
class Unpaired:
    """A member to be proposed. `field_of_work`: kind of the unit they work in, "" where none is known."""

    pk: int
    office_path: str
    field_of_work: str = ""
    known_to: frozenset[int] = frozenset()
    asked_to_change: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """A cadre who might take members. `free`: how many more pairs the capacity allows."""

    pk: int
    offices: tuple[str, ...]
    load: int
    free: int
    fields_of_work: frozenset[str] = field(default_factory=frozenset)

    def reaches(self, office_path: str) -> bool:
        return any(OfficeRange.below(path).holds(office_path) for path in self.offices)


@dataclass(frozen=True)
class Proposed:
    """`cadre` is None where nobody can take the member; `reasons` say why, in either case."""

    member: int
    cadre: int | None
    reasons: tuple[Reason, ...]
