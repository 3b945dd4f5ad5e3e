"""The demo's cadres, members and consents."""

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass, field
from random import Random
from typing import Any

from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.core.contacts import normalize_phone
from apps.core.copying import copy_rows, reserve_ids
from apps.dashboard.demo import words
from apps.dashboard.demo.organizations import SEED, spoil
from apps.dashboard.demo.scale import TAKES_PART_FROM, Scale
from apps.files.models import StoredFile
from apps.members.models import (
    Category,
    Consent,
    ContactPreference,
    Member,
    name_columns,
    phone_index_of,
)
from apps.offices.models import Office

PASSWORD = "tongxin-demo-2026"  # noqa: S105 - printed at the start of every demo
NOBODY_SIGNS_IN = "!demo"


@dataclass(frozen=True)
class Account:
    """A demo account that people can sign in with."""

    username: str
    name: str
    role: RoleName
    office_code: str


ACCOUNTS = (
    Account("leader", "施领", RoleName.LEADER, "3212"),
    Account("admin", "管城", RoleName.OFFICE_ADMIN, "3212"),
    # What one administrator asks for and a second has to approve.
    Account("admin2", "管源", RoleName.OFFICE_ADMIN, "3212"),
    Account("county_leader", "泰领", RoleName.LEADER, "321283"),
    Account("county_admin", "管泰", RoleName.OFFICE_ADMIN, "321283"),
    Account("cadre", "黄桥", RoleName.CADRE, "321283100"),
    Account("assessor", "平审", RoleName.ASSESSOR, "3212"),
    # A panel of judges is five.
    Account("assessor2", "衡审", RoleName.ASSESSOR, "3212"),
    Account("assessor3", "鉴审", RoleName.ASSESSOR, "3212"),
    Account("assessor4", "权审", RoleName.ASSESSOR, "3212"),
    Account("assessor5", "度审", RoleName.ASSESSOR, "3212"),
    Account("partner", "谢办", RoleName.PARTNER, "321283D0"),
    Account("sysadmin", "系管", RoleName.SYSTEM_ADMIN, "3212"),
    Account("secadmin", "安管", RoleName.SECURITY_ADMIN, "3212"),
    Account("auditor", "沈计", RoleName.AUDITOR, "3212"),
)


@dataclass
class People:
    """What later steps need to know of the people: plain values, no model instances."""

    cadres: list[tuple[int, Office]] = field(default_factory=list)
    # id, office, active since (or None when pending), preference
    members: list[dict[str, Any]] = field(default_factory=list)


def load_accounts(offices: list[Office]) -> dict[str, User]:
    """The named accounts, as far as the tree has their offices; the others fall to the root."""
    by_code = {o.code: o for o in offices}
    users = {}
    for account in ACCOUNTS:
        user = User.objects.create_user(account.username, account.name, PASSWORD)
        office = by_code.get(account.office_code, offices[0])
        Grant.objects.create(user=user, role=account.role, office=office, starts_on=TAKES_PART_FROM)
        users[account.username] = user
    return users


def load_cadres(scale: Scale, towns: list[Office], first: User, random: Random) -> list[tuple[int, Office]]:
    """Cadres spread over the towns, the named account among them; most towns have one, busy ones two."""
    own = first.cadre_office()
    cadres = [(first.pk, own)] if own in towns and own is not None else []
    ids = reserve_ids(User, scale.cadres - len(cadres))
    users: list[dict[str, Any]] = []
    grants: list[dict[str, Any]] = []
    for n, pk in enumerate(ids):
        office = towns[n % len(towns)]
        users.append(
            {
                "id": pk,
                "username": f"demo{n + 1:04}",
                "name": words.person_name(random),
                "password": NOBODY_SIGNS_IN,
                "full_time": random.random() < 0.6,
            }
        )
        grants.append(
            {"user_id": pk, "role": RoleName.CADRE, "office_id": office.pk, "starts_on": TAKES_PART_FROM}
        )
        cadres.append((pk, office))
    copy_rows(User, [{**row, "created_at": _noon(TAKES_PART_FROM)} for row in users])
    copy_rows(Grant, [{**row, "granted_at": _noon(TAKES_PART_FROM)} for row in grants])
    return cadres


def load_members(scale: Scale, towns: list[Office], today: dt.date, random: Random) -> list[dict[str, Any]]:
    """Members with a consent; a few pending, withdrawn, or asking for less contact, a few files with gaps."""
    sheet = _consent_sheet()
    phone_field: Any = Member._meta.get_field("phone")
    members: list[dict[str, Any]] = []
    consents: list[dict[str, Any]] = []
    phone = ""
    gaps = Random(SEED)  # noqa: S311 - not for secrets
    for n, pk in enumerate(reserve_ids(Member, scale.members)):
        town = towns[n % len(towns)]
        row = _member(pk, town, n, today, random)
        # Now and then two people of a household give one number.
        phone = phone if n % 71 == 70 else normalize_phone(words.phone(random))
        row["phone"] = phone_field.sealed(row["public_id"], phone)
        row["phone_index"] = phone_index_of(phone)
        spoil(row, gaps, today)
        members.append(row)
        if row["status"] != Member.Status.PENDING:
            consents.append(_consent(row, sheet, random))
    copy_rows(Member, members)
    copy_rows(Consent, consents)
    return members


def _member(pk: int, town: Office, n: int, today: dt.date, random: Random) -> dict[str, Any]:
    name = words.person_name(random)
    categories = random.choices(list(Category), weights=[8, 6, 14, 26, 16, 8, 5, 5, 8, 4], k=1)
    if random.random() < 0.12:
        categories.append(random.choice(list(Category)))
    joined = today - dt.timedelta(days=random.randint(20, 1000))
    status, since = Member.Status.ACTIVE, joined
    if n % 67 == 66:
        status, since = Member.Status.PENDING, today - dt.timedelta(days=random.randint(1, 50))
    elif n % 135 == 134:
        status, since = Member.Status.WITHDRAWN, today - dt.timedelta(days=random.randint(1, 200))
    preference = ContactPreference.NORMAL
    if n % 90 == 89:
        preference = random.choice(
            [ContactPreference.PHONE_ONLY, ContactPreference.HALF_YEARLY, ContactPreference.NONE]
        )
    return {
        "id": pk,
        "public_id": uuid.UUID(int=random.getrandbits(128), version=4),
        "name": name,
        **name_columns(name),
        "gender": random.choice(list(Member.Gender)),
        "birth_month": dt.date(random.randint(1950, 2001), random.randint(1, 12), 1),
        "categories": sorted(set(categories)),
        "status": status,
        "status_since": since,
        "joined": min(joined, since),
        "contact_preference": preference,
        "contact_preference_since": today - dt.timedelta(days=60)
        if preference != ContactPreference.NORMAL
        else None,
        "office_id": town.pk,
        "created_at": _noon(min(joined, since)),
    }


def _consent(member: dict[str, Any], sheet: StoredFile, random: Random) -> dict[str, Any]:
    withdrawn = member["status"] == Member.Status.WITHDRAWN
    return {
        "member_id": member["id"],
        "text_version": "2026-1",
        "purposes": ["registry", "pairing", "activities"],
        "how": Consent.How.SIGNED_SHEET,
        "given_on": member["joined"],
        "evidence_id": sheet.pk,
        "recorded_at": _noon(member["joined"]),
        "withdrawn_on": member["status_since"] if withdrawn else None,
    }


def _consent_sheet() -> StoredFile:
    content = b"demo"
    return StoredFile.objects.create(
        purpose=StoredFile.Purpose.EVIDENCE,
        name="演示同意书.pdf",
        content_type="application/pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC)
