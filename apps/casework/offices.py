"""Which offices may lead or assist a case, and who in them is responsible."""

import datetime as dt

from django.db.models import Q

from apps.accounts.models import Grant, User
from apps.accounts.roles import ROLES
from apps.casework.models import Case
from apps.core.access import Permission
from apps.offices.models import Office, OfficeKind, OfficeQuerySet, paths_above

# Where a case keeps the answer.
_KNOWN = "_leaders_of"


def may_lead(case: Case) -> OfficeQuerySet:
    """The entering office, what is below and above it, and the departments beside those."""
    if case.confidential:
        return above_or_beside(case.office_path)
    return reachable_from(case.office_path)


def leaders_of(case: Case) -> list[Office]:
    """`may_lead`, read once for each case read from the database: several forms of its page offer the same."""
    known: list[Office] | None = getattr(case, _KNOWN, None)
    if known is None:
        known = list(may_lead(case))
        setattr(case, _KNOWN, known)
    return known


def above_or_beside(path: str) -> OfficeQuerySet:
    """The office at `path`, those above, and departments beside these: a complaint never goes down to whom it is kept from."""
    return reachable_from(path).exclude(~Q(kind=OfficeKind.DEPARTMENT), path__startswith=path, path__gt=path)


def reachable_from(path: str) -> OfficeQuerySet:
    """Offices that work may be given to from the office at `path`, top down; communities have nobody to do it."""
    above = paths_above(path)
    below = Q(path__startswith=path)
    departments = Q(pk__in=[])
    for parent in above:
        departments |= Q(
            kind=OfficeKind.DEPARTMENT, path__startswith=parent, depth=len(parent) // Office.steplen + 1
        )
    return Office.objects.filter(Q(path__in=above) | below | departments).exclude(kind=OfficeKind.COMMUNITY)


def assignable_from(office: Office) -> OfficeQuerySet:
    """Offices that `office` may hand a task to: itself, those below it, and departments; never those above."""
    return reachable_from(office.path).exclude(path__in=paths_above(office.path)[:-1])


def serving_at(office: Office, permission: Permission, on: dt.date) -> list[User]:
    """Who holds the permission by a grant at this very office on that day: those responsible, nobody above or beside."""
    roles = [role.name for role in ROLES.values() if permission in role.permissions]
    grants = Grant.objects.current(on).filter(office=office, role__in=roles)
    return list(User.objects.filter(is_active=True, pk__in=grants.values("user")).order_by("pk"))
