"""The list of users as the security administrator reads it."""

import datetime as dt
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Prefetch, Q

from apps.accounts.models import Grant, UserQuerySet
from apps.core.access import Actor, Permission, within
from apps.offices.models import Office


def matching(
    users: UserQuerySet, *, q: str, office: Office | None, role: str, state: str, on: dt.date
) -> UserQuerySet:
    """Users by a piece of name or user name, by a grant of that day, and by state; empty filters do nothing."""
    if q:
        users = users.filter(Q(name__icontains=q) | Q(username__icontains=q))
    if office or role:
        grants = Grant.objects.current(on)
        grants = grants.filter(within([office.range], "office__path")) if office else grants
        grants = grants.filter(role=role) if role else grants
        users = users.filter(pk__in=grants.values("user"))
    return users.filter(_STATES[state]) if state in _STATES else users


_STATES: dict[str, Any] = {
    "active": Q(is_active=True),
    "disabled": Q(is_active=False),
    "invited": Q(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX),
}


def with_grants_within_reach(users: UserQuerySet, actor: Actor, on: dt.date) -> UserQuerySet:
    """Each user with `reached_grants`: those of that day in the actor's own offices."""
    ranges = actor.office_ranges(Permission.USER_MANAGE)
    grants = Grant.objects.current(on).filter(within(ranges, "office__path")).select_related("office")
    return users.prefetch_related(Prefetch("grants", queryset=grants, to_attr="reached_grants"))
