"""G1: the member list, one town and one category, 50 rows, against the count and the list alone in SQL."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.members.models import ASSOCIATION_KINDS, Category, Member
from apps.offices.models import Office
from bench.browser import Browser, Unexpected, expect
from bench.cast import busiest_town, county_of, user_with
from bench.measuring import Figure, Settings, Work, fetch, raw_connection, shares

ROWS = 50

COUNT = """
SELECT count(*) FROM (
    SELECT FROM members_member
    WHERE office_path >= %s AND office_path < %s AND status NOT IN ('withdrawn', 'pending') AND categories @> ARRAY[%s]::varchar[]
    LIMIT 10000
) found
"""
LIST = """
SELECT m.public_id, m.id, m.name, m.categories, m.status, m.last_contact_on, o.name, post.names
FROM (
    SELECT * FROM members_member
    WHERE office_path >= %s AND office_path < %s AND status NOT IN ('withdrawn', 'pending')
      AND categories @> ARRAY[%s]::varchar[]
    ORDER BY pinyin, id LIMIT 50
) m
JOIN offices_office o ON o.id = m.office_id
LEFT JOIN LATERAL (
    SELECT array_agg(organization.name || ' ' || a.title) AS names
    FROM members_appointment a JOIN members_organization organization ON organization.id = a.organization_id
    WHERE a.member_id = m.id AND a.ends_on IS NULL AND organization.kind <> ALL(%s::varchar[])
) post ON true
ORDER BY m.pinyin, m.id
"""


def measure(settings: Settings) -> list[Figure]:
    """Requests a second of a registry keeper of the county, for 1 client and for 8."""
    office, category = _filter()
    reader = user_with(RoleName.OFFICE_ADMIN, county_of(busiest_town()))
    page, raw = _Page(reader, office, category), _Raw(office, category)
    _compare(page, raw)
    budgets = {1: (0.08, 0.14), 8: (0.05, 0.09)}
    return shares("G1", "member list page", page, raw, budgets, ("pages", "count + list"), settings)


def _filter() -> tuple[Office, Category]:
    """The commonest category in the busiest town; in its county where the town has no 50 of them."""
    town = busiest_town()
    for office in (town, county_of(town)):
        counts = {
            c: Member.objects.active().of_office(office).filter(categories__contains=[c]).count()
            for c in Category
        }
        category = max(counts, key=lambda c: counts[c])
        if counts[category] >= ROWS:
            break
    return office, category


class _Page:
    """The page as a signed-in browser asks for it."""

    def __init__(self, reader: User, office: Office, category: Category) -> None:
        self.reader = reader
        query = {"office": office.pk, "category": category, "size": ROWS}
        self.address = f"{reverse('members:list')}?{urlencode(query)}"

    def client(self, _number: int) -> Work:
        browser = Browser(self.reader)
        return lambda: expect(browser.get(self.address), 200)


class _Raw:
    """The two statements over a connection that stays open."""

    def __init__(self, office: Office, category: Category) -> None:
        self.found = (office.range.low, office.range.high, category)

    def client(self, _number: int) -> Work:
        raw = raw_connection()
        return lambda: self.ask(raw)

    def ask(self, raw: Any) -> tuple[int, list[tuple[Any, ...]]]:
        """The total, and the first rows."""
        ((total,),) = fetch(raw, COUNT, self.found)
        return total, fetch(raw, LIST, (*self.found, list(map(str, ASSOCIATION_KINDS))))


def _compare(page: _Page, raw: _Raw) -> None:
    """Both sides show the same members in the same number. Raises Unexpected."""
    total, rows = raw.ask(raw_connection())
    shown = page.client(0)().text
    missing = [row for row in rows if str(row[0]) not in shown]
    if missing or f"{total}" not in shown:
        raise Unexpected(
            f"The page lacks {len(missing)} of the {len(rows)} members that SQL finds of {total}."
        )
