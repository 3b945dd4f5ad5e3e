"""Contacts that are due, for the digest and the calendar: counted from the last real contact, numbers only."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.access import Actor
from apps.members.models import ContactPreference, Member
from apps.notifications.calendar import Entry
from apps.pairing.due import next_contact
from apps.pairing.models import Pairing, PairingQuerySet


def waiting(day: dt.date) -> Mapping[int, int]:
    """For each cadre, how many of their members are to be contacted by that day."""
    due = _due_days(Pairing.objects.active(day), day)
    return Counter(cadre for cadre, due_on in due if due_on <= day)


def entries(actor: Actor, first: dt.date, last: dt.date) -> Iterator[Entry]:
    """One entry for each day on which some of the actor's own pairs are due. No names."""
    today = timezone.localdate()
    own = Pairing.objects.active(today).filter(cadre=actor.pk)
    days = Counter(due_on for _cadre, due_on in _due_days(own, today) if first <= due_on <= last)
    for day, number in sorted(days.items()):
        key = f"contacts-{actor.pk}-{day:%Y%m%d}"
        yield Entry(day, _("应联系 %(n)d 人") % {"n": number}, key, reverse("pairing:mine"))


def _due_days(pairs: PairingQuerySet, today: dt.date) -> Iterator[tuple[int, dt.date]]:
    """Cadre and day of each pair that is on a list. One query; twin of `queries.contact_of`."""
    wanted = pairs.filter(
        member__status=Member.Status.ACTIVE, member__contact_preference=ContactPreference.NORMAL
    )
    for cadre, started_on, last_on, first_by, imported_on in wanted.values_list(
        "cadre", "started_on", "member__last_contact_on", "first_contact_by", "imported_on"
    ):
        due_on = next_contact(
            started_on=started_on,
            last_on=last_on,
            wants_less=False,
            today=today,
            first_by=first_by,
            imported_on=imported_on,
        ).due_on
        if due_on is not None:
            yield cadre, due_on
