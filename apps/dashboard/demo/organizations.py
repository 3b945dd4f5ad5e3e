"""The demo's organizations, and what its members hold in them: trees of branches, terms, codes, posts, public seats."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from typing import Any

from apps.core.copying import copy_rows, reserve_ids
from apps.core.credit_codes import check_sign
from apps.dashboard.demo import words
from apps.members.models import Appointment, Category, Member, Organization, OrganizationKind, PublicSeat
from apps.members.models.seats import Sector
from apps.offices.models import Office, OfficeKind

# Of its own, so that the rest of the demo stays as it was.
SEED = 20260102
PARTIES = ("民革", "民盟", "民建", "民进", "农工党", "致公党", "九三学社")
CLUBS = ("新的社会阶层人士联谊会", "党外知识分子联谊会", "归国留学人员联谊会")
TERM_YEARS = 5
_SECTORS = (
    Sector.ECONOMY,
    Sector.COMMERCE,
    Sector.EDUCATION,
    Sector.MEDICINE,
    Sector.SCIENCE,
    Sector.NONPARTISAN,
)
_SEATS = (
    (PublicSeat.Kind.CPPCC_MEMBER, PublicSeat.Level.COUNTY, 15, dt.date(2022, 1, 5)),
    (PublicSeat.Kind.CPPCC_MEMBER, PublicSeat.Level.COUNTY, 15, dt.date(2022, 1, 5)),
    (PublicSeat.Kind.CPPCC_MEMBER, PublicSeat.Level.CITY, 6, dt.date(2022, 1, 12)),
    (PublicSeat.Kind.DEPUTY, PublicSeat.Level.TOWN, 19, dt.date(2021, 11, 20)),
    (PublicSeat.Kind.DEPUTY, PublicSeat.Level.COUNTY, 18, dt.date(2022, 1, 6)),
    (PublicSeat.Kind.CPPCC_MEMBER, PublicSeat.Level.PROVINCE, 13, dt.date(2023, 1, 18)),
)


@dataclass
class Places:
    """Where members hold posts, by the office they belong to; ids of organizations."""

    firms: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    clubs: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    branches: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    # Firms that are no more.
    gone: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


class Organizations:
    """Writes the organizations, then the posts and seats of the members."""

    def __init__(self, offices: list[Office], towns: list[Office], today: dt.date) -> None:
        self.offices, self.towns, self.today = offices, towns, today
        self.random = Random(SEED)  # noqa: S311 - not for secrets
        self.places = Places()
        self.rows: list[dict[str, Any]] = []
        self.by_path = {office.path: office for office in offices}

    def load(self, random: Random) -> Places:
        """The associations of city, counties and towns in their trees, and the firms of the towns."""
        ids = iter(reserve_ids(Organization, self._most()))
        above: dict[tuple[str, str], int] = {}
        for office in self.offices:
            if office.kind in (OfficeKind.CITY, OfficeKind.COUNTY):
                self._federations(office, above, ids)
        for n, town in enumerate(self.towns):
            self._of_town(n, town, above, ids, random)
        copy_rows(Organization, self.rows)
        return self.places

    def _most(self) -> int:
        upper = sum(o.kind in (OfficeKind.CITY, OfficeKind.COUNTY) for o in self.offices)
        return upper * (len(PARTIES) + len(CLUBS) + 1) + len(self.towns) * 9

    def _add(self, ids: Any, office: Office, name: str, kind: OrganizationKind, **more: Any) -> int:
        pk: int = next(ids)
        public_id = uuid.UUID(int=self.random.getrandbits(128), version=4)
        row = {"id": pk, "public_id": public_id, "office_id": office.pk, "name": name, "kind": kind}
        self.rows.append({**row, **more})
        return pk

    def _federations(self, office: Office, above: dict[tuple[str, str], int], ids: Any) -> None:
        is_city = office.kind == OfficeKind.CITY
        rank = "委员会" if is_city else "总支"
        for n, party in enumerate(PARTIES if is_city else PARTIES[:4]):
            name = f"{party}{office.name}{rank}"
            above[office.path, party] = self._add(
                ids,
                office,
                name,
                OrganizationKind.PARTY_BRANCH,
                parent_id=above.get((office.parent_path, party)),
                **self._term(n),
            )
        above[office.path, "商会"] = self._add(
            ids,
            office,
            office.name + "工商业联合会",
            OrganizationKind.CHAMBER,
            parent_id=above.get((office.parent_path, "商会")),
            **self._term(5),
        )
        for n, club in enumerate(CLUBS if not is_city else CLUBS[:1]):
            pk = self._add(
                ids,
                office,
                office.name + club,
                OrganizationKind.FRIENDSHIP,
                parent_id=above.get((office.parent_path, club)),
                **self._term(n + 2),
            )
            above[office.path, club] = pk
            self.places.clubs[office.pk].append(pk)
        self.places.clubs[office.pk].append(above[office.path, "商会"])

    def _of_town(
        self, n: int, town: Office, above: dict[tuple[str, str], int], ids: Any, random: Random
    ) -> None:
        county = self.by_path[town.parent_path]
        self.places.clubs[town.pk] += self.places.clubs[county.pk]
        if n % 5 != 4:
            parent = above.get((county.path, "商会"))
            pk = self._add(
                ids, town, town.name + "商会", OrganizationKind.CHAMBER, parent_id=parent, **self._term(n)
            )
            self.places.clubs[town.pk].append(pk)
        party = PARTIES[n % 4]
        if n % 3 == 0:
            parent = above.get((county.path, party))
            name = f"{party}{town.name}支部"
            pk = self._add(
                ids, town, name, OrganizationKind.PARTY_BRANCH, parent_id=parent, **self._term(n + 1)
            )
            self.places.branches[town.pk].append(pk)
        else:
            self.places.branches[town.pk].append(above[county.path, party])
        self._firms(town, ids, random)

    def _firms(self, town: Office, ids: Any, random: Random) -> None:
        for firm in sorted({words.firm_name(random, town.name) for _ in range(6)}):
            is_enterprise = firm.endswith("公司")
            kind = OrganizationKind.ENTERPRISE if is_enterprise else OrganizationKind.INSTITUTION
            more: dict[str, Any] = {}
            if is_enterprise and self.random.random() < 0.8:
                more["credit_code"] = _credit_code(town, len(self.rows))
            if self.random.random() < 0.03:
                more["ended_on"] = self.today - dt.timedelta(days=self.random.randint(20, 300))
            pk = self._add(ids, town, firm, kind, **more)
            (self.places.gone if "ended_on" in more else self.places.firms)[town.pk].append(pk)

    def _term(self, n: int) -> dict[str, Any]:
        """Most terms run for years yet; one in eight is over or ends within half a year, one in six is not known."""
        if n % 6 == 5:
            return {}
        days = (
            self.random.randint(-90, 170) if self.random.random() < 0.13 else self.random.randint(200, 1700)
        )
        return {"term": self.random.randint(2, 9), "term_ends_on": self.today + dt.timedelta(days=days)}

    # -- what members hold -----------------------------------------------------------------------------------

    def appoint(self, members: list[dict[str, Any]]) -> None:
        """A firm for most, a club or branch for some, a public seat for a few; now and then one that ended."""
        posts: list[dict[str, Any]] = []
        seats: list[dict[str, Any]] = []
        for member in members:
            posts += self._posts(member)
            if member["status"] == Member.Status.ACTIVE and self.random.random() < 0.11:
                seats.append(self._seat(member))
        copy_rows(Appointment, posts)
        copy_rows(PublicSeat, seats)

    def _posts(self, member: dict[str, Any]) -> list[dict[str, Any]]:
        random, town, rows = self.random, member["office_id"], []
        firms, gone = self.places.firms.get(town, []), self.places.gone.get(town, [])
        if firms and random.random() < 0.96:
            rows.append(_post(member, random.choice(firms), random.choice(words.TITLES), self._began()))
        if firms and random.random() < 0.08:
            earlier = _post(member, random.choice(firms), "科长", dt.date(random.randint(2008, 2016), 3, 1))
            rows.append(
                {**earlier, "ends_on": dt.date(random.randint(2017, 2024), random.randint(1, 12), 28)}
            )
        if gone and random.random() < 0.04:
            rows.append(_post(member, random.choice(gone), "经理", None))
        if Category.PARTY in member["categories"]:
            rows.append(self._office_of(member, self.places.branches[town], ("主委", "副主委", "委员", "")))
        elif random.random() < 0.4:
            rows.append(self._office_of(member, self.places.clubs[town], ("会长", "副会长", "理事", "会员")))
        return rows

    def _office_of(
        self, member: dict[str, Any], organizations: list[int], titles: tuple[str, ...]
    ) -> dict[str, Any]:
        """Two of three only belong to it; the others hold an office of a term, a few of which are over."""
        random = self.random
        title = titles[-1] if random.random() < 0.66 else random.choice(titles[:-1])
        post = _post(member, random.choice(organizations), title, self._began())
        if title == titles[-1]:
            return post
        days = random.randint(-120, -1) if random.random() < 0.1 else random.randint(30, 1500)
        return {**post, "term": random.randint(2, 9), "term_ends_on": self.today + dt.timedelta(days=days)}

    def _began(self) -> dt.date:
        return dt.date(self.random.randint(2016, self.today.year - 1), self.random.choice((1, 3, 6, 9)), 1)

    def _seat(self, member: dict[str, Any]) -> dict[str, Any]:
        kind, level, term, starts_on = self.random.choice(_SEATS)
        is_conference = kind == PublicSeat.Kind.CPPCC_MEMBER
        return {
            "member_id": member["id"],
            "kind": kind,
            "level": level,
            "sector": self.random.choice(_SECTORS) if is_conference else "",
            "term": term,
            "starts_on": starts_on,
            "term_ends_on": starts_on.replace(year=starts_on.year + TERM_YEARS),
        }


def _post(member: dict[str, Any], organization: int, title: str, starts_on: dt.date | None) -> dict[str, Any]:
    return {
        "member_id": member["id"],
        "organization_id": organization,
        "title": title,
        "starts_on": starts_on,
    }


def _credit_code(town: Office, n: int) -> str:
    """Well-formed, and no real firm's: no registrar gives out bodies that begin with DEM."""
    region = town.code[:6] if town.code[:2] in ("31", "32", "33") else "321200"
    start = f"91{region}DEM{n:06}"
    return start + check_sign(start)


# -- gaps in the files ---------------------------------------------------------------------------------------


def spoil(row: dict[str, Any], random: Random, today: dt.date) -> None:
    """Life-like gaps for the quality page: something missing in a few files, some not looked at for a year."""
    if random.random() < 0.03:
        row["phone"], row["phone_index"] = "", ""
    if random.random() < 0.03:
        row["birth_month"] = None
    if random.random() < 0.015:
        row["categories"] = []
    checked = today - dt.timedelta(days=random.randint(0, 430))
    row["checked_on"] = max(checked, row["joined"])
