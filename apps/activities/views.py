"""活动、品牌项目、阵地: lists, pages, and one address for each step."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.activities import actions
from apps.activities.forms import ActivityFilter, ActivityForm, HeldForm, NameForm, SignUpForm, VenueForm
from apps.activities.models import NUMBER_ONLY_KINDS, Activity, Programme, Venue
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.pages import page_or_fragment
from apps.core.paging import list_page
from apps.core.refusals import Conflict, Refusal
from apps.members.models import Member
from apps.members.naming import Naming
from apps.offices.choices import chosen_office, office_choices
from apps.offices.models import Office, OfficeKind

MOST_OFFERED = 200


@requires(Permission.ACTIVITY_VIEW)
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Activities by state, kind, office and day."""
    user = request.user
    form = ActivityFilter(request.GET, offices=office_choices(user, Permission.ACTIVITY_VIEW))
    activities = _narrowed(Activity.objects.visible_to(user, Permission.ACTIVITY_VIEW), form, user)
    page = list_page(request, activities.select_related("office", "venue").order_by("-planned_for", "-pk"))
    may_manage = Permission.ACTIVITY_MANAGE in user.permissions
    context = {"form": form, "page": page, "may_manage": may_manage, "today": timezone.localdate()}
    return page_or_fragment(request, "activities/list.html", "activities/_rows.html", context)


def _narrowed(activities: Any, form: ActivityFilter, user: User) -> Any:
    form.is_valid()
    said: dict[str, Any] = form.cleaned_data
    for name in ("state", "kind"):
        if value := said.get(name):
            activities = activities.filter(**{name: value})
    if office := chosen_office(user, Permission.ACTIVITY_VIEW, said.get("office") or ""):
        activities = activities.of_office(office)
    return activities.filter(
        planned_for__range=(said.get("first") or dt.date.min, said.get("last") or dt.date.max)
    )


