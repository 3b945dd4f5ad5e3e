"""The visit form: a new one, a correction, and what the outbox of a browser sends."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal, uuids_in
from apps.core.refusals import Conflict, Refusal
from apps.members.models import Member
from apps.pairing.actions import Logged, edit_visit, log_visit
from apps.pairing.findings import Refused
from apps.pairing.mentioned import (
    find_mentioned,
    organizations_of,
    suggested_colleagues,
    suggested_organizations,
)
from apps.pairing.models import Companion, Met, Visit, VisitKind
from apps.pairing.queries import members_to_log, own_members, written_for
from apps.pairing.visit_forms import VisitEditForm, VisitForm

# Sent by static/js/visits.js: "now" from the open form, "later" from the queue.
OUTBOX = "X-Outbox"


@requires(Permission.VISIT_LOG)
@require_http_methods(["GET", "POST"])
def log(request: SignedInRequest) -> HttpResponse:
    """The visit form. Posting it twice makes one visit and gives the same answer."""
    user = request.user
    cadre = cadre_of_request(request)
    own = members_to_log(user, cadre, timezone.localdate())
    if request.method == "GET":
        return _form_page(request, VisitForm(own=own, initial=_suggested(request, cadre, own)), cadre=cadre)
    form = VisitForm(request.POST, own=own)
    if form.is_valid():
        try:
            logged = _logged(form, user, cadre, own)
        except Refusal as refusal:
            return _form_page(request, form, refusal, cadre=cadre)
        return _saved(request, logged)
    return _form_page(request, form, cadre=cadre)


def cadre_of_request(request: SignedInRequest) -> User:
    """Whose visit is written down: one's own, or that of a cadre who let the user do it (404 for others)."""
    name = request.POST.get("entered_for", "") or request.GET.get("for", "")
    if name in ("", request.user.username):
        return request.user
    return get_object_or_404(written_for(request.user, timezone.localdate()), username=name)


def _logged(form: VisitForm, user: User, cadre: User, own: Any) -> Logged:
    """Raises Refusal."""
    said = form.cleaned_data
    mentioned = find_mentioned(user, organizations=said["organizations"], companions=said["companions"])
    return log_visit(
        public_id=said["public_id"],
        content=form.content(mentioned),
        by=user,
        among=own,
        confirmed=said["confirmed"],
        cadre=cadre,
    )


def _saved(request: SignedInRequest, logged: Logged) -> HttpResponse:
    if request.headers.get(OUTBOX) != "later":
        messages.success(request, _("已保存。"))
        if logged.is_second:
            messages.warning(
                request, _("同一天已有一条联系记录，两条都保留并标为疑似重复；确为重复请作废一条。")
            )
    page = reverse("pairing:visit", args=[logged.visit.public_id])
    if request.headers.get(OUTBOX):
        return JsonResponse({"page": page}, status=201 if logged.is_new else 200)
    return redirect(page)


def _suggested(request: SignedInRequest, cadre: User, own: Any) -> dict[str, Any]:
    """Today, the kind used last, and the member asked for in the address (or the only one); `again` repeats a visit."""
    wanted = [str(pk) for pk in own.values_list("public_id", flat=True)]
    last = _again(request, cadre) or Visit.objects.of_cadre(cadre).counted().order_by("-pk").first()
    suggested: dict[str, Any] = {
        "public_id": uuid.uuid4(),
        "kind": last.kind if last else VisitKind.HOME_VISIT,
        "happened_on": timezone.localdate(),
        "entered_for": "" if cadre.pk == request.user.pk else cadre.username,
    }
    asked_for = request.GET.getlist("member")
    if "again" in request.GET and last:
        suggested |= _beside(last)
        asked_for = _met(last)
    members = [pk for pk in asked_for if pk in wanted]
    if "organization" in request.GET:
        # Members met there are added by hand: nobody is met by being the only one.
        return suggested | {"organizations": _organization(request, cadre), "members": members}
    return suggested | {"members": members or (wanted if len(wanted) == 1 else [])}


def _organization(request: SignedInRequest, cadre: User) -> str:
    """The name of the organization asked for in the address, as the form takes it."""
    wanted = uuids_in([request.GET["organization"]])
    found = organizations_of(cadre).filter(public_id__in=wanted)
    return found.values_list("name", flat=True).first() or ""


