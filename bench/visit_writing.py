"""G3: a visit written through the form (access, rules, audit, progress) against its bare transaction."""

import datetime as dt
import uuid
from itertools import cycle
from typing import Any

from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.members.models import Member
from apps.pairing.models import Pairing, Visit, VisitKind
from bench.browser import Browser, expect
from bench.cast import busy_cadres
from bench.measuring import PROCESSES, THREADS, Figure, Settings, Work, raw_connection, shares

# Many pairs, so that none of them gathers more visits than life would bring.
CADRES = 64
TEXT = "到企业走访，了解近期生产经营情况，听取对营商环境的意见，约定下月再次联系。" * 5

# What has to reach the tables, with the figures of the pair's year known beforehand.
STATEMENTS = (
    "SELECT id FROM members_member WHERE id = %(member)s FOR NO KEY UPDATE",
    """
    WITH visit AS (
        INSERT INTO pairing_visit (public_id, cadre_id, office_id, office_path, kind, happened_on, text, content_digest,
                                   entered_by_id, entered_at, version, void_reason)
        VALUES (%(public_id)s, %(cadre)s, %(office)s, '', 'home_visit', %(day)s, %(text)s, '', %(cadre)s, now(), 1, '')
        RETURNING id
    ), met AS (
        INSERT INTO pairing_met (visit_id, member_id, office_id, office_path)
        SELECT id, %(member)s, %(office)s, '' FROM visit
    ), entry AS (
        INSERT INTO pairing_dutyentry (pairing_id, office_id, office_path, kind, done_on, source_kind, source_id)
        SELECT %(pairing)s, %(office)s, '', 'visit', %(day)s, 'visit', id FROM visit
    )
    INSERT INTO audit_auditevent (at, actor_id, action, target_label, target_id, office_path, detail, request_id)
    SELECT now(), %(cadre)s, 'create', 'pairing.visit', id, %(path)s, '{}', '' FROM visit
    """,
    """
    UPDATE pairing_pairingyear
    SET contacts[%(month)s] = contacts[%(month)s] + 1, visit[%(month)s] = visit[%(month)s] + 1,
        last_contact_on = %(day)s
    WHERE pairing_id = %(pairing)s AND year = %(year)s
    """,
    "UPDATE members_member SET last_contact_on = %(day)s WHERE id = %(member)s",
)


def measure(settings: Settings) -> list[Figure]:
    """Visits a second, for 1 client and for 8, each with cadres of their own."""
    cadres = list(busy_cadres(timezone.localdate(), CADRES).items())
    form, raw = _Form(cadres), _Raw(cadres)
    _check(form, raw)
    budgets = {1: (0.12, 0.20), 8: (0.06, 0.10)}
    return shares("G3", "writing a visit", form, raw, budgets, ("visits", "transactions"), settings)


def _check(form: "_Form", raw: "_Raw") -> None:
    """Each side makes one visit with its audit row. Raises AssertionError."""
    for side in (form, raw):
        before = Visit.objects.count(), AuditEvent.objects.filter(action="create").count()
        side.client(0)()
        after = Visit.objects.count(), AuditEvent.objects.filter(action="create").count()
        assert after == (before[0] + 1, before[1] + 1)


def _own(cadres: list[Any], number: int) -> list[Any]:
    """The share of one client of eight; all of them where there are too few to share."""
    return cadres[number :: PROCESSES * THREADS] or cadres


class _Form:
    """The form as a browser posts it."""

    def __init__(self, cadres: list[tuple[User, list[Member]]]) -> None:
        self.cadres = cadres
        self.path = reverse("pairing:log_visit")

    def client(self, number: int) -> Work:
        """Posts visits of one cadre after the other, to their members in turn.

        All have signed in and opened the form before: neither is part of writing a visit.
        """
        own = [(Browser(cadre), cycle(members)) for cadre, members in _own(self.cadres, number)]
        for browser, _members in own:
            expect(browser.get(self.path), 200)
        turns = cycle(own)

        def post() -> None:
            browser, members = next(turns)
            expect(browser.post(self.path, _typed(next(members))), 302)

        return post


def _typed(member: Member) -> dict[str, Any]:
    return {
        "public_id": uuid.uuid4(),
        "members": member.public_id,
        "kind": VisitKind.HOME_VISIT,
        "happened_on": timezone.localdate(),
        "text": TEXT,
        "confirmed": "on",
    }


class _Raw:
    """The transaction that stays when everything else is taken away."""

    def __init__(self, cadres: list[tuple[User, list[Member]]]) -> None:
        day = timezone.localdate()
        pairs = Pairing.objects.active(day).filter(cadre__in=[cadre for cadre, _members in cadres])
        self.rows = [_parameters(pair, day) for pair in pairs]

    def client(self, number: int) -> Work:
        raw = raw_connection()
        raw.autocommit = False
        rows = cycle(_own(self.rows, number))

        def write() -> None:
            row = next(rows) | {"public_id": str(uuid.uuid4())}
            with raw, raw.cursor() as cursor:  # commits
                for statement in STATEMENTS:
                    cursor.execute(statement, row)

        return write


def _parameters(pair: Pairing, day: dt.date) -> dict[str, Any]:
    return {
        "pairing": pair.pk,
        "member": pair.member_id,
        "cadre": pair.cadre_id,
        "office": pair.office_id,
        "path": pair.office_path,
        "day": day,
        "month": day.month,
        "year": day.year,
        "text": TEXT,
    }
