"""方格图: counties and towns as tiles, from the tree of offices; how each stands to the whole, in a word and a shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.metrics import Metric
from apps.core.periods import Period
from apps.dashboard.figures import Figure, Reader
from apps.offices.models import Office, OfficeKind

# In percentage points against the whole.
NEAR, FAR = 5, 10


class Level(StrEnum):
    """How an office's figure stands to that of the whole; for counts, how large it is beside the largest."""

    ABOVE = "above"
    NEAR = "near"
    BELOW = "below"
    FAR_BELOW = "far"
    NONE = "none"
    ZERO = "zero"
    SOME = "some"
    MUCH = "much"

    @property
    def word(self) -> str | Promise:
        return _WORDS[self]


_WORDS: dict[Level, str | Promise] = {
    Level.ABOVE: _("高于本级"),
    Level.NEAR: _("与本级接近"),
    Level.BELOW: _("低于本级"),
    Level.FAR_BELOW: _("明显低于本级"),
    Level.NONE: _("无数据"),
    Level.ZERO: _("没有"),
    Level.SOME: _("较少"),
    Level.MUCH: _("较多"),
}
OF_SHARES = (Level.ABOVE, Level.NEAR, Level.BELOW, Level.FAR_BELOW, Level.NONE)
OF_COUNTS = (Level.ZERO, Level.SOME, Level.MUCH, Level.NONE)


@dataclass(frozen=True)
class Tile:
    figure: Figure
    level: Level


@dataclass(frozen=True)
class Block:
    """The tiles of a county's towns under its own; a county's board has one block without a head."""

    head: Tile | None
    tiles: list[Tile]


@dataclass(frozen=True)
class Grid:
    """The tiles of one metric and what they are measured against."""

    metric: Metric
    whole: Figure
    blocks: list[Block]

    @property
    def levels(self) -> tuple[Level, ...]:
        """The legend."""
        return OF_SHARES if self.metric.has_denominator else OF_COUNTS

    @property
    def tiles(self) -> list[Tile]:
        """Row by row, for the table beside."""
        return [tile for block in self.blocks for tile in ([block.head] if block.head else []) + block.tiles]


def grid_of(office: Office, below: Sequence[Office], metric: Metric, period: Period, reader: Reader) -> Grid:
    """The offices below as tiles: under a city in blocks by county."""
    whole = reader.figure(metric, office, period)
    figures = {each.path: reader.figure(metric, each, period) for each in below}

    def tiles(offices: list[Office]) -> list[Tile]:
        most = max((figures[each.path].value or 0 for each in offices), default=0)
        return [Tile(figures[each.path], _level(figures[each.path], whole, most)) for each in offices]

    if office.kind != OfficeKind.CITY:
        return Grid(metric, whole, [Block(None, tiles(list(below)))])
    heads = [each for each in below if each.depth == office.depth + 1]
    towns = tiles([each for each in below if each.depth > office.depth + 1])
    blocks = [
        Block(head, [town for town in towns if head.figure.office.range.holds(town.figure.office.path)])
        for head in tiles(heads)
    ]
    return Grid(metric, whole, blocks)


def _level(figure: Figure, whole: Figure, most: float) -> Level:
    if figure.value is None:
        return Level.NONE
    if not figure.metric.has_denominator:
        if figure.value == 0:
            return Level.ZERO
        return Level.MUCH if figure.value > most / 2 else Level.SOME
    if whole.value is None:
        return Level.NEAR
    gap = 100 * (figure.value - whole.value)
    if abs(gap) < NEAR:
        return Level.NEAR
    if gap > 0:
        return Level.ABOVE
    return Level.FAR_BELOW if gap <= -FAR else Level.BELOW
