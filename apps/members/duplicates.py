"""How much two registrations look like one person: weighed by fixed rules, and always with the reasons. Pure.

What is weighed is a pair of registrations, for the moment in which somebody looks at it; nothing is kept about a
person but which reasons hold.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from apps.core.listed import listed
from apps.members.models.identity import Reason

# Two that agree in the name alone are namesakes; one phone for two names is often a family's or an office's.
WEIGHTS: Final = MappingProxyType(
    {
        Reason.SAME_NAME: 40,
        Reason.SAME_SOUND: 25,
        Reason.SAME_PHONE: 50,
        Reason.SAME_BIRTH_MONTH: 25,
        Reason.SAME_ORGANIZATION: 20,
        Reason.OTHER_BIRTH_MONTH: -25,
        Reason.OTHER_GENDER: -40,
    }
)
# From here on somebody should look; name and one thing more, or the sound of a name with phone or two things more.
LIKELY: Final = 60


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What is compared. Empty where it is not known; `organizations` are names of employers and associations."""

    name: str = ""
    sound: str = ""
    phone_index: str = ""
    birth_month: dt.date | None = None
    gender: str = ""
    organizations: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Likeness:
    """The reasons for and against, in the order of `Reason`, and what they come to."""

    reasons: tuple[Reason, ...]

    @property
    def weight(self) -> int:
        return sum(WEIGHTS[reason] for reason in self.reasons)

    @property
    def is_likely(self) -> bool:
        return self.weight >= LIKELY

    @property
    def explained(self) -> str:
        """同名、同号."""
        return listed(str(reason.label) for reason in self.reasons)


def likeness(one: Traits, other: Traits) -> Likeness:
    """Why two registrations look like one person, and why not. The same whichever comes first."""
    return Likeness(tuple(reason for reason, holds in _findings(one, other) if holds))


def _findings(one: Traits, other: Traits) -> Iterable[tuple[Reason, bool]]:
    same_name = bool(one.name) and one.name == other.name
    yield Reason.SAME_NAME, same_name
    yield Reason.SAME_SOUND, not same_name and bool(one.sound) and one.sound == other.sound
    yield Reason.SAME_PHONE, bool(one.phone_index) and one.phone_index == other.phone_index
    both_born = one.birth_month is not None and other.birth_month is not None
    yield Reason.SAME_BIRTH_MONTH, both_born and one.birth_month == other.birth_month
    yield Reason.SAME_ORGANIZATION, bool(one.organizations & other.organizations)
    yield Reason.OTHER_BIRTH_MONTH, both_born and one.birth_month != other.birth_month
    yield Reason.OTHER_GENDER, bool(one.gender and other.gender) and one.gender != other.gender
