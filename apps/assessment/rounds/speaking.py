"""Who speaks for an assessed office: those who serve at it, nobody above."""

from apps.accounts.models import User
from apps.assessment.models import Scheme
from apps.core.access import Permission
from apps.core.small_numbers import own_paths
from apps.offices.models import Office


def speaks_for(office: Office, by: User) -> bool:
    """Whether the user states and objects for this very office."""
    return office.path in own_paths(by, Permission.ASSESSMENT_STATE)


def spoken_for(scheme: Scheme, by: User) -> list[Office]:
    """The assessed offices of a scheme that the user speaks for. One query."""
    paths = own_paths(by, Permission.ASSESSMENT_STATE)
    found = Office.objects.filter(path__in=paths, pk__in=scheme.assessed_offices.values("office"))
    return list(found.order_by("path"))
