"""任职 and 公职席位: entered, changed, ended, from the member's page and from the organization's."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.refusals import Refusal
from apps.members import appointing
from apps.members.models import ASSOCIATION_KINDS, Appointment, Member, Organization, PublicSeat, TakenBack
from apps.members.naming import Naming, may_open
from apps.members.organization_forms import AppointForm, EndPostForm, PostForm, SeatForm, TakeBackForm
from apps.members.organization_lists import nameable
from apps.members.organization_words import employer_kind
from apps.members.organizations import association_office, find_or_add, floors_of
from apps.members.searching import record_hits, search
from apps.members.views.organizations import find_organization
from apps.members.views.people import TAKEN_BACK, find_member
from apps.offices.models import Office

manage = requires(Permission.MEMBER_MANAGE)
# What the form offers to choose from; others are typed.
OFFERED = 300
FOUND = 20


@manage
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def choose_member(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Who takes up a post in this organization: found by name, among those whom the reader may name.

    The name is posted: it stands in no address.
    """
    organization = find_organization(request, public_id, Permission.MEMBER_MANAGE)
    words = request.POST.get("q", "").strip()
    members = nameable(request.user).filter(office_path__startswith=organization.office_path)
    found = search(members, words, Naming.of(request.user)).select_related("office").order_by("pinyin", "pk")
    shown = list(found[:FOUND]) if words else []
    record_hits([(member.pk, member.office_path) for member in shown], by=request.user)
    context = {
        "organization": organization,
        "words": words,
        "members": shown,
        "searched": bool(words),
    }
    return render(request, "organizations/choose_member.html", context)


