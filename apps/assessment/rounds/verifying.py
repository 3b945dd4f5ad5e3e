"""核验: a published result scored again from its frozen facts and rules must give the same figures."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.assessment.models import FrozenFacts, Publication
from apps.assessment.rounds.freezing import sha256_of
from apps.assessment.rounds.publishing import current_publication
from apps.assessment.rounds.snapshots import (
    Place,
    Snapshot,
    counted_evidence,
    item_at,
    score_again,
    take,
)
from apps.assessment.ruledata import evidence_from_data


@dataclass(frozen=True)
class Difference:
    """Where the archive does not agree with itself: what it says, and what follows from its facts and rules."""

    place: str
    said: str
    found: str

    def __str__(self) -> str:
        return f"{self.place}：{self.said} ≠ {self.found}"


def verify(publication: Publication) -> list[Difference]:
    """Every difference; an empty list means that the archive holds."""
    return [*differences(publication), *_against_the_tables(publication)]


def differences(publication: Publication) -> list[Difference]:
    """What the publication says against itself: hashes, facts, items, totals, grades."""
    snapshot: Snapshot = publication.snapshot
    facts = snapshot["facts"]
    found = [
        _unless_equal(_("公布结果的校验值"), publication.sha256, sha256_of(snapshot)),
        _unless_equal(_("封存数据的校验值"), facts["sha256"], sha256_of(facts["rows"]))
        if facts["sha256"]
        else None,
    ]
    return [*filter(None, found), *_evidence(snapshot), *_figures(snapshot)]


def _evidence(snapshot: Snapshot) -> list[Difference]:
    """Counted items whose evidence is not what the facts say; what people set stands for itself."""
    found = []
    for place, evidence in counted_evidence(snapshot):
        said = item_at(snapshot, place)["evidence"]
        if said is not None and "ruled" in said:
            continue
        if evidence_from_data(said) != evidence:
            found.append(
                Difference(_name(snapshot, place), _shown(evidence_from_data(said)), _shown(evidence))
            )
    return found


def _figures(snapshot: Snapshot) -> list[Difference]:
    found = []
    for code, again in score_again(snapshot).items():
        office = snapshot["offices"][code]
        for section, (items, fresh) in enumerate(zip(office["items"], again.items, strict=True)):
            for position, (item, new) in enumerate(zip(items, fresh, strict=True)):
                if item is None or new is None:
                    continue
                place = _name(snapshot, Place(code, section, position))
                said = (item["state"], item["points"])
                found.append(_unless_equal(place, _shown(said), _shown((new["state"], new["points"]))))
        for name, figure in again.figures().items():
            found.append(_unless_equal(f"{office['name']} {name}", office[name], figure))
        found.append(_unless_equal(f"{office['name']} {_('计算等次')}", office["computed"], again.computed))
    return [each for each in found if each is not None]


def _against_the_tables(publication: Publication) -> list[Difference]:
    """The current publication against the results that pages show, and every one against its frozen facts."""
    snapshot: Snapshot = publication.snapshot
    found: list[Difference | None] = []
    sha256 = snapshot["facts"]["sha256"]
    frozen = FrozenFacts.objects.filter(scheme=publication.scheme, sha256=sha256).first() if sha256 else None
    if sha256:
        rows = sha256_of(frozen.rows) if frozen else _("没有找到")
        found.append(_unless_equal(_("封存数据"), sha256, rows))
    last = current_publication(publication.scheme)
    if last is not None and last.pk == publication.pk:
        shown = take(publication.scheme)["offices"]
        for code, office in snapshot["offices"].items():
            now = shown.get(code, {})
            found.append(_unless_equal(office["name"], _brief(office), _brief(now)))
            if _brief(office) == _brief(now) and office != now:
                found.append(Difference(office["name"], _("存档"), _("页面显示的单项与存档不一致")))
    return [each for each in found if each is not None]


def _brief(office: dict[str, Any]) -> str:
    return f"{office.get('total', '—')} {office.get('grade', '—')}"


def _name(snapshot: Snapshot, place: Place) -> str:
    section = snapshot["scheme"]["sections"][place.section]
    return f"{snapshot['offices'][place.office]['name']} {section['indicators'][place.indicator]['name']}"


def _shown(value: Any) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], str):
        return " ".join("—" if part is None else str(part) for part in value)
    return "—" if value is None else str(value)


def _unless_equal(place: str, said: Any, found: Any) -> Difference | None:
    return None if said == found else Difference(place, str(said), str(found))
