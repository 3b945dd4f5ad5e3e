"""What users can be told. Apps above register their kinds in `ready()`; a kind owns the words of its subject.

A subject is a sentence of ours with places for counts, days, record numbers and our own labels. Nothing that
somebody typed fits into one, so that no name can reach a subject line, an e-mail or a log.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

# Record numbers such as S0000012, codes and versions.
_NUMBER = re.compile(r"[A-Za-z0-9〔〕\-]{1,24}")


class NotForSubject(TypeError):
    """A programme tried to put a typed text into a subject."""


@dataclass(frozen=True)
class Kind:
    """`name` is like "casework.red"; `label` names the kind in the inbox; `subject` is a lazy %-template."""

    name: str
    label: Any
    subject: Any

    def subject_with(self, values: dict[str, Any]) -> str:
        """The subject in the language that is active now. Raises NotForSubject for a typed text."""
        return str(self.subject) % {name: _fit(name, value) for name, value in values.items()}


def _fit(name: str, value: Any) -> Any:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    # A Promise is a translatable text of the programme.
    if isinstance(value, Promise) or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        return str(value)
    raise NotForSubject(f"{name!r} is no count, day, record number or label")


@dataclass(frozen=True)
class Line:
    """One line of the daily digest: what waits, and how many of it."""

    label: Any
    count: int

    def __str__(self) -> str:
        return f"{self.label} {self.count}"


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Called from `AppConfig.ready()`. Registering a name again replaces its kind."""
    _kinds.update({kind.name: kind for kind in kinds})


def kind_named(name: str) -> Kind:
    """Raises KeyError where no app has registered the name."""
    return _kinds[name]


def label_of(name: str) -> Any:
    return _kinds[name].label if name in _kinds else name
