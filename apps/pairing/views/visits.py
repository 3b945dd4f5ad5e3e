"""联系记录: the page of one, the list, and voiding. The form stands in `entering`."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.accounts.roles import RoleName
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework.models import Case
from apps.core.access import Permission, requires
from apps.core.pages import page_or_fragment
from apps.core.paging import COUNT_UP_TO, list_page
from apps.core.refusals import Refusal
from apps.members.models import Member
from apps.members.naming import Naming
from apps.offices.choices import chosen_office, office_choices
from apps.pairing.actions import void_visit
from apps.pairing.actions.visits import ORIGIN
from apps.pairing.forms import VisitFilter
from apps.pairing.models import Met, Pairing, Visit, VisitKind, VisitQuerySet
from apps.pairing.queries import cards_of, entry_delay, met_labels, text_shown
from apps.pairing.visit_forms import VoidForm

# The office itself: those who serve there.
SEES_DELAY = (RoleName.CADRE, RoleName.LEADER, RoleName.OFFICE_ADMIN)


@requires(Permission.PAIRING_VIEW)
@require_safe
def detail(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """One visit. Above the members' own office it shows record numbers and dates, no name and no text."""
    user = request.user
    visit = _visible(user, public_id)
    met = [row.member for row in visit.met.all() if row.member]
    naming = Naming.of(user)
    shows_text = text_shown(visit, met, naming, user)
    is_own = visit.cadre_id == user.pk
    if shows_text and not is_own:
        for member in met:
            record(AuditEvent.Action.READ, target=member, by=user, visit=visit.pk)
    context = {
        "visit": visit,
        "met": met_labels([visit.pk], naming)[visit.pk],
        "shows_text": shows_text,
        "is_own": is_own,
        "may_void": is_own or user.may(Permission.PAIRING_MANAGE, visit.office),
        "cases": _cases(user, visit),
        "cards": _cards(user, visit) if is_own else [],
        "versions": _versions(visit) if shows_text else [],
        "companions": list(visit.companions.order_by("pk").values_list("user__name", flat=True)),
        "promises": visit.promises.with_keeper(timezone.localdate()).order_by("pk") if shows_text else (),
        "twins": _twins(user, visit) if visit.has_twin else (),  # type: ignore[attr-defined]
    }
    return render(request, "pairing/visit.html", context)


def _twins(user: User, visit: Visit) -> VisitQuerySet:
    """The others that the same cadre logged for that day with one of the same people."""
    others = Visit.objects.visible_to(user, Permission.PAIRING_VIEW).counted().exclude(pk=visit.pk)
    people = [row.member_id for row in visit.met.all() if row.member_id]
    return others.filter(
        cadre=visit.cadre_id, happened_on=visit.happened_on, met__member__in=people
    ).distinct()


def _visible(user: User, public_id: uuid.UUID) -> Visit:
    visits = (
        Visit.objects.visible_to(user, Permission.PAIRING_VIEW)
        .with_twin()
        .select_related("cadre", "office", "entered_by", "voided_by")
    )
    with_met = visits.prefetch_related(Prefetch("met", Met.objects.select_related("member")))
    return get_object_or_404(with_met, public_id=public_id)


def _cases(user: User, visit: Visit) -> Any:
    cases = Case.objects.visible_to(user, Permission.CASE_VIEW)
    return cases.filter(origin_kind=ORIGIN, origin_id=visit.pk).order_by("pk")


def _cards(user: User, visit: Visit) -> Any:
    """The progress of the pairs the visit counted for."""
    pairs = Pairing.objects.active(visit.happened_on).filter(
        cadre=user,
        member__in=[row.member_id for row in visit.met.all() if row.member_id],
        member__status=Member.Status.ACTIVE,
    )
    return cards_of(pairs.select_related("member"), timezone.localdate(), visit.happened_on.year)


def _versions(visit: Visit) -> list[dict[str, Any]]:
    """What the visit said before, newest first."""
    rows = visit.events.order_by("-pgh_id").values(  # type: ignore[attr-defined]
        "pgh_created_at", "version", "kind", "happened_on", "text", "void_reason"
    )
    names = dict(VisitKind.choices)
    return [{**row, "kind": names.get(row["kind"], "")} for row in rows[:20]] if visit.version > 1 else []


@requires(Permission.PAIRING_VIEW)
@require_http_methods(["GET", "POST"])
def void(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a visit out of every count, with a reason: one's own, or of an office one manages pairs in."""
    user = request.user
    visit = get_object_or_404(
        (Visit.objects.of_cadre(user) | Visit.objects.visible_to(user, Permission.PAIRING_MANAGE)).counted(),
        public_id=public_id,
    )
    form = VoidForm(request.POST or None, initial={"version": visit.version})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            void_visit(visit=visit, version=said["version"], reason=said["reason"], by=user)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("已作废，不再计入任何数据。"))
            return redirect("pairing:visit", visit.public_id)
    status = 422 if form.errors else 200
    return render(request, "pairing/visit_void.html", {"form": form, "visit": visit}, status=status)


@requires(Permission.PAIRING_VIEW)
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Visits by period, office, cadre and kind; state in the URL."""
    user = request.user
    form = VisitFilter(request.GET, offices=office_choices(user, Permission.PAIRING_VIEW))
    visits = Visit.objects.visible_to(user, Permission.PAIRING_VIEW)
    visits = _narrowed(visits, form, user)
    page = list_page(
        request,
        visits.with_twin().select_related("cadre", "office").order_by("-happened_on", "-pk"),
        count_up_to=COUNT_UP_TO,
    )
    labels = met_labels([visit.pk for visit in page.rows], Naming.of(user))
    context = {
        "form": form,
        "page": page,
        "rows": [(visit, labels[visit.pk]) for visit in page.rows],
        "delay": entry_delay(
            [grant.office.path for grant in user.current_grants if grant.role in SEES_DELAY],
            timezone.localdate().replace(month=1, day=1),
        ),
        "may_log": Permission.VISIT_LOG in user.permissions,
        "may_import": Permission.PAIRING_MANAGE in user.permissions,
    }
    return page_or_fragment(request, "pairing/visits.html", "pairing/_visits.html", context)


def _narrowed(visits: VisitQuerySet, form: VisitFilter, user: User) -> VisitQuerySet:
    """An input that cannot be read narrows nothing; the form says so beside it."""
    form.is_valid()
    said: dict[str, Any] = form.cleaned_data
    if office := chosen_office(user, Permission.PAIRING_VIEW, said.get("office") or ""):
        visits = visits.of_office(office)
    visits = visits.between(said.get("first") or dt.date.min, said.get("last") or dt.date.max)
    if cadre := said.get("cadre"):
        visits = visits.filter(cadre__name__contains=cadre)
    if kind := said.get("kind"):
        visits = visits.filter(kind=kind)
    return visits
