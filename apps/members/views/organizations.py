"""团体和单位: the list, one of them with its tree, and what is done to it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, may_at, requires
from apps.core.forms import show_refusal
from apps.core.pages import page_or_fragment
from apps.core.paging import list_page
from apps.core.refusals import Refusal
from apps.members import organization_actions as actions
from apps.members.models import ASSOCIATION_KINDS, Organization, OrganizationKind
from apps.members.organization_forms import (
    EndOrganizationForm,
    OfficeFilter,
    OrganizationFilter,
    OrganizationForm,
    RenewForm,
    SeatFilter,
    initial_of_organization,
)
from apps.members.organization_lists import (
    coverage,
    found,
    holders_of,
    lines_of,
    renewals,
    seats_of,
    told,
)
from apps.members.organization_tree import tree_around
from apps.offices.choices import chosen_office
from apps.offices.models import Office, ScopedQuerySet

view = requires(Permission.MEMBER_VIEW)
manage = requires(Permission.MEMBER_MANAGE)


def find_organization(request: SignedInRequest, public_id: UUID, permission: Permission) -> Organization:
    """The organization, where the actor may do this kind of thing to it; elsewhere it does not exist."""
    seen = _visible(request, permission).select_related("office", "parent")
    return get_object_or_404(seen, public_id=public_id)


def _visible(request: SignedInRequest, permission: Permission = Permission.MEMBER_VIEW) -> ScopedQuerySet:
    found: ScopedQuerySet = Organization.objects.visible_to(request.user, permission)
    return found


@view
@require_safe
def organizations(request: SignedInRequest) -> HttpResponse:
    """Found by name, filtered by office, kind and whether they still exist."""
    form = OrganizationFilter(request.GET, actor=request.user)
    seen = _visible(request).select_related("office", "parent")
    if form.is_valid():
        office = chosen_office(request.user, Permission.MEMBER_VIEW, form.cleaned_data["office"])
        seen = found(seen, form.cleaned_data, office)
    else:
        seen = seen.filter(ended_on__isnull=True)
    page = list_page(request, seen.order_by("office_path", "kind", "name", "pk"))
    context = {
        **_tabs(request),
        "form": form,
        "page": page,
        "lines": lines_of(page.rows, request.user, timezone.localdate()),
        "filtered": bool(request.GET),
    }
    return page_or_fragment(request, "organizations/list.html", "organizations/_rows.html", context)


def _tabs(request: SignedInRequest) -> dict[str, Any]:
    return {"may_manage": Permission.MEMBER_MANAGE in request.user.permissions}


@view
@require_safe
def due(request: SignedInRequest) -> HttpResponse:
    """即将换届: terms that are over or end within half a year."""
    today = timezone.localdate()
    seen = renewals(_visible(request).select_related("office", "parent"), today)
    page = list_page(request, seen)
    context = {**_tabs(request), "page": page, "lines": lines_of(page.rows, request.user, today)}
    return render(request, "organizations/renewals.html", context)


@view
@require_safe
def by_town(request: SignedInRequest) -> HttpResponse:
    """Coverage by town: how many organizations of each kind, or how many members hold posts in such."""
    form = OfficeFilter(request.GET, actor=request.user, permission=Permission.MEMBER_VIEW)
    of_members = request.GET.get("of") == "members"
    towns = Office.objects.visible_to(request.user, Permission.MEMBER_VIEW).towns()
    office = chosen_office(request.user, Permission.MEMBER_VIEW, request.GET.get("office", ""))
    if office:
        towns = towns.filter(path__startswith=office.path)
    page = list_page(request, towns, default_size=50)
    context = {
        **_tabs(request),
        "form": form,
        "of_members": of_members,
        "office_code": office.code if office else "",
        "page": page,
        "kinds": OrganizationKind.choices,
        "rows": coverage(page.rows, request.user, of_members=of_members),
    }
    return render(request, "organizations/coverage.html", context)


@view
@require_safe
@never_cache
def seats(request: SignedInRequest) -> HttpResponse:
    """人大代表 and 政协委员 among the members whose names the reader sees; the others are a number."""
    today = timezone.localdate()
    form = SeatFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else dict.fromkeys(form.fields, "")
    named, others = seats_of(request.user, wanted, today)
    context = {
        **_tabs(request),
        "form": form,
        "page": list_page(request, named),
        "others": told(others, False) if others else "",
        "today": today,
        "filtered": bool(request.GET),
    }
    return render(request, "organizations/seats.html", context)


@view
@require_safe
@never_cache
def organization(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What it is, where it stands in its tree, and who holds posts in it."""
    if stands := _standing(request, public_id):
        return redirect("organizations:detail", stands)
    shown = find_organization(request, public_id, Permission.MEMBER_VIEW)
    twigs = tree_around(shown, request.user)
    context = {
        "organization": shown,
        "line": lines_of([shown], request.user, timezone.localdate())[0],
        "today": timezone.localdate(),
        "twigs": twigs if len(twigs) > 1 else [],
        "parent_is_open": any(t.is_open for t in twigs if t.organization.pk == shown.parent_id),
        "is_association": shown.kind in ASSOCIATION_KINDS,
        "holders": holders_of(shown, request.user),
        "may_manage": may_at(request.user, Permission.MEMBER_MANAGE, shown.office_path)
        and not shown.ended_on,
    }
    return render(request, "organizations/detail.html", context)


