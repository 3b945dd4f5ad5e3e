"""What kinds of long work there are. Apps above register theirs in `ready()`; a job row names its kind."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

if TYPE_CHECKING:
    from apps.jobs.running import Work

# How often a piece of work is begun before it counts as failed: a killed worker is no fault of the work.
ATTEMPTS = 3

# Gets the work and gives its result, as JSON: {"links": [{"label", "url"}], …}. Runs in one transaction.
Handler = Callable[["Work"], dict[str, Any]]


@dataclass(frozen=True)
class Every:
    """Due each time so many minutes of the day have passed: 5 gives 00:00, 00:05, …"""

    minutes: int

    def due_slot(self, now: dt.datetime) -> str:
        local = timezone.localtime(now)
        passed = (local.hour * 60 + local.minute) // self.minutes * self.minutes
        return f"{local:%Y-%m-%d}T{passed // 60:02d}:{passed % 60:02d}"


@dataclass(frozen=True)
class Daily:
    """Due once a day at a time of China; what a box missed while it was off is due when it is on again."""

    at: dt.time

    def due_slot(self, now: dt.datetime) -> str:
        local = timezone.localtime(now)
        day = local.date() if local.time() >= self.at else local.date() - dt.timedelta(days=1)
        return f"{day:%Y-%m-%d}"


@dataclass(frozen=True)
class Monthly:
    """Due once a month, on its first day at a time of China; missed, it is due when the box is on again."""

    at: dt.time

    def due_slot(self, now: dt.datetime) -> str:
        local = timezone.localtime(now)
        begun = local.day > 1 or local.time() >= self.at
        month = local.date() if begun else local.date().replace(day=1) - dt.timedelta(days=1)
        return f"{month:%Y-%m}"


@dataclass(frozen=True)
class Kind:
    """A kind of long work. With `schedule` it also becomes due by itself; `label` is what people read."""

    name: str
    label: Any
    run: Handler
    schedule: Every | Daily | Monthly | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Called from `AppConfig.ready()`. Registering a name again replaces its kind."""
    _kinds[kind.name] = kind


def kind_named(name: str) -> Kind:
    """Raises KeyError where no app has registered the name."""
    return _kinds[name]


def label_of(name: str) -> Any:
    return _kinds[name].label if name in _kinds else name


def scheduled_kinds() -> Iterator[tuple[Kind, Every | Daily | Monthly]]:
    return ((kind, kind.schedule) for kind in _kinds.values() if kind.schedule is not None)
