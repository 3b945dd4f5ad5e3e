"""考核分组: how offices stand inside their groups, as far as the reader may see results."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from apps.assessment.models import Group, Result, Scheme
from apps.core.access import Actor, Permission
from apps.offices.models import Office


@dataclass(frozen=True)
class Standing:
    """A group of a scheme with the results in it that the reader may see, best first."""

    scheme: Scheme
    group: Group
    results: Sequence[Result]


def standings(office: Office, actor: Actor) -> list[Standing]:
    """The groups of the newest year in which the office assesses those below it, or is assessed itself. One query.

    No office reads its neighbour's result, so the office itself is alone in its group for its own people.
    """
    results = (
        Result.objects.visible_to(actor, Permission.ASSESSMENT_VIEW)
        .filter(Q(scheme__office=office) | Q(office=office))
        .select_related("scheme", "group", "office")
        .order_by("-scheme__year", "scheme", "group__position", "-total", "office__path")
    )
    groups: dict[int, list[Result]] = {}
    for result in results:
        groups.setdefault(result.group_id, []).append(result)
    found = [Standing(rows[0].scheme, rows[0].group, rows) for rows in groups.values()]
    newest = max((each.scheme.year for each in found), default=0)
    return [each for each in found if each.scheme.year == newest]
