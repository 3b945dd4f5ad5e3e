"""Whom a list means: members by name, town, phone, month of birth or number; cadres by name or user name."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.accounts.models import Grant
from apps.accounts.roles import RoleName
from apps.core.names import NameKeys
from apps.members.importing import cells
from apps.members.importing.findings import BadCell
from apps.members.importing.towns import Towns
from apps.members.models import Member, phone_index_of
from apps.offices.models import Office
from apps.pairing.importing.columns import SEPARATORS, ListColumn
from apps.pairing.importing.reading import Line

_NUMBER = re.compile(r"[Cc]?0*([0-9]{1,15})")
# Of a member who left nobody may learn by a list that they were here; a merged one is found by the one that is kept.
_UNKNOWN = (Member.Status.WITHDRAWN, Member.Status.MERGED)


@dataclass(frozen=True)
class Person:
    """A member as far as a list can mean them."""

    pk: int
    name: str
    name_simplified: str
    phone_index: str
    birth_month: dt.date | None
    status: str
    office_id: int
    office_path: str

    @property
    def is_active(self) -> bool:
        return self.status == Member.Status.ACTIVE


@dataclass(frozen=True)
class Service:
    """A grant as cadre: where and when."""

    user: int
    office: Office
    starts_on: dt.date
    ends_on: dt.date | None
    is_active: bool

    def holds_on(self, day: dt.date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def parts_in(line: Line) -> list[str]:
    """What stands in the name column: people, in a ledger organizations too."""
    parts = SEPARATORS.split(str(line.values.get(ListColumn.NAME) or ""))
    return [part.strip() for part in parts if part.strip()]


def names_in(line: Line, is_unit: Callable[[str], bool]) -> list[str]:
    """The names of people in the name column, each in its one written form; the line is wrong where one is none.

    A line about an organization alone names nobody.
    """
    parts = parts_in(line)
    people = [part for part in parts if not is_unit(part)]
    about_unit = parts or line.values.get(ListColumn.UNIT) or line.values.get(ListColumn.CODE)
    if not people and about_unit:
        return []
    found = []
    for part in people or [""]:
        try:
            found.append(cells.name(part))
        except BadCell as error:
            line.wrong(ListColumn.NAME, error)
    return list(dict.fromkeys(found))


class People:
    """Members and cadres of one office and below. Read once for a list: two queries, whatever its size."""

    def __init__(self, office: Office, names: Iterable[str]) -> None:
        self.office = office
        self.towns = Towns(office)
        self.members: dict[str, list[Person]] = defaultdict(list)
        self._sheets: dict[str, Office | None] = {}
        self._keys = {name: NameKeys.of(name).simplified for name in set(names)}
        found = Member.objects.filter(
            name_simplified__in=set(self._keys.values()),
            office_path__gte=office.range.low,
            office_path__lt=office.range.high,
        ).exclude(status__in=_UNKNOWN)
        for row in found.order_by("pk").values_list(*Person.__dataclass_fields__):
            person = Person(*row)
            self.members[person.name_simplified].append(person)
        self.services: dict[int, list[Service]] = defaultdict(list)
        self._cadres: dict[str, set[int]] = defaultdict(set)
        self._read_cadres()

    def _read_cadres(self) -> None:
        reach = self.office.range
        grants = Grant.objects.filter(
            role=RoleName.CADRE, office__path__gte=reach.low, office__path__lt=reach.high
        )
        for grant in grants.select_related("user", "office"):
            user = grant.user
            self.services[user.pk].append(
                Service(user.pk, grant.office, grant.starts_on, grant.ends_on, user.is_active)
            )
            self._cadres["".join(user.name.split())].add(user.pk)
            self._cadres[f"@{user.username}"].add(user.pk)

    def cadre(self, value: object) -> int:
        """Raises BadCell where the cell means no cadre here, or several."""
        name = "".join(cells.text(value, 50).split())
        if not name:
            raise BadCell(_("请填写干部姓名或用户名"))
        found = self._cadres.get(f"@{name}") or self._cadres.get(name) or set()
        if not found:
            raise BadCell(_("本机构及下级没有这位干部，请填写姓名或用户名"))
        if len(found) > 1:
            raise BadCell(_("有 %(n)d 位同名干部，请改填用户名") % {"n": len(found)})
        return next(iter(found))

    def member(self, name: str, line: Line) -> Person | None:
        """The one member that the line means by this name; the line is wrong where it is nobody or several."""
        town = line.cell(ListColumn.TOWN, self._town, None) or self._town_of(line.sheet)
        phone = line.cell(ListColumn.PHONE, cells.phone, "")
        birth = line.cell(ListColumn.BIRTH, lambda value: _month(value, line), None)
        number = line.cell(ListColumn.RECORD, _number, 0)
        same = self.members.get(self._keys[name], [])
        index = phone_index_of(phone) if phone else ""
        fits = [
            person
            for person in same
            if (town is None or town.range.holds(person.office_path))
            and (not index or person.phone_index in ("", index))
            and (birth is None or person.birth_month in (None, birth))
            and (not number or person.pk == number)
        ]
        if len(fits) > 1:
            # Of several the one who surely is it, not those of whom nothing is known.
            sure = [
                p for p in fits if (index and p.phone_index == index) or (birth and p.birth_month == birth)
            ]
            fits = sure or fits
        if len(fits) == 1:
            return fits[0]
        line.wrong(ListColumn.NAME, _not_one(name, same, fits))
        return None

    def _town_of(self, sheet: str) -> Office | None:
        """Many counties keep a sheet for each town."""
        if sheet not in self._sheets:
            try:
                self._sheets[sheet] = self.towns.find(sheet)
            except BadCell:
                self._sheets[sheet] = None
        return self._sheets[sheet]

    def _town(self, value: object) -> Office | None:
        words = cells.text_or_none(value, 60)
        return self.towns.find(words) if words else None


def _not_one(name: str, same: list[Person], fits: list[Person]) -> str:
    if not same:
        return _("%(name)s不在本机构及下级的登记中，请先登记") % {"name": name}
    if not fits:
        return _("%(name)s的乡镇、电话、出生年月或编号与登记不符，请核对") % {"name": name}
    return _("有 %(n)d 位%(name)s，请补充乡镇、电话、出生年月或编号") % {"n": len(fits), "name": name}


def _month(value: object, line: Line) -> dt.date | None:
    return cells.birth_month(value, today=dt.date.max, is_1904=line.is_1904)


def _number(value: object) -> int:
    words = cells.text_or_none(value, 20)
    found = _NUMBER.fullmatch(words)
    if words and not found:
        raise BadCell(_("编号的格式应如 C0000012"))
    return int(found[1]) if found else 0