def _again(request: SignedInRequest, cadre: User) -> Visit | None:
    """The visit to repeat; an address that names none repeats the last."""
    try:
        wanted = uuid.UUID(request.GET.get("again", ""))
    except ValueError:
        return None
    return Visit.objects.of_cadre(cadre).filter(public_id=wanted).first()


def _met(visit: Visit) -> list[str]:
    met = Met.objects.filter(visit=visit, member__isnull=False)
    return [str(pk) for pk in met.values_list("member__public_id", flat=True)]


def _beside(visit: Visit) -> dict[str, Any]:
    """The organizations and companions of a visit, as the form writes them."""
    met = Met.objects.filter(visit=visit, organization__isnull=False).order_by("pk")
    came = Companion.objects.filter(visit=visit).order_by("pk")
    return {
        "organizations": "、".join(met.values_list("organization__name", flat=True)),
        "companions": "、".join(came.values_list("user__name", flat=True)),
    }


def _form_page(
    request: SignedInRequest,
    form: VisitForm,
    refusal: Refusal | None = None,
    visit: Visit | None = None,
    cadre: User | None = None,
) -> HttpResponse:
    """The form with what was typed; 422 where something must be changed, 409 where somebody was faster."""
    warned = refusal is not None and add_findings(form, refusal)
    status = 409 if isinstance(refusal, Conflict) else 422 if form.errors else 200
    user = request.user
    context = {
        "form": form,
        "has_people": form.fields["members"].queryset.exists(),  # type: ignore[attr-defined]
        "warned": warned or "confirmed" in form.data,
        "visit": visit,
        "visits_organization": "organization" in request.GET or bool(form.data.get("organizations")),
        "cadre": None if cadre is None or cadre.pk == user.pk else cadre,
        "written_for": () if visit or form.is_bound else written_for(user, timezone.localdate()),
    }
    return render(request, "pairing/visit_form.html", context, status=status)


def add_findings(form: Any, refusal: Refusal) -> bool:
    """Puts each finding beside its field. Returns whether a tick is all that is missing."""
    findings: Iterable[Any] = refusal.findings if isinstance(refusal, Refused) else [refusal]
    for finding in findings:
        show_refusal(form, finding)
    return isinstance(refusal, Refused) and refusal.needs_confirmation_only


@requires(Permission.VISIT_LOG)
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Correct one's own visit; history keeps what it said."""
    user = request.user
    visit = get_object_or_404(Visit.objects.of_cadre(user).counted(), public_id=public_id)
    met = Met.objects.filter(visit=visit, member__isnull=False).values("member")
    own = own_members(user, timezone.localdate()) | Member.objects.active().filter(pk__in=met)
    if request.method == "GET":
        return _form_page(request, VisitEditForm(own=own, initial=_as_typed(visit)), visit=visit)
    form = VisitEditForm(request.POST, own=own)
    if form.is_valid():
        try:
            _edited(form, visit, user, own)
        except Refusal as refusal:
            return _form_page(request, form, refusal, visit)
        messages.success(request, _("已更正，原内容留有记录。"))
        return redirect("pairing:visit", visit.public_id)
    return _form_page(request, form, visit=visit)


def _as_typed(visit: Visit) -> dict[str, Any]:
    return {
        "public_id": visit.public_id,
        "version": visit.version,
        "members": _met(visit),
        "kind": visit.kind,
        "happened_on": visit.happened_on,
        "text": visit.text,
        **_beside(visit),
    }


def _edited(form: VisitEditForm, visit: Visit, user: User, own: Any) -> None:
    """Raises Refusal."""
    said = form.cleaned_data
    mentioned = find_mentioned(user, organizations=said["organizations"], companions=said["companions"])
    edit_visit(
        visit=visit,
        version=said["version"] or 0,
        content=form.content(mentioned),
        by=user,
        among=own,
        confirmed=said["confirmed"],
    )


_SUGGESTS = {"organizations": suggested_organizations, "companions": suggested_colleagues}


@requires(Permission.VISIT_LOG)
@require_safe
def names(request: SignedInRequest, field: str) -> JsonResponse:
    """What the words typed so far may mean, for the fields that take names. Organizations and colleagues only."""
    if field not in _SUGGESTS:
        raise Http404
    return JsonResponse({"names": _SUGGESTS[field](request.user, request.GET.get("q", "")[:60])})
