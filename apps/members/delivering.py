"""The one counter of persons given to a user: by export, print and API, over 30 days.

Distinct persons: the same person twice is one. Up to 200 need nobody else; from there on a second person agrees
(`apps.members.exporting`). Small exports add up, and two at once cannot both slip under the limit.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.audit.many import record_selection
from apps.audit.models import AuditEvent
from apps.core.access import Actor
from apps.core.arrays import AnyOf
from apps.core.refusals import Refusal
from apps.members.models import COUNTED_FOR, Delivery, Member

LIMIT = 200

_AFTER = """
SELECT count(*) FROM (
    SELECT person FROM members_delivery WHERE user_id = %s AND day > %s
    UNION SELECT unnest(%s::bigint[])
) AS given
"""
_WRITE = """
INSERT INTO members_delivery (user_id, day, person, way)
SELECT %s, %s, unnest(%s::bigint[]), %s ON CONFLICT DO NOTHING
"""
# How a way stands in the audit trail, which the member reads.
_ACTIONS = {
    Delivery.Way.EXPORT: AuditEvent.Action.EXPORT,
    Delivery.Way.PRINT: AuditEvent.Action.PRINT,
    Delivery.Way.API: AuditEvent.Action.READ,
}


class NeedsSecondPerson(Refusal):
    """More persons than one user takes out alone, or picked by category."""

    code = "second_person_required"


def persons_given(to: Actor, more: Sequence[int] = ()) -> int:
    """How many different persons the user was given within 30 days, and would be with these."""
    with connection.cursor() as cursor:
        cursor.execute(_AFTER, [to.pk, _oldest(), list(more)])
        return int(cursor.fetchone()[0])


@transaction.atomic
def count_in(persons: Sequence[int], *, to: Actor, way: Delivery.Way, approved: bool = False) -> int:
    """Count the persons as given to the user; gives how many that makes. Raises NeedsSecondPerson above the limit.

    One at a time per user until the transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('members.delivery'), %s)", [to.pk])
    after = persons_given(to, persons)
    if after > LIMIT and not approved:
        raise NeedsSecondPerson(
            _("30 天内导出、打印和接口读取的人数合计不超过 %(limit)d 人；超过的须经第二人同意后导出")
            % {"limit": LIMIT}
        )
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [to.pk, timezone.localdate(), list(persons), way])
    return after


def write_down(
    persons: Sequence[int], *, to: Actor, way: Delivery.Way, purpose: str = "", number: str = ""
) -> None:
    """An audit row for each person, so that they see who took what of them."""
    detail = {"way": str(way), "purpose": purpose, "export": number}
    record_selection(
        _ACTIONS[way],
        Member.objects.filter(AnyOf("pk", persons)),
        by=to,
        **{name: value for name, value in detail.items() if value},
    )


@transaction.atomic
def hand_out(
    persons: Sequence[int],
    *,
    to: Actor,
    way: Delivery.Way,
    purpose: str = "",
    number: str = "",
    approved: bool = False,
) -> None:
    """What print and API do with the persons they show: counted and written down. Raises NeedsSecondPerson."""
    if persons:
        count_in(persons, to=to, way=way, approved=approved)
        write_down(persons, to=to, way=way, purpose=purpose, number=number)


def forget_old() -> int:
    """Rows that no longer count. Gives how many went."""
    gone, _by_model = Delivery.objects.filter(day__lte=_oldest()).delete()
    return gone


def _oldest() -> dt.date:
    """The last day that no longer counts."""
    return timezone.localdate() - COUNTED_FOR
