"""What reports can be made about: an office and a year, under the scheme that assesses it or, without one, unscored."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.assessment.models import Assessed, Rollup, Scheme
from apps.core.access import Actor, Permission, may_at
from apps.offices.models import TOWN_KINDS, Office, OfficeKind

# Offices with figures worth a document of their own, even where nobody assesses them.
REPORTED = (OfficeKind.CITY, OfficeKind.COUNTY, *TOWN_KINDS)


@dataclass(frozen=True)
class Subject:
    """Whose report of which year. Without `scheme` it has figures and no score."""

    office: Office
    year: int
    scheme: Scheme | None = None

    @property
    def key(self) -> str:
        """How a form and a job name it: T-2026:990001, or 2026:990001100 without a scheme."""
        return f"{self.scheme.code if self.scheme else self.year}:{self.office.code}"

    @property
    def is_about_itself(self) -> bool:
        """The office is one of those assessed, not the one that assesses."""
        return self.scheme is not None and self.office.pk != self.scheme.office_id


def years() -> list[int]:
    """The years whose facts were counted, newest first."""
    return list(Rollup.objects.order_by("-year").values_list("year", flat=True))


def subjects(by: Actor, year: int) -> list[Subject]:
    """Every report of the year that `by` may make, in the order of the tree. Three queries."""
    offices = {office.pk: office for office in Office.objects.visible_to(by, Permission.REPORT_EXPORT)}
    scored = list(_scored(offices, year))
    assessed = {subject.office.pk for subject in scored}
    unscored = (
        Subject(office, year)
        for office in offices.values()
        if office.pk not in assessed and office.kind in REPORTED
    )
    return sorted((*scored, *unscored), key=lambda subject: subject.office.path)


def _scored(offices: dict[int, Office], year: int) -> Iterator[Subject]:
    schemes = Scheme.objects.filter(year=year).exclude(state=Scheme.State.DRAFT).select_related("office")
    for scheme in schemes:
        if scheme.office_id in offices:
            yield Subject(offices[scheme.office_id], year, scheme)
    rows = Assessed.objects.filter(scheme__in=schemes, office__in=offices).select_related("scheme__office")
    for row in rows:
        yield Subject(offices[row.office_id], year, row.scheme)


def subject_named(key: str) -> Subject | None:
    """The subject a key names, whoever asks; None where there is no such scheme or office."""
    source, _colon, code = key.rpartition(":")
    office = Office.objects.filter(code=code).first()
    if office is None:
        return None
    scheme = Scheme.objects.select_related("office").filter(code=source).first()
    if scheme:
        return Subject(office, scheme.year, scheme)
    return Subject(office, int(source)) if source.isascii() and source.isdigit() else None


def may_report(subject: Subject, by: Actor) -> bool:
    """Whether `by` may make this report: the right at the office, and an office that the scheme knows."""
    if not may_at(by, Permission.REPORT_EXPORT, subject.office.path):
        return False
    scheme = subject.scheme
    if scheme is None:
        return subject.office.kind in REPORTED
    return not subject.is_about_itself or scheme.assessed_offices.filter(office_id=subject.office.pk).exists()