def _standing(request: SignedInRequest, public_id: UUID) -> UUID | None:
    """The entry that stands for a merged one, where the reader may see that."""
    # nosemgrep: records-of-everybody - as for a merged member
    merged = Organization.objects.filter(public_id=public_id).values("merged_into")
    return _visible(request).filter(pk__in=merged).values_list("public_id", flat=True).first()


@manage
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Enter an organization."""
    form = OrganizationForm(request.POST or None, actor=request.user, initial=_begun(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_organization(
                office=form.cleaned_data["office"], wanted=form.particulars(), by=request.user
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已登记"))
            return redirect("organizations:detail", made.public_id)
    return _form(request, form, _("登记团体或单位"))


def _begun(request: SignedInRequest) -> dict[str, Any]:
    """A branch below the organization whose page one comes from."""
    try:
        above = _visible(request).filter(public_id=UUID(request.GET.get("parent", ""))).first()
    except ValueError:
        return {}
    return {"parent": above.pk, "kind": above.kind} if above else {}


def _form(
    request: SignedInRequest, form: Form, title: str, organization: Organization | None = None
) -> HttpResponse:
    context = {"form": form, "title": title, "organization": organization}
    return render(request, "organizations/form.html", context, status=422 if form.errors else 200)


@manage
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Name, kind, code, place in the tree, term."""
    shown = find_organization(request, public_id, Permission.MEMBER_MANAGE)
    form = OrganizationForm(
        request.POST or None,
        actor=request.user,
        organization=shown,
        initial=initial_of_organization(shown),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_organization(organization=shown, wanted=form.particulars(), by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已保存"))
            return redirect("organizations:detail", public_id)
    return _form(request, form, _("修改团体或单位"), shown)


@manage
@require_http_methods(["GET", "POST"])
def end(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The organization is no more; its appointments end with it."""
    shown = find_organization(request, public_id, Permission.MEMBER_MANAGE)
    form = EndOrganizationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ended = actions.end_organization(organization=shown, on=form.cleaned_data["on"], by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已终止，%(n)d 项任职同日结束") % {"n": ended})
            return redirect("organizations:detail", public_id)
    return _form(request, form, _("终止团体或单位"), shown)


@manage
@require_http_methods(["GET", "POST"])
def renew(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """换届: a new term begins."""
    shown = find_organization(request, public_id, Permission.MEMBER_MANAGE)
    started = {"on": timezone.localdate(), "ends_posts": True, "term": shown.term + 1 if shown.term else None}
    form = RenewForm(request.POST or None, initial=started)
    if request.method == "POST" and form.is_valid():
        try:
            ended = actions.renew_organization(organization=shown, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已登记换届，结束上一届职务 %(n)d 项") % {"n": ended})
            return redirect("organizations:detail", public_id)
    return _form(request, form, _("登记换届"), shown)
