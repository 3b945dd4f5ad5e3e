"""Activities in preparation, as work that goes to another when a cadre hands over (`pairing.handing_over.work`)."""

from collections.abc import Collection, Iterator
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.activities.actions import pass_activity_on
from apps.activities.models import Activity
from apps.casework.offices import serving_at
from apps.core.access import SYSTEM, Actor, Permission
from apps.pairing.handing_over.work import Item, Source
from apps.pairing.models import CoveredWork


def held(cadres: Collection[int], by: User) -> Iterator[Item]:
    """What these cadres prepare at offices where the user may change the plan."""
    planned = Activity.objects.visible_to(by, Permission.ACTIVITY_MANAGE).filter(
        state=Activity.State.PLANNED, organizer__in=cadres
    )
    for activity in planned.select_related("office").order_by("planned_for", "pk"):
        there = serving_at(activity.office, Permission.ACTIVITY_MANAGE, timezone.localdate())
        yield Item(
            kind="activity",
            subject=activity.pk,
            label=activity.title,
            due_on=activity.planned_for,
            holder=activity.organizer_id or 0,
            takers={user.pk: user.name for user in there if user.pk != activity.organizer_id},
            nobody=_("交回机构"),
            pass_on=partial(_pass, activity),
        )


def _pass(activity: Activity, to: User | None, by: Actor) -> list[int]:
    pass_activity_on(activity=activity, to=to, by=by)
    return [activity.pk]


def _give_back(lent: CoveredWork) -> None:
    found = Activity.objects.filter(
        pk=lent.subject, organizer=lent.lent_to, state=Activity.State.PLANNED
    ).first()
    if found is not None:
        pass_activity_on(activity=found, to=lent.lent_by, by=SYSTEM)


SOURCE = Source("activity", held, _give_back)
