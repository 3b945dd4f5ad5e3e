"""结对: my own, one, all of an office, and their beginning and end."""

import datetime as dt
import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework.models import Case
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.pages import page_or_fragment
from apps.core.paging import COUNT_UP_TO, list_page
from apps.core.refusals import Refusal
from apps.members.listing import ListState
from apps.members.models import Member, MemberQuerySet
from apps.members.naming import Naming, record_number
from apps.members.searching import record_hits, search
from apps.offices.choices import chosen_office, office_choices
from apps.pairing.actions import end_pairing, start_pairing
from apps.pairing.balance import Asleep, asleep, longest_periods
from apps.pairing.findings import Refused
from apps.pairing.forms import EndForm, PairFilter, StartForm, UnpairedFilter
from apps.pairing.handing_over.notes import told_of
from apps.pairing.models import DutyEntry, Pairing, PairingQuerySet, PairingYear, Visit
from apps.pairing.queries import cadres_for, cards_of, unpaired_members


@requires(Permission.VISIT_LOG)
@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """My pairs: whom to contact next, and how far each duty is."""
    user = request.user
    today = timezone.localdate()
    pairs = Pairing.objects.active(today).filter(cadre=user, member__status=Member.Status.ACTIVE)
    cards = cards_of(pairs.select_related("member", "office"), today)
    cards.sort(key=lambda card: (card.contact.due_on or dt.date.max, card.member.pinyin))
    context = {
        "cards": cards,
        "due": [card for card in cards if card.contact.is_due],
        "overdue": sum(card.contact.is_overdue for card in cards),
        "done": sum(card.done for card in cards),
        "total": sum(card.due for card in cards),
        "year": today.year,
    }
    return page_or_fragment(request, "pairing/mine.html", "pairing/_mine.html", context)