@requires(Permission.ACTIVITY_VIEW)
@require_safe
def detail(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """One activity with the steps that are open to the reader."""
    user = request.user
    return _page(request, user, _visible(user, public_id, Permission.ACTIVITY_VIEW))


def _visible(user: User, public_id: uuid.UUID, permission: Permission) -> Activity:
    activities = Activity.objects.visible_to(user, permission)
    return get_object_or_404(
        activities.select_related("office", "programme", "venue", "organizer"), public_id=public_id
    )


def _page(
    request: SignedInRequest,
    user: User,
    activity: Activity,
    refused: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """`refused`: a step's form that came back with errors; it keeps its place on the page."""
    may_manage = Activity.objects.visible_to(user, Permission.ACTIVITY_MANAGE).filter(pk=activity.pk).exists()
    takes_names = activity.kind not in NUMBER_ONLY_KINDS
    held = HeldForm(initial={"held_on": min(activity.planned_for, timezone.localdate())})
    context: dict[str, Any] = {
        "activity": activity,
        "communities": list(activity.communities.values_list("name", flat=True)),
        "may_manage": may_manage,
        "takes_names": takes_names,
        "list": _sign_ups(user, activity) if takes_names else [],
        "held_form": refused if isinstance(refused, HeldForm) else held,
        "sign_up_form": _sign_up_form(request, user, activity, refused)
        if may_manage and takes_names
        else None,
        "error_form": refused,
    }
    return render(request, "activities/activity.html", context, status=status)


def _sign_ups(user: User, activity: Activity) -> list[dict[str, Any]]:
    naming = Naming.of(user)
    rows = activity.sign_ups.select_related("member").order_by("pk")
    return [
        {
            "label": naming.label_of(row.member),
            "member": row.member_id,
            "came": row.came,
        }
        for row in rows
    ]


def _sign_up_form(
    request: SignedInRequest, user: User, activity: Activity, refused: forms.Form | None = None
) -> SignUpForm | None:
    """Offered only while somebody is left to choose; names only of whom the user sees."""
    if isinstance(refused, SignUpForm):
        return refused
    offered = _offered(user, activity)
    return SignUpForm(members=offered) if activity.state != Activity.State.CANCELLED and offered else None


def _offered(user: User, activity: Activity) -> Any:
    members = Member.objects.active().filter(
        Naming.of(user).named(),
        consents__withdrawn_on__isnull=True,
        consents__purposes__contains=["activities"],
    )
    listed = activity.sign_ups.values("member")
    ids = members.of_office(activity.office).exclude(pk__in=listed).order_by("pinyin", "pk").distinct()
    return Member.objects.filter(pk__in=ids.values_list("pk", flat=True)[:MOST_OFFERED]).order_by(
        "pinyin", "pk"
    )


@requires(Permission.ACTIVITY_MANAGE)
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Put an activity into the plan of one's office."""
    user = request.user
    office = own_office(user)
    form = _form(request.POST or None, user, office, initial={"planned_for": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        activity = actions.plan_activity(office=office, planned=actions.Planned(**form.cleaned_data), by=user)
        messages.success(request, _("已列入计划。"))
        return redirect("activities:activity", activity.public_id)
    context = {"form": form, "office": office}
    return render(request, "activities/form.html", context, status=422 if form.errors else 200)


@requires(Permission.ACTIVITY_MANAGE)
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Change what is planned."""
    user = request.user
    activity = _visible(user, public_id, Permission.ACTIVITY_MANAGE)
    initial = {
        name: getattr(activity, name)
        for name in ("title", "kind", "planned_for", "programme", "venue", "replaces")
    }
    initial["communities"] = activity.communities.all()
    form = _form(request.POST or None, user, activity.office, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_plan(activity=activity, planned=actions.Planned(**form.cleaned_data), by=user)
        except Refusal as refusal:
            status = _add(form, refusal)
        else:
            messages.success(request, _("计划已修改。"))
            return redirect("activities:activity", activity.public_id)
    context = {"form": form, "office": activity.office, "activity": activity}
    return render(
        request, "activities/form.html", context, status=422 if form.errors and status == 200 else status
    )


def own_office(user: User) -> Office:
    """The office whose activities the user plans; of several the one furthest down."""
    lows = [r.low for r in user.office_ranges(Permission.ACTIVITY_MANAGE)]
    return Office.objects.filter(path__in=lows).order_by("-depth", "path")[0]


def _form(data: Any, user: User, office: Office, initial: dict[str, Any]) -> ActivityForm:
    return ActivityForm(
        data,
        initial=initial,
        programmes=Programme.objects.visible_to(user, Permission.ACTIVITY_VIEW).filter(ended_on__isnull=True),
        venues=Venue.objects.visible_to(user, Permission.ACTIVITY_VIEW).filter(closed_on__isnull=True),
        communities=Office.objects.filter(path__startswith=office.path, kind=OfficeKind.COMMUNITY)
        if office.depth > 2
        else Office.objects.none(),
        cancelled=_cancelled(office, initial.get("replaces")),
    )


def _cancelled(office: Office, chosen: Activity | None) -> Any:
    """What may be replaced: cancelled this year or last, by nothing yet, or by the one that is edited."""
    since = timezone.localdate().year - 1
    return Activity.objects.filter(
        Q(replaced_by__isnull=True) | Q(pk=chosen.pk if chosen else None),
        office=office,
        state=Activity.State.CANCELLED,
        planned_for__year__gte=since,
    ).order_by("-planned_for")


def _step(
    request: SignedInRequest,
    public_id: uuid.UUID,
    make_form: Callable[[User, Activity], forms.Form | None],
    do: Callable[[Activity, User, dict[str, Any]], object],
    done: str,
) -> HttpResponse:
    """One step of an activity: form, action, message, back to the page."""
    user = request.user
    activity = _visible(user, public_id, Permission.ACTIVITY_MANAGE)
    form = make_form(user, activity)
    if form is not None and not form.is_valid():
        return _page(request, user, activity, form, status=422)
    try:
        do(activity, user, form.cleaned_data if form else {})
    except Refusal as refusal:
        if form is not None:
            return _page(request, user, activity, form, status=_add(form, refusal))
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect("activities:activity", activity.public_id)


def _add(form: forms.Form, refusal: Refusal) -> int:
    """Puts the refusal into the form; returns the status to answer with."""
    show_refusal(form, refusal)
    return 409 if isinstance(refusal, Conflict) else 422


@requires(Permission.ACTIVITY_MANAGE)
@require_POST
def hold(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    return _step(
        request,
        public_id,
        lambda user, activity: HeldForm(request.POST),
        lambda activity, by, said: actions.hold_activity(activity=activity, by=by, **said),
        _("已登记举办情况。"),
    )


@requires(Permission.ACTIVITY_MANAGE)
@require_POST
def cancel(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    return _step(
        request,
        public_id,
        lambda user, activity: None,
        lambda activity, by, said: actions.cancel_activity(activity=activity, by=by),
        _("已取消。"),
    )


@requires(Permission.ACTIVITY_MANAGE)
@require_POST
def sign_up(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    return _step(
        request,
        public_id,
        lambda user, activity: SignUpForm(request.POST, members=_offered(user, activity)),
        lambda activity, by, said: actions.sign_up(activity=activity, by=by, members=said["members"]),
        _("已加入报名名单。"),
    )


@requires(Permission.ACTIVITY_MANAGE)
@require_POST
def came(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who of the list came; names left unticked did not."""
    ticked = [int(typed) for typed in request.POST.getlist("came") if typed.isascii() and typed.isdigit()]
    return _step(
        request,
        public_id,
        lambda user, activity: None,
        lambda activity, by, said: actions.note_who_came(activity=activity, by=by, came=ticked),
        _("到场情况已登记，共同参加的活动已计入结对进度。"),
    )


@requires(Permission.ACTIVITY_VIEW)
@require_safe
def venues(request: SignedInRequest) -> HttpResponse:
    """Programmes and venues of the offices the reader sees."""
    user = request.user
    may_manage = Permission.ACTIVITY_MANAGE in user.permissions
    seen = Venue.objects.visible_to(user, Permission.ACTIVITY_VIEW).select_related("office")
    programmes = Programme.objects.visible_to(user, Permission.ACTIVITY_VIEW).select_related("office")
    context = {
        "page": list_page(request, seen.order_by("office_path", "pk")),
        "programmes": programmes.order_by("office_path", "pk")[:MOST_OFFERED],
        "may_manage": may_manage,
    }
    return render(request, "activities/venues.html", context)


@requires(Permission.ACTIVITY_MANAGE)
@require_http_methods(["GET", "POST"])
def new_venue(request: SignedInRequest) -> HttpResponse:
    return _new(request, VenueForm(request.POST or None), Venue, _("新增阵地"))


@requires(Permission.ACTIVITY_MANAGE)
@require_http_methods(["GET", "POST"])
def new_programme(request: SignedInRequest) -> HttpResponse:
    return _new(request, NameForm(request.POST or None), Programme, _("新增品牌项目"))


def _new(
    request: SignedInRequest, form: forms.Form, model: type[Venue] | type[Programme], title: str
) -> HttpResponse:
    """A venue or programme of one's own office."""
    user = request.user
    office = own_office(user)
    if request.method == "POST" and form.is_valid():
        made = model.objects.create(office=office, **form.cleaned_data)
        record(AuditEvent.Action.CREATE, target=made, by=user)
        messages.success(request, _("已新增。"))
        return redirect("activities:venues")
    context = {"form": form, "office": office, "title": title}
    return render(request, "activities/name_form.html", context, status=422 if form.errors else 200)
