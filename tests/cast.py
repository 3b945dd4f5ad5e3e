"""The small cast used everywhere: one who owns, one above, one next door, and the technical three.

Two counties with two towns each:  市 → 甲县 → 东镇, 西镇;  市 → 乙县 → 南镇.  The town cadre serves in 东镇, the neighbour in 南镇.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction

from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.files.models import StoredFile
from apps.members.models import Category, Consent, Member
from apps.offices.models import Office, OfficeKind
from apps.pairing.models import Duty, Pairing, PairingPlan

PASSWORD = "long-enough-for-a-test"
YEAR_START = dt.date(2026, 1, 1)


@dataclass(frozen=True)
class Tree:
    city: Office
    county: Office
    town: Office
    other_town: Office
    other_county: Office
    far_town: Office


@pytest.fixture
def tree(db: None) -> Tree:
    """In one statement, paths and all: nearly every test asks for it."""

    def office(path: str, below: int, code: str, name: str, kind: OfficeKind) -> Office:
        return Office(
            path=path,
            depth=len(path) // Office.steplen,
            numchild=below,
            code=code,
            name=name,
            kind=kind,
            takes_part_from=dt.date(2020, 1, 1),
        )

    offices = [
        office("0001", 2, "9900", "试验市", OfficeKind.CITY),
        office("00010001", 2, "990001", "甲县", OfficeKind.COUNTY),
        office("000100010001", 0, "990001100", "东镇", OfficeKind.TOWN),
        office("000100010002", 0, "990001101", "西镇", OfficeKind.TOWN),
        office("00010002", 1, "990002", "乙县", OfficeKind.COUNTY),
        office("000100020001", 0, "990002100", "南镇", OfficeKind.TOWN),
    ]
    return Tree(*Office.objects.bulk_create(offices))


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Argon2 is slow by design: once for all users of the run."""
    return make_password(PASSWORD)


@pytest.fixture
def make_user(db: None, password_hash: str) -> Callable[..., User]:
    """A user with one grant and a second factor, as outside demo mode everybody has."""

    def make(username: str, role: RoleName, office: Office, name: str = "") -> User:
        user = User.objects.create(username=username, name=name or username, password=password_hash)
        Grant.objects.create(user=user, role=role, office=office, starts_on=dt.date(2020, 1, 1))
        Authenticator.objects.create(
            user=user, type=Authenticator.Type.TOTP, data={"secret": get_adapter().encrypt("A" * 16)}
        )
        return user

    return make


@pytest.fixture
def town_cadre(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("town_cadre", RoleName.CADRE, tree.town, "董干")


@pytest.fixture
def neighbour(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("neighbour", RoleName.CADRE, tree.far_town, "南邻")


@pytest.fixture
def county_admin(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("county_admin", RoleName.OFFICE_ADMIN, tree.county, "贾管")


@pytest.fixture
def city_admin(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("city_admin", RoleName.OFFICE_ADMIN, tree.city, "施管")


@pytest.fixture
def city_leader(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("city_leader", RoleName.LEADER, tree.city, "施领")


@pytest.fixture
def security_admin(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("security_admin", RoleName.SECURITY_ADMIN, tree.city, "安管")


@pytest.fixture
def system_admin(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("system_admin", RoleName.SYSTEM_ADMIN, tree.city, "系管")


@pytest.fixture
def auditor(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("auditor", RoleName.AUDITOR, tree.city, "沈计")


@pytest.fixture
def assessor(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("assessor", RoleName.ASSESSOR, tree.city, "平审")


@pytest.fixture
def partner(make_user: Callable[..., User], tree: Tree) -> User:
    return make_user("partner", RoleName.PARTNER, tree.county, "谢办")


@pytest.fixture
def make_member(tree: Tree) -> Callable[..., Member]:
    """An active member with a consent of 1 January 2026 for registry, pairing and activities."""

    @transaction.atomic  # the consent is checked at commit
    def make(
        name: str = "钱宜", office: Office | None = None, given_on: dt.date = YEAR_START, **fields: object
    ) -> Member:
        evidence = StoredFile.objects.create(
            purpose=StoredFile.Purpose.EVIDENCE,
            name="sheet.pdf",
            content_type="application/pdf",
            size=1,
            sha256="0" * 64,
        )
        defaults = {
            "status": Member.Status.ACTIVE,
            "status_since": given_on,
            "categories": [Category.PRIVATE_ECONOMY],
        }
        member = Member.objects.create(name=name, office=office or tree.town, **{**defaults, **fields})
        Consent.objects.create(
            member=member,
            text_version="2026-1",
            purposes=["registry", "pairing", "activities"],
            how=Consent.How.SIGNED_SHEET,
            given_on=given_on,
            evidence=evidence,
        )
        return member

    return make


@pytest.fixture
def member(make_member: Callable[..., Member]) -> Member:
    return make_member()


@pytest.fixture
def five_duties(tree: Tree) -> PairingPlan:
    """The demo's five duties, as the city's plan of 2026."""
    plan = PairingPlan.objects.create(office=tree.city, year=2026)
    wanted = [
        ("talk", "quarter"),
        ("visit", "half"),
        ("activity", "year"),
        ("deed", "year"),
        ("suggestion", "year"),
    ]
    Duty.objects.bulk_create(Duty(plan=plan, kind=kind, number=1, per=per) for kind, per in wanted)
    return plan


@pytest.fixture
def pairing(five_duties: PairingPlan, town_cadre: User, member: Member) -> Pairing:
    return Pairing.objects.create(
        office=member.office, cadre=town_cadre, member=member, started_on=YEAR_START
    )