@requires(Permission.PAIRING_VIEW)
@require_safe
def detail(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """A pair in a year: progress, visits, what fulfilled a duty, cases."""
    user = request.user
    pairing = _visible(user, public_id)
    today = timezone.localdate()
    year = _year(request, pairing, today)
    shows_name = _shows_name(user, pairing)
    if shows_name and pairing.cadre_id != user.pk:
        record(AuditEvent.Action.READ, target=pairing.member, by=user, pairing=pairing.pk)
    visits = Visit.objects.filter(
        cadre=pairing.cadre_id, met__member=pairing.member_id, happened_on__year=year
    ).filter(happened_on__gte=pairing.started_on, happened_on__lte=pairing.ended_on or dt.date.max)
    context = {
        "pairing": pairing,
        "name": pairing.member.name if shows_name else record_number(pairing.member_id),
        "shows_name": shows_name,
        "is_own": pairing.cadre_id == user.pk and pairing.lives_on(today),
        "may_manage": user.may(Permission.PAIRING_MANAGE, pairing.office),
        "has_ended": pairing.has_ended(today),
        "note": told_of(pairing, today) if shows_name else None,
        "card": cards_of([pairing], today, year)[0],
        "visits": visits.order_by("-happened_on", "-pk")[:50],
        "entries": DutyEntry.objects.filter(pairing=pairing, done_on__year=year)
        .exclude(source_kind=DutyEntry.Source.VISIT)
        .order_by("-done_on"),
        "cases": Case.objects.visible_to(user, Permission.CASE_VIEW)
        .filter(member=pairing.member_id)
        .order_by("-opened_on", "-pk")[:20],
        "year": year,
        "years": range(pairing.started_on.year, min(today, pairing.ended_on or today).year + 1),
    }
    return page_or_fragment(request, "pairing/pair.html", "pairing/_pair.html", context)


def _visible(user: User, public_id: uuid.UUID) -> Pairing:
    pairs = Pairing.objects.visible_to(user, Permission.PAIRING_VIEW)
    return get_object_or_404(pairs.select_related("member", "office", "cadre"), public_id=public_id)


def _shows_name(user: User, pairing: Pairing) -> bool:
    member = pairing.member
    return member.status != Member.Status.WITHDRAWN and Naming.of(user).shows(member.pk, member.office_path)


def _year(request: SignedInRequest, pairing: Pairing, today: dt.date) -> int:
    """The year in the address, within the pair's life."""
    typed = request.GET.get("year", "")
    last = min(today, pairing.ended_on or today).year
    wanted = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else last
    return max(pairing.started_on.year, min(wanted, last))


@requires(Permission.PAIRING_VIEW)
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """The pairs of an office and below, with this year's duties as a whole."""
    user = request.user
    today = timezone.localdate()
    form = PairFilter(request.GET, offices=office_choices(user, Permission.PAIRING_VIEW))
    pairs = _narrowed(Pairing.objects.visible_to(user, Permission.PAIRING_VIEW), form, user, today)
    this_year = Prefetch("years", PairingYear.objects.filter(year=today.year), to_attr="this_year")
    page = list_page(
        request,
        pairs.select_related("member", "cadre", "office")
        .prefetch_related(this_year)
        .order_by("office_path", "-started_on", "-pk"),
        count_up_to=COUNT_UP_TO,
    )
    naming = Naming.of(user)
    context = {
        "form": form,
        "page": page,
        "rows": [_row(pairing, naming, today) for pairing in page.rows],
        "year": today.year,
        "may_manage": Permission.PAIRING_MANAGE in user.permissions,
    }
    return page_or_fragment(request, "pairing/pairs.html", "pairing/_pairs.html", context)


def _narrowed(pairs: PairingQuerySet, form: PairFilter, user: User, today: dt.date) -> PairingQuerySet:
    form.is_valid()
    said: dict[str, Any] = form.cleaned_data
    if office := chosen_office(user, Permission.PAIRING_VIEW, said.get("office") or ""):
        pairs = pairs.of_office(office)
    if cadre := said.get("cadre"):
        pairs = pairs.filter(cadre__name__contains=cadre)
    state = said.get("state", "")
    if state == "":
        return pairs.active(today)
    if state in list(Asleep):
        paths = set(pairs.active(today).order_by().values_list("office_path", flat=True).distinct())
        return asleep(pairs, state, today, longest_periods(paths, today.year))
    return pairs.filter(ended_on__lt=today) if state == "ended" else pairs


def _row(pairing: Pairing, naming: Naming, today: dt.date) -> dict[str, Any]:
    year = next(iter(pairing.this_year), None)  # type: ignore[attr-defined]
    return {
        "pairing": pairing,
        "label": naming.label_of(pairing.member),
        "goes_on": not pairing.has_ended(today),
        "due": sum(year.due) if year else 0,
        "done": sum(year.done) if year else 0,
        "last_contact_on": year.last_contact_on if year else None,
    }


@requires(Permission.PAIRING_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def unpaired(request: SignedInRequest) -> HttpResponse:
    """Members who agreed to be paired and have nobody: where a pair begins. The filter bar is posted, as the list's."""
    user, asked = request.user, request.POST or request.GET
    sought = ListState.of({key: asked[key] for key in ("q", "s") if key in asked}, user)
    said = sought.filters(user) | {key: asked[key] for key in ("office",) if asked.get(key)}
    if request.method == "POST":
        return redirect(f"{reverse('pairing:unpaired')}?{urlencode(said)}")
    members = _unpaired(user, sought.q, asked.get("office", ""))
    rows = members.select_related("office").order_by("office_path", "pinyin", "pk")
    kept = {key: request.GET[key] for key in ("page", "size") if key in request.GET}
    page = list_page(request, rows, query=QueryDict(urlencode(said | kept)))
    if sought.q.strip():
        record_hits([(row.pk, row.office_path) for row in page.rows], by=user)
    naming = Naming.of(user)
    context = {
        "form": UnpairedFilter(
            initial={"q": sought.q, "office": asked.get("office", "")},
            offices=office_choices(user, Permission.PAIRING_MANAGE),
        ),
        "page": page,
        "rows": [(row, naming.label(row.pk, row.office_path, row.name)) for row in page.rows],
        "filtered": bool(said),
    }
    return render(request, "pairing/unpaired.html", context)


def _unpaired(user: User, words: str, office_code: str) -> MemberQuerySet:
    visible = Member.objects.visible_to(user, Permission.PAIRING_MANAGE)
    if office := chosen_office(user, Permission.PAIRING_MANAGE, office_code):
        visible = visible.of_office(office)
    return search(unpaired_members(timezone.localdate()) & visible, words, Naming.of(user))


@requires(Permission.PAIRING_MANAGE)
@require_http_methods(["GET", "POST"])
def start(request: SignedInRequest, member_id: uuid.UUID) -> HttpResponse:
    """Pair a member with a cadre whose grant reaches them."""
    user = request.user
    today = timezone.localdate()
    members = Member.objects.active() & Member.objects.visible_to(user, Permission.PAIRING_MANAGE)
    member = get_object_or_404(members.select_related("office"), public_id=member_id)
    form = StartForm(
        request.POST or None, cadres=cadres_for(member.office, today), initial={"started_on": today}
    )
    warned = False
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            pairing = start_pairing(
                member=member,
                cadre=said["cadre"],
                started_on=said["started_on"],
                by=user,
                confirmed=said["confirmed"],
            )
        except Refusal as refusal:
            warned = _add_findings(form, refusal)
        else:
            messages.success(request, _("结对已开始。"))
            return redirect("pairing:pair", pairing.public_id)
    name = Naming.of(user).label(member.pk, member.office_path, member.name)
    context = {"form": form, "member": member, "name": name, "warned": warned or "confirmed" in form.data}
    return render(request, "pairing/start.html", context, status=422 if form.errors else 200)


@requires(Permission.PAIRING_MANAGE)
@require_http_methods(["GET", "POST"])
def end(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """End a pair that lives."""
    user = request.user
    today = timezone.localdate()
    # One with a planned end (代管) may end sooner.
    goes_on = Q(ended_on__isnull=True) | Q(ended_on__gt=today)
    pairs = Pairing.objects.visible_to(user, Permission.PAIRING_MANAGE).filter(goes_on, started_on__lte=today)
    pairing = get_object_or_404(pairs.select_related("member", "cadre", "office"), public_id=public_id)
    form = EndForm(request.POST or None, initial={"ended_on": today})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            end_pairing(pairing=pairing, ended_on=said["ended_on"], reason=said["reason"], by=user)
        except Refusal as refusal:
            _add_findings(form, refusal)
        else:
            messages.success(request, _("结对已结束，已完成的履行仍记在原干部名下。"))
            return redirect("pairing:pair", pairing.public_id)
    name = pairing.member.name if _shows_name(user, pairing) else record_number(pairing.member_id)
    context = {"form": form, "pairing": pairing, "name": name}
    return render(request, "pairing/end.html", context, status=422 if form.errors else 200)


def _add_findings(form: Any, refusal: Refusal) -> bool:
    """Puts each finding beside its field. Returns whether a tick is all that is missing."""
    if not isinstance(refusal, Refused):
        form.add_error(None, refusal.message)
        return False
    for finding in refusal.findings:
        show_refusal(form, finding)
    return refusal.needs_confirmation_only
