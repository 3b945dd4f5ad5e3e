"""今日工作: the front page of a cadre. What must I do today, before any total."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.activities.models import Activity
from apps.casework.models import Case
from apps.core.access import Permission, requires
from apps.members.models import Member
from apps.pairing.campaigns.dates import targets_of
from apps.pairing.due import SOON
from apps.pairing.models import Pairing, Promise
from apps.pairing.newcomers import first_week
from apps.pairing.queries import PairCard, contact_of

MOST_SHOWN = 20


@requires(Permission.VISIT_LOG)
@require_safe
def today(request: SignedInRequest) -> HttpResponse:
    """Contacts that are due, promises, organizations to visit, cases that wait for me, activities of the week."""
    user = request.user
    day = timezone.localdate()
    due = _due(user, day)
    context = {
        "day": day,
        "first_week": first_week(user, day),
        "due": due[:MOST_SHOWN],
        "due_total": len(due),
        "overdue": sum(card.contact.is_overdue for card in due),
        "promises": [(promise, promise.days_over(day)) for promise in _promises(user, day)],
        "targets": targets_of(user, day).select_related("campaign", "organization")[:MOST_SHOWN],
        "cases": [(case, case.days_over(day)) for case in _cases(user)],
        "activities": _activities(user, day),
    }
    return render(request, "dashboard/today.html", context)


def _due(user: User, day: dt.date) -> list[PairCard]:
    """Pairs to contact within two weeks or overdue, counted from the last real contact; the most pressing first."""
    pairs = Pairing.objects.active(day).filter(cadre=user, member__status=Member.Status.ACTIVE)
    cards = [
        PairCard(pair, pair.member, [], contact_of(pair, day)) for pair in pairs.select_related("member")
    ]
    due = [card for card in cards if card.contact.is_due]
    return sorted(due, key=lambda card: (card.contact.due_on or day, card.member.pinyin))


def _promises(user: User, day: dt.date) -> Any:
    promises = Promise.objects.of_cadre(user, day).open().filter(due_on__lte=day + SOON)
    return promises.select_related("visit").order_by("due_on", "pk")[:MOST_SHOWN]


def _cases(user: User) -> Any:
    """Open cases that I handle, or entered and nobody handles yet. Twin of `casework.views.cases`, ?view=mine."""
    mine = Q(handler=user) | Q(handler=None, entered_by=user)
    cases = Case.objects.visible_to(user, Permission.CASE_VIEW).open().filter(mine, paused_on=None)
    return cases.order_by("due_on", "pk")[:MOST_SHOWN]


def _activities(user: User, day: dt.date) -> Any:
    """From Monday to Sunday, of my offices."""
    monday = day - dt.timedelta(days=day.weekday())
    activities = Activity.objects.visible_to(user, Permission.ACTIVITY_VIEW)
    this_week = activities.filter(planned_for__range=(monday, monday + dt.timedelta(days=6)))
    coming = this_week.exclude(state=Activity.State.CANCELLED).select_related("office")
    return coming.order_by("planned_for", "pk")[:MOST_SHOWN]
