"""What the monthly job will empty, by office and kind of row: for those who keep the registry. Numbers only."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Subquery
from django.db.models.functions import Coalesce

from apps.core.access import OfficeRange, within
from apps.members.erasing.retention import Texts, month_after, tables_that_end
from apps.members.models import DueText
from apps.offices.models import Office


@dataclass
class DueAt:
    """Listed texts of one office: how many rows of each kind, and the first day on which some are emptied."""

    office: Office
    first_on: dt.date
    # A plain dict: a template would ask a Counter for its key "items".
    kinds: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.kinds.values())


def due_by_office(ranges: Iterable[OfficeRange]) -> list[DueAt]:
    """The offices in these ranges where something is listed, in the order of the tree. One query a table."""
    ranges = tuple(ranges)
    found = [(table, row) for table in tables_that_end() for row in _counted(table, ranges)]
    offices = {
        office.path: office for office in Office.objects.filter(path__in={row["place"] for _t, row in found})
    }
    due: dict[str, DueAt] = {}
    for table, row in found:
        first_on = month_after(row["listed_on"])
        here = due.setdefault(row["place"], DueAt(offices[row["place"]], first_on))
        here.first_on = min(here.first_on, first_on)
        kind = str(table.model._meta.verbose_name)
        here.kinds[kind] = here.kinds.get(kind, 0) + row["number"]
    return [due[path] for path in sorted(due)]


def _counted(table: Texts, ranges: tuple[OfficeRange, ...]) -> Iterable[Mapping[str, Any]]:
    rows = table.model._base_manager.filter(pk=OuterRef("row"))
    first, *others = table.office_paths
    where = rows.annotate(office_of_row=Coalesce(first, *others) if others else F(first)).values(
        "office_of_row"
    )
    lines = DueText.objects.filter(label=table.label).annotate(place=Subquery(where))
    counted = lines.filter(within(ranges, "place")).order_by().values("place")
    return counted.annotate(number=Count("pk"), listed_on=Min("listed_on"))
