"""What is done with activities: planned, changed, held, cancelled; who signed up and came."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.activities.models import NUMBER_ONLY_KINDS, Activity, Programme, SignUp, Venue
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor
from apps.core.refusals import Conflict, Refusal
from apps.members.models import Member
from apps.offices.models import Office
from apps.pairing.actions import drop_entries, record_entries
from apps.pairing.models import DutyEntry, DutyKind

SOURCE = DutyEntry.Source.ACTIVITY
State = Activity.State


class ActivityRefused(Refusal):
    """The step breaks a rule of activities."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What an activity is to be."""

    title: str
    kind: str
    planned_for: dt.date
    programme: Programme | None = None
    venue: Venue | None = None
    communities: Collection[Office] = field(default_factory=tuple)
    # What was cancelled, and is made up for by this one.
    replaces: Activity | None = None


@transaction.atomic
def plan_activity(*, office: Office, planned: Planned, by: User) -> Activity:
    """Put an activity into the office's plan as of today."""
    _check_replaces(office, planned, None)
    activity = Activity.objects.create(
        office=office, planned_on=timezone.localdate(), created_by=by, organizer=by, **_columns(planned)
    )
    activity.communities.set(planned.communities)
    record(AuditEvent.Action.CREATE, target=activity, by=by)
    return activity


@transaction.atomic
def change_plan(*, activity: Activity, planned: Planned, by: User) -> Activity:
    """Change what is planned; the day it was put into the plan stays."""
    activity = _locked(activity, State.PLANNED)
    if planned.kind in NUMBER_ONLY_KINDS and activity.sign_ups.exists():
        raise ActivityRefused(_("这类活动只登记人数，请先清除报名名单。"), code="number_only", field="kind")
    _check_replaces(activity.office, planned, activity)
    for name, value in _columns(planned).items():
        setattr(activity, name, value)
    activity.save()
    activity.communities.set(planned.communities)
    record(AuditEvent.Action.CHANGE, target=activity, by=by)
    return activity


@transaction.atomic
def pass_activity_on(*, activity: Activity, to: User | None, by: Actor) -> Activity:
    """Another prepares it; None: whoever of the office takes it up."""
    activity = _locked(activity, State.PLANNED)
    activity.organizer = to
    activity.save()
    record(AuditEvent.Action.CHANGE, target=activity, by=by, fields=["organizer"])
    return activity


@transaction.atomic
def hold_activity(
    *, activity: Activity, held_on: dt.date, came: int, has_minutes: bool, by: User
) -> Activity:
    """Write down that it was held, and how many came."""
    activity = _locked(activity, State.PLANNED)
    if held_on > timezone.localdate():
        raise ActivityRefused(_("举办日期不能晚于今天。"), code="future", field="held_on")
    activity.state, activity.held_on = State.HELD, held_on
    activity.came, activity.has_minutes = came, has_minutes
    activity.save()
    record(AuditEvent.Action.CHANGE, target=activity, by=by, state=State.HELD)
    return activity


@transaction.atomic
def cancel_activity(*, activity: Activity, by: User) -> Activity:
    """Cancel what was planned; its sign-ups go at once, and what it was to replace is open again."""
    activity = _locked(activity, State.PLANNED)
    activity.state, activity.replaces = State.CANCELLED, None
    activity.save()
    activity.sign_ups.all().delete()
    record(AuditEvent.Action.CHANGE, target=activity, by=by, state=State.CANCELLED)
    return activity


@transaction.atomic
def sign_up(*, activity: Activity, members: Collection[Member], by: User) -> int:
    """Put members on the list. Returns how many are new. Study, publicity and meetings keep a number only."""
    activity = _locked(activity, State.PLANNED, State.HELD)
    _refuse_names(activity)
    if any(not member.is_active for member in members):
        raise ActivityRefused(_("只能为在册成员报名。"), code="not_active", field="members")
    known = set(activity.sign_ups.values_list("member_id", flat=True))
    fresh = [member for member in members if member.pk not in known]
    SignUp.objects.bulk_create(
        SignUp(activity=activity, member=member, office_id=member.office_id) for member in fresh
    )
    record(AuditEvent.Action.CHANGE, target=activity, by=by, signed_up=len(fresh))
    return len(fresh)


@transaction.atomic
def note_who_came(*, activity: Activity, came: Collection[int], by: User) -> Activity:
    """Of those who signed up, who came (ids of members): an activity attended together counts for their pairs."""
    activity = _locked(activity, State.HELD)
    _refuse_names(activity)
    assert activity.held_on is not None  # noqa: S101 by constraint of the table
    listed = set(activity.sign_ups.values_list("member_id", flat=True))
    present = listed & set(came)
    activity.sign_ups.filter(member__in=present).update(came=True)
    activity.sign_ups.exclude(member__in=present).update(came=False)
    drop_entries(source=(SOURCE, activity.pk), members=listed - present)
    record_entries(members=present, kind=DutyKind.ACTIVITY, on=activity.held_on, source=(SOURCE, activity.pk))
    record(AuditEvent.Action.CHANGE, target=activity, by=by, came=len(present))
    return activity


def _refuse_names(activity: Activity) -> None:
    if activity.kind in NUMBER_ONLY_KINDS:
        raise ActivityRefused(
            _("学习培训、宣讲和会议只登记到场人数，不记个人出席。"), code="number_only", field="members"
        )


def _check_replaces(office: Office, planned: Planned, activity: Activity | None) -> None:
    """Only a cancelled one of the same office and year is replaced, and only once."""
    gone = planned.replaces
    if gone is None:
        return
    others = Activity.objects.exclude(pk=activity.pk) if activity else Activity.objects.all()
    taken = others.filter(replaces=gone).exists()
    if gone.office_id != office.pk or gone.state != State.CANCELLED or taken:
        raise ActivityRefused(
            _("只能替代本单位已取消且尚未被替代的活动。"), code="replaces", field="replaces"
        )
    if gone.planned_for.year != planned.planned_for.year:
        raise ActivityRefused(_("替代的活动应在同一年。"), code="replaces_year", field="replaces")


def _columns(planned: Planned) -> dict[str, object]:
    names = ("title", "kind", "planned_for", "programme", "venue", "replaces")
    return {name: getattr(planned, name) for name in names}


def _locked(activity: Activity, *states: str) -> Activity:
    current = Activity.objects.select_for_update().select_related("office").get(pk=activity.pk)
    if current.state not in states:
        raise Conflict(
            _("此活动现在是“%(state)s”，不能进行这一步。") % {"state": current.get_state_display()},
            code="state",
        )
    return current