@manage
@require_http_methods(["GET", "POST"])
@never_cache
def appoint(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """A new post of the member; coming from an organization's page, in that one."""
    member = _member(request, public_id)
    chosen = _chosen(request, member)
    form = AppointForm(request.POST or None, initial={"organization": chosen.name if chosen else ""})
    if chosen:
        del form.fields["organization"], form.fields["kind"]

    def do() -> None:
        organization = chosen or _named(member, form.cleaned_data)
        appointing.appoint(member=member, organization=organization, post=form.post(), by=request.user)

    back = redirect("organizations:detail", chosen.public_id) if chosen else None
    context = {"chosen": chosen, "offered": [] if chosen else _offered(member)}
    return _step(request, member, form, _("新增任职"), do, context, back)


def _chosen(request: SignedInRequest, member: Member) -> Organization | None:
    """The organization named in the URL: one in which a member of this office can hold a post."""
    wanted = request.GET.get("organization", "")
    if not wanted:
        return None
    try:
        return get_object_or_404(_around(member), public_id=UUID(wanted))
    except ValueError:
        raise Http404 from None


def _around(member: Member) -> Any:
    """Living organizations of the member's office and of those above it."""
    return Organization.objects.filter(office_path__in=floors_of(member.office_path), ended_on__isnull=True)


def _offered(member: Member) -> list[str]:
    names = _around(member).filter(kind__in=ASSOCIATION_KINDS).order_by("-office_path", "name")
    return list(names.values_list("name", flat=True)[:OFFERED])


def _named(member: Member, typed: dict[str, Any]) -> Organization:
    """The organization of that name at or above the member's office; else a new one, as an import would enter it."""
    # 商会 and 联谊会 by their words; where no word tells, the member works there.
    name = typed["organization"]
    kind = typed["kind"] or employer_kind(name)
    place: Office = association_office(member.office) if kind in ASSOCIATION_KINDS else member.office
    return find_or_add(name, kind, place)


@manage
@require_http_methods(["GET", "POST"])
@never_cache
def change_post(request: SignedInRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Correct a post, or write down that the term goes on."""
    member, post = _post(request, public_id, pk)
    form = PostForm(request.POST or None, initial=_initial(post, PostForm))

    def do() -> None:
        appointing.change_appointment(appointment=post, post=form.post(), by=request.user)

    return _step(request, member, form, _("修改任职"), do, {"about": post.organization.name})


@manage
@require_http_methods(["GET", "POST"])
@never_cache
def end_post(request: SignedInRequest, public_id: UUID, pk: int) -> HttpResponse:
    """The member left the post."""
    member, post = _post(request, public_id, pk)
    form = EndPostForm(request.POST or None)

    def do() -> None:
        appointing.end_appointment(appointment=post, on=form.cleaned_data["on"], by=request.user)

    about = f"{post.organization.name} {post.title}".strip()
    return _step(request, member, form, _("结束任职"), do, {"about": about})


@manage
@require_http_methods(["GET", "POST"])
@never_cache
def take_seat(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The member takes a seat in a people's congress or a consultative conference."""
    member = _member(request, public_id)
    form = SeatForm(request.POST or None)

    def do() -> None:
        appointing.take_seat(member=member, seat=form.seat(), by=request.user)

    return _step(request, member, form, _("新增公职席位"), do)


@manage
@require_http_methods(["GET", "POST"])
@never_cache
def change_seat(request: SignedInRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Correct a seat."""
    member, seat = _seat(request, public_id, pk)
    form = SeatForm(request.POST or None, initial=_initial(seat, SeatForm))

    def do() -> None:
        appointing.change_seat(held=seat, seat=form.seat(), by=request.user)

    return _step(request, member, form, _("修改公职席位"), do)


@manage
@require_http_methods(["GET", "POST"])
@never_cache
def end_seat(request: SignedInRequest, public_id: UUID, pk: int) -> HttpResponse:
    """The member left the seat."""
    member, seat = _seat(request, public_id, pk)
    form = EndPostForm(request.POST or None)

    def do() -> None:
        appointing.end_seat(held=seat, on=form.cleaned_data["on"], by=request.user)

    return _step(request, member, form, _("结束公职席位"), do, {"about": str(seat)})


@manage
@require_http_methods(["GET", "POST"])
@never_cache
def take_back_post(request: SignedInRequest, public_id: UUID, pk: int) -> HttpResponse:
    """It was entered by mistake."""
    member, post = _post(request, public_id, pk)
    return _taking_back(request, member, post, f"{post.organization.name} {post.title}".strip())


@manage
@require_http_methods(["GET", "POST"])
@never_cache
def take_back_seat(request: SignedInRequest, public_id: UUID, pk: int) -> HttpResponse:
    """It was entered by mistake."""
    member, seat = _seat(request, public_id, pk)
    return _taking_back(request, member, seat, str(seat))


def _taking_back(
    request: SignedInRequest, member: Member, held: Appointment | PublicSeat, about: str
) -> HttpResponse:
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = TakenBack.Reason(form.cleaned_data["reason"])
        try:
            taken = appointing.take_back(held=held, reason=reason, by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            request.session[TAKEN_BACK] = taken.pk
            return redirect("members:detail", member.public_id)
    context = {"form": form, "member": member, "about": about, "is_seat": isinstance(held, PublicSeat)}
    return render(request, "members/take_back.html", context, status=422 if form.errors else 200)


@manage
@require_POST
def put_back(request: SignedInRequest, public_id: UUID, pk: int) -> HttpResponse:
    """撤销: what was taken back stands again."""
    member = _member(request, public_id)
    taken = get_object_or_404(member.taken_back.select_related("member"), pk=pk)
    try:
        appointing.put_back(taken=taken, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已恢复"))
    return redirect("members:detail", member.public_id)


def _member(request: SignedInRequest, public_id: UUID) -> Member:
    """A member whose file is open to the actor: who keeps the registry sees the name."""
    member = find_member(request, public_id, Permission.MEMBER_MANAGE)
    if not may_open(request.user, member):
        raise Http404
    return member


def _post(request: SignedInRequest, public_id: UUID, pk: int) -> tuple[Member, Appointment]:
    member = _member(request, public_id)
    held = member.appointments.select_related("organization", "member")
    return member, get_object_or_404(held, pk=pk)


def _seat(request: SignedInRequest, public_id: UUID, pk: int) -> tuple[Member, PublicSeat]:
    member = _member(request, public_id)
    return member, get_object_or_404(member.seats.select_related("member"), pk=pk)


def _initial(row: Appointment | PublicSeat, form: type[Form]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in form.base_fields}


def _step(
    request: SignedInRequest,
    member: Member,
    form: Form,
    title: str,
    do: Callable[[], None],
    context: dict[str, Any] | None = None,
    back: HttpResponse | None = None,
) -> HttpResponse:
    """Form, action, message, back to the page; a refusal beside its field with what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已保存"))
            return back or redirect("members:detail", member.public_id)
    shown = {"form": form, "member": member, "title": title, **(context or {})}
    return render(request, "members/post_form.html", shown, status=422 if form.errors else 200)
