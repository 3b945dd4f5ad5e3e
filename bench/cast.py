"""Who uses the program in a bench: people of the demo, and accounts made for the occasion."""

import datetime as dt

from django.db.models import Count

from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.members.models import ContactPreference, Member
from apps.offices.models import Office
from apps.pairing.models import Pairing

LONG_AGO = dt.date(2020, 1, 1)


def busiest_town() -> Office:
    """The office with the most members."""
    counted = Member.objects.active().values("office").annotate(n=Count("pk")).order_by("-n", "office")
    return Office.objects.get(pk=counted[0]["office"])


def county_of(office: Office) -> Office:
    """The office above a town."""
    return Office.objects.get(path=office.path[: -Office.steplen])


def user_with(role: RoleName, office: Office) -> User:
    """An account with one grant, made at its first use."""
    user, _is_new = User.objects.get_or_create(
        username=f"bench-{role}-{office.pk}", defaults={"name": "测评"}
    )
    Grant.objects.get_or_create(user=user, role=role, office=office, defaults={"starts_on": LONG_AGO})
    return user


def busy_cadres(day: dt.date, count: int) -> dict[User, list[Member]]:
    """Cadres with the most pairs, each with the members they may visit in any way."""
    pairs = Pairing.objects.active(day).filter(
        member__status=Member.Status.ACTIVE, member__contact_preference=ContactPreference.NORMAL
    )
    busiest = pairs.values("cadre").annotate(n=Count("pk")).order_by("-n", "cadre")[:count]
    members: dict[User, list[Member]] = {}
    for pair in pairs.filter(cadre__in=[row["cadre"] for row in busiest]).select_related("cadre", "member"):
        members.setdefault(pair.cadre, []).append(pair.member)
    return members
