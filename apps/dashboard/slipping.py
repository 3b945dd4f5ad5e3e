"""需要关注: where the office has fallen behind its own past, and where an office below lies far under the whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.metrics import Metric
from apps.dashboard.figures import Figure, Headline, Reader
from apps.offices.models import Office

# Percentage points under the whole from which an office is pointed out, and under its own past.
FAR_BELOW, FALLEN = 10, 5
MOST_SHOWN = 10
# What is missing, in deeds.
_MISSING: dict[str, str | Promise] = {
    "pairing.coverage": gettext_lazy("还有 %(n)s 名成员没有结对干部"),
    "duties.fulfilled": gettext_lazy("还差 %(n)s 次履职"),
    "pairing.contacted_in_quarter": gettext_lazy("有 %(n)s 个结对季度没有联系"),
    "cases.closed_on_time": gettext_lazy("有 %(n)s 件没有按期答复"),
}


@dataclass(frozen=True)
class Slip:
    """A figure that slips: by how many points, against what, and what is missing."""

    figure: Figure
    gap: float
    against: str
    # The county of a town on the city's board.
    above: str = ""
    # Of the five ones, the kind that is furthest behind.
    weakest: Figure | None = None

    @property
    def how(self) -> str:
        return _("低于%(against)s %(n)s 个百分点") % {"against": self.against, "n": f"{self.gap:.1f}"}

    @property
    def why(self) -> str:
        missing = _MISSING.get(self.figure.metric.code)
        words = str(missing) % {"n": self.figure.missing} if missing else ""
        if self.weakest is None:
            return words
        kind = {"kind": self.weakest.metric.name, "value": self.weakest.said}
        return words + _("，最低的是%(kind)s %(value)s") % kind


def fallen(headlines: Iterable[Headline]) -> list[Slip]:
    """The office against its own past: the period before, or a year earlier where that was further up."""
    slips = []
    for headline in headlines:
        pasts = ((headline.from_before, _("上期")), (headline.from_year_before, _("上年同期")))
        drops = [(-change.by, word) for change, word in pasts if change and change.is_share]
        by, word = max(drops, default=(0.0, ""))
        if by >= FALLEN:
            slips.append(Slip(headline.figure, by, word))
    return slips


def far_below(whole: Iterable[Figure], below: Iterable[Figure], offices: Sequence[Office]) -> list[Slip]:
    """Offices below, those first to which most deeds are missing. Figures of few people point at nobody."""
    level = {figure.metric.code: figure.share for figure in whole}
    names = {office.path: office.name for office in offices}
    found = []
    for figure in below:
        reached = level.get(figure.metric.code)
        if figure.share is None or reached is None or 100 * (reached - figure.share) < FAR_BELOW:
            continue
        gap = 100 * (reached - figure.share)
        slip = Slip(figure, gap, _("本级"), names.get(figure.office.parent_path, ""))
        found.append(((reached - figure.share) * (figure.denominator or 0), slip))
    return [slip for _deeds, slip in sorted(found, key=lambda each: -each[0])]


def explained(slip: Slip, reader: Reader, kinds: Sequence[Metric]) -> Slip:
    """With the weakest kind, where the five ones slip."""
    if slip.figure.metric.code != "duties.fulfilled":
        return slip
    figures = [reader.figure(kind, slip.figure.office, slip.figure.period) for kind in kinds]
    shares = [(figure.share, at) for at, figure in enumerate(figures) if figure.share is not None]
    return replace(slip, weakest=figures[min(shares)[1]]) if shares else slip


def slipping(headlines: Sequence[Headline], below: Iterable[Figure], offices: Sequence[Office]) -> list[Slip]:
    """The office's own first; at most ten."""
    under = far_below([headline.figure for headline in headlines], below, offices)
    return [*fallen(headlines), *under][:MOST_SHOWN]
