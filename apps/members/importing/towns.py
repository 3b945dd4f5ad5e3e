"""The names rosters use for towns, below one office."""

from collections import defaultdict

from django.utils.translation import gettext as _

from apps.core.widths import half_width
from apps.members.importing.findings import BadCell, RosterRefused
from apps.offices.models import TOWN_KINDS, Office, OfficeKind

_SUFFIXES = ("街道办事处", "人民政府", "街道", "镇", "乡")


class Towns:
    """Finds the office a cell means: 黄桥镇, 黄桥, 泰兴市黄桥镇. Read once per roster."""

    def __init__(self, office: Office) -> None:
        """Raises RosterRefused where no member may be registered at or below the office."""
        if office.kind in (OfficeKind.COMMUNITY, OfficeKind.DEPARTMENT):
            raise RosterRefused(_("成员登记在乡镇（街道）及以上机构，请改选机构"))
        self.office = office
        self._above = [_plain(name) for name in _names_above(office)]
        self._exact: dict[str, list[Office]] = defaultdict(list)
        self._short: dict[str, list[Office]] = defaultdict(list)
        below = Office.objects.filter(path__startswith=office.path, kind__in=TOWN_KINDS)
        for town in {office, *below}:
            self._exact[_plain(town.name)].append(town)
            self._short[_without_suffix(_plain(town.name))].append(town)

    def find(self, name: str) -> Office:
        """Raises BadCell where the name means no town below the office, or several."""
        if not name:
            return self._only()
        plain = _plain(name)
        for prefix in self._above:
            plain = plain.removeprefix(prefix) or plain
        found = self._exact.get(plain) or self._short.get(_without_suffix(plain)) or []
        if not found:
            raise BadCell(_("本级机构下没有这个乡镇（街道）"))
        if len(found) > 1:
            raise BadCell(_("有多个同名的乡镇（街道），请按县（市、区）分别导入"))
        return found[0]

    def of_sheet(self, name: str) -> Office:
        """Where the people of a sheet without a column of towns belong: many counties keep a sheet for each town.

        Raises BadCell where neither its name nor the importing office says it.
        """
        try:
            return self.find(name)
        except BadCell:
            return self._only()

    def by_id(self) -> dict[int, Office]:
        """All that a cell may mean."""
        return {town.pk: town for towns in self._exact.values() for town in towns}

    def _only(self) -> Office:
        if self.office.kind in TOWN_KINDS:
            return self.office
        raise BadCell(_("请填写所在乡镇（街道）"))


def _names_above(office: Office) -> list[str]:
    """Names that may stand before the town's: 泰州市, 泰兴市."""
    return [*Office.objects.get_ancestors(office).values_list("name", flat=True), office.name]


def _plain(name: str) -> str:
    return "".join(half_width(name).split())


def _without_suffix(name: str) -> str:
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name
