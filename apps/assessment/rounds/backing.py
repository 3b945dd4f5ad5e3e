"""Who stands behind an item: who declared and who confirmed it, who gave the verdict, the marks once they may be read."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.assessment.explaining import SectionLines
from apps.assessment.models import DeclaredFigure, Indicator, ManualScore, Mark, Objection, Result, Scheme
from apps.assessment.rounds.judging import standing_of
from apps.assessment.rounds.panels import Panel
from apps.assessment.rules import Judged


@dataclass(frozen=True)
class Backing:
    """What a line of a result opens to, beside its figure: people by name and day, cadres and never members."""

    # One sentence for each deed.
    deeds: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    objection: Objection | None = None


def with_backing(sections: Iterable[SectionLines], result: Result, reader: int) -> list[SectionLines]:
    """The same sections, each line with who stands behind it. Seven queries; two while entries come in."""
    deeds = _deeds(result)
    # Before the review nobody has marked or objected.
    entries_only = result.scheme.state in (Scheme.State.DRAFT, Scheme.State.OPEN)
    objections = {} if entries_only else _objections(result)
    panel = None if entries_only else Panel.load(result.scheme)

    def backing(indicator: Indicator) -> Backing:
        marks: tuple[Mark, ...] = ()
        if panel is not None and isinstance(indicator.rule, Judged):
            marks = standing_of(panel, result.scheme, indicator, result.office_id, reader).marks or ()
        return Backing(tuple(deeds.get(indicator.pk, ())), marks, objections.get(indicator.pk))

    return [
        replace(part, lines=tuple(replace(line, backing=backing(line.indicator)) for line in part.lines))
        for part in sections
    ]


def _objections(result: Result) -> dict[int, Objection]:
    rows = Objection.objects.filter(indicator__section__scheme=result.scheme, office=result.office)
    return {row.indicator_id: row for row in rows}


def _deeds(result: Result) -> dict[int, list[str]]:
    """By indicator: 申报 …, 确认 …, 评定 …, each with a name and a day."""
    place = {"indicator__section__scheme": result.scheme, "office": result.office}
    found: dict[int, list[str]] = defaultdict(list)
    for row in DeclaredFigure.objects.filter(**place).select_related("declared_by", "reviewed_by"):
        said = _("%(who)s 于 %(day)s 申报") % _who(row.declared_by.name, row.declared_at)
        if row.reviewed_by is not None:
            done = _("%(who)s 于 %(day)s 确认") if row.state == "confirmed" else _("%(who)s 于 %(day)s 退回")
            said += "，" + done % _who(row.reviewed_by.name, row.reviewed_at)
        found[row.indicator_id].append(said)
    for verdict in ManualScore.objects.filter(**place).select_related("given_by"):
        words = _who(verdict.given_by.name, verdict.given_at) | {"reason": verdict.reason}
        found[verdict.indicator_id].append(_("%(who)s 于 %(day)s 评定：%(reason)s") % words)
    return found


def _who(name: str, at: dt.datetime | None) -> dict[str, str]:
    return {"who": name, "day": f"{timezone.localtime(at):%Y-%m-%d}"}
