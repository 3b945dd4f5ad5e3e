"""Which other cadres a person may choose instead of the proposed one."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from apps.accounts.models import User
from apps.core.access import OfficeRange
from apps.offices.models import Office
from apps.pairing.proposing.candidates import Candidate
from apps.pairing.proposing.reading import read_cadres

# As many as one looks through in a list.
OFFERED = 20


@dataclass(frozen=True)
class Taker:
    """A cadre with the number of pairs they hold and may hold."""

    pk: int
    name: str
    load: int
    room: int

    @property
    def has_room(self) -> bool:
        return self.load < self.room


@dataclass(frozen=True)
class Others:
    cadres: Sequence[Candidate]

    @classmethod
    def of(cls, office: Office, today: dt.date) -> "Others":
        return cls(read_cadres(office, today))

    @cached_property
    def _names(self) -> dict[int, str]:
        return dict(User.objects.filter(pk__in=[cadre.pk for cadre in self.cadres]).values_list("pk", "name"))

    def reaching(self, office_path: str) -> Collection[int]:
        """Those whose grants reach the office."""
        return {cadre.pk for cadre in self.cadres if cadre.reaches(office_path)}

    def nearest(self, office_path: str, taken: Mapping[int, int] | None = None) -> list[Taker]:
        """The nearest first, then the least burdened. `taken`: by cadre, how many more they were just given."""
        more = taken or {}
        found = [cadre for cadre in self.cadres if cadre.reaches(office_path)]
        found.sort(key=lambda cadre: (-_depth(cadre, office_path), cadre.load + more.get(cadre.pk, 0)))
        return [
            Taker(
                cadre.pk,
                self._names[cadre.pk],
                cadre.load + more.get(cadre.pk, 0),
                cadre.load + cadre.free,
            )
            for cadre in found[:OFFERED]
        ]


def _depth(cadre: Candidate, office_path: str) -> int:
    return max(len(path) for path in cadre.offices if OfficeRange.below(path).holds(office_path))
