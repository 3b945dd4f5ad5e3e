"""Which organizations a list means: by credit code, else by name."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.credit_codes import BadCreditCode, normalize_credit_code
from apps.members.importing import cells
from apps.members.importing.findings import BadCell
from apps.members.importing.looks import is_name
from apps.members.models import Organization
from apps.offices.models import Office
from apps.pairing.importing.columns import ListColumn, is_unit
from apps.pairing.importing.people import parts_in
from apps.pairing.importing.reading import Line


@dataclass(frozen=True)
class Unit:
    """An organization as far as a list can mean it."""

    pk: int
    name: str
    credit_code: str
    office_id: int
    office_path: str
    is_ended: bool


class Units:
    """Organizations of one office and below that the lines name. Read once for a list: one query, whatever its size."""

    def __init__(self, office: Office, lines: Iterable[Line]) -> None:
        lines = list(lines)
        names = {name for line in lines if (name := _name(line.values.get(ListColumn.UNIT)))}
        # 走访对象 of a ledger may be organizations: what is written like one, or is one's name.
        names |= {name for line in lines for part in parts_in(line) if (name := _unit_name(part))}
        codes = {code for line in lines if (code := _code(line.values.get(ListColumn.CODE)))}
        self._named: dict[str, list[Unit]] = defaultdict(list)
        self._coded: dict[str, Unit] = {}
        rows = Organization.objects.of_office(office).filter(Q(name__in=names) | Q(credit_code__in=codes))
        for pk, name, code, office_id, path, ended_on in rows.order_by("pk").values_list(
            "pk", "name", "credit_code", "office_id", "office_path", "ended_on"
        ):
            unit = Unit(pk, name, code, office_id, path, ended_on is not None)
            self._named[name].append(unit)
            if code:
                self._coded[code] = unit

    @property
    def ids(self) -> list[int]:
        return [unit.pk for same in self._named.values() for unit in same]

    def are_named(self, part: str) -> bool:
        """Whether what stands among the names of people means organizations: 某某有限公司, or the name of one."""
        return is_unit(part) or (_unit_name(part) in self._named and not is_name(part))

    def among_names(self, line: Line) -> list[Unit]:
        """The organizations that stand among the names of people; the line is wrong where one is none or several."""
        found = []
        for part in parts_in(line):
            if self.are_named(part):
                same = self._named.get(_unit_name(part), [])
                if len(same) == 1:
                    found.append(same[0])
                else:
                    line.wrong(ListColumn.NAME, _not_one(part, same))
        return found

    def find(self, line: Line) -> Unit | None:
        """The one of its own columns that the line means, or None where it names none; the line is wrong where it is nobody or several."""
        code = line.cell(ListColumn.CODE, _read_code, "")
        name = line.cell(ListColumn.UNIT, cells.unit, "")
        if line.errors or not (code or name):
            return None
        if code and (known := self._coded.get(code)):
            return known
        same = self._named.get(name, [])
        # Of one name the code tells apart; an organization without a code may be it.
        fits = [unit for unit in same if not code or not unit.credit_code]
        if len(fits) == 1:
            return fits[0]
        line.wrong(ListColumn.UNIT if name else ListColumn.CODE, _not_one(name or code, fits))
        return None


def _read_code(value: object) -> str:
    try:
        return normalize_credit_code(cells.text_or_none(value, 40))
    except BadCreditCode as error:
        raise BadCell(str(error)) from None


def _code(value: object) -> str:
    try:
        return _read_code(value)
    except BadCell:
        return ""


def _name(value: object) -> str:
    try:
        return cells.unit(value)
    except BadCell:
        return ""


def _unit_name(part: str) -> str:
    return "" if is_name(part) else _name(part)


def _not_one(name: str, fits: list[Unit]) -> str:
    if fits:
        return _("有 %(n)d 家%(name)s，请补充统一社会信用代码") % {"n": len(fits), "name": name}
    return _("%(name)s不在本机构及下级的团体和单位中，请先登记") % {"name": name}
