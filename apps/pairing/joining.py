"""Pairs of two registrations that turn out to be one person. Pure: days and cadres in, days and cadres out.

A member has one cadre at a time. Where both registrations had one on the same days, the kept registration's pair
holds those days; a pair of the duplicate keeps the days that are free. Days of the same cadre that touch become one
pair. No day on which somebody was paired is lost.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

ENDLESS = dt.date.max
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """A pair's days, both ends included; `last` ENDLESS: it goes on. `reason`: why it ended."""

    pairing: int
    cadre: int
    first: dt.date
    last: dt.date
    reason: str = ""

    def overlaps(self, first: dt.date, last: dt.date) -> bool:
        return self.first <= last and first <= self.last


@dataclass
class Joined:
    """What becomes of the pairs. Spans in `kept` that changed, spans of the duplicate that move, and the rest of them."""

    kept: dict[int, Span] = field(default_factory=dict)
    moved: dict[int, Span] = field(default_factory=dict)
    # Further pieces of a moved pair: new rows, made like the pair named.
    made: list[Span] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)

    def all(self) -> list[Span]:
        return [*self.kept.values(), *self.moved.values(), *self.made]


def join(kept: Iterable[Span], duplicate: Iterable[Span], *, cut_reason: str) -> Joined:
    """`cut_reason`: why a pair ended that gives way to the next one."""
    joined = Joined(kept={span.pairing: span for span in kept})
    for span in sorted(duplicate, key=lambda span: span.first):
        pieces = [
            piece
            for piece in _free(span, joined.all(), cut_reason)
            if not _lengthens(piece, span, joined, cut_reason)
        ]
        if pieces:
            *others, last = pieces
            joined.moved[span.pairing] = last
            joined.made.extend(others)
        else:
            joined.removed.append(span.pairing)
    return joined


def _free(span: Span, taken: Sequence[Span], cut_reason: str) -> list[Span]:
    """The pieces of the span in which nobody else holds the member."""
    pieces, first = [], span.first
    for other in sorted(taken, key=lambda other: other.first):
        if other.last < first or other.first > span.last:
            continue
        if other.first > first:
            pieces.append(replace(span, first=first, last=other.first - _DAY, reason=cut_reason))
        if other.last == ENDLESS:
            return pieces
        first = max(first, other.last + _DAY)
    return [*pieces, replace(span, first=first)] if first <= span.last else pieces


def _lengthens(piece: Span, whole: Span, joined: Joined, cut_reason: str) -> bool:
    """Whether a kept pair of the same cadre takes the piece over, because both shared days."""
    for span in joined.kept.values():
        if span.cadre != piece.cadre or not span.overlaps(whole.first, whole.last):
            continue
        if span.last != ENDLESS and span.last + _DAY == piece.first:
            joined.kept[span.pairing] = replace(span, last=piece.last, reason=piece.reason)
            return True
        if piece.last != ENDLESS and piece.last + _DAY == span.first:
            joined.kept[span.pairing] = replace(span, first=piece.first)
            return True
    return False
