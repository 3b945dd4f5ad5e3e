"""The security administrator's pages: who may sign in, with which grants."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts import actions
from apps.accounts.actions import AccountRefused, Term
from apps.accounts.forms import GrantForm, InviteForm, UserFilterForm
from apps.accounts.models import Grant, User
from apps.accounts.queries import matching, with_grants_within_reach
from apps.accounts.requests import SignedInRequest
from apps.accounts.roles import ROLES, RoleName
from apps.core.access import Permission, requires, within
from apps.core.paging import list_page

manage = requires(Permission.USER_MANAGE)


@manage
@require_safe
def users(request: SignedInRequest) -> HttpResponse:
    """Users of my offices, with filters and pages."""
    today = timezone.localdate()
    form = UserFilterForm(request.GET, actor=request.user)
    found = User.objects.visible_to(request.user, Permission.USER_MANAGE).order_by("name", "pk")
    if form.is_valid():
        found = matching(found, on=today, **form.cleaned_data)
    page = list_page(request, with_grants_within_reach(found, request.user, today))
    return render(request, "accounts/users.html", {"form": form, "page": page})


@manage
@require_safe
def user(request: SignedInRequest, pk: int) -> HttpResponse:
    """One user: grants now and before, state of password and second factor, and what can be done."""
    found = _user(request, pk)
    reach = within(request.user.office_ranges(Permission.USER_MANAGE), "office__path")
    today = timezone.localdate()
    context = {
        "person": found,
        "grants": found.grants.filter(reach).select_related("office", "granted_by").order_by("-starts_on"),
        "elsewhere": found.grants.current(today).exclude(reach).count(),
        "today": today,
        "has_factor": Authenticator.objects.filter(user=found, type=Authenticator.Type.TOTP).exists(),
        "is_self": found.pk == request.user.pk,
    }
    return render(request, "accounts/user.html", context)


def _user(request: SignedInRequest, pk: int) -> User:
    found: User = get_object_or_404(User.objects.visible_to(request.user, Permission.USER_MANAGE), pk=pk)
    return found


@manage
@require_http_methods(["GET", "POST"])
@never_cache
def invite(request: SignedInRequest) -> HttpResponse:
    """A new user; the answer shows the one-time link, which is shown nowhere else."""
    form = InviteForm(request.POST or None, actor=request.user, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            person, secret = actions.invite_user(
                username=data["username"],
                name=data["name"],
                full_time=data["full_time"],
                term=_term(data),
                by=request.user,
            )
            return _link(request, person, secret)
        except AccountRefused as refusal:
            form.add_error(None, refusal.message)
    return render(request, "accounts/invite.html", {"form": form, "roles": ROLES.values()})


def _term(data: dict[str, Any]) -> Term:
    return Term(RoleName(data["role"]), data["office"], data["starts_on"], data["ends_on"])


def _link(request: SignedInRequest, person: User, secret: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("accounts:accept", args=[secret]))
    return render(request, "accounts/invited.html", {"person": person, "link": link})


@manage
@require_http_methods(["GET", "POST"])
def grant(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a user a role at an office."""
    person = _user(request, pk)
    form = GrantForm(request.POST or None, actor=request.user, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.grant_role(user=person, term=_term(form.cleaned_data), by=request.user)
            messages.success(request, _("已授权。该用户需要重新登录。"))
            return redirect("accounts:user", pk=person.pk)
        except AccountRefused as refusal:
            form.add_error(None, refusal.message)
    context = {"form": form, "person": person, "roles": ROLES.values()}
    return render(request, "accounts/grant.html", context)


@manage
@require_POST
def end_grant(request: SignedInRequest, pk: int, grant: int) -> HttpResponse:
    """End a grant as of today."""
    reach = within(request.user.office_ranges(Permission.USER_MANAGE), "office__path")
    found = get_object_or_404(
        Grant.objects.filter(reach).select_related("user", "office"), pk=grant, user=_user(request, pk)
    )
    with _said(request, _("授权已结束。")):
        actions.end_grant(grant=found, by=request.user, on=timezone.localdate())
    # Once the last grant was taken back before it began, the user is no longer ours to see.
    still_ours = User.objects.visible_to(request.user, Permission.USER_MANAGE).filter(pk=pk).exists()
    return redirect("accounts:user", pk=pk) if still_ours else redirect("accounts:users")


@manage
@require_POST
@never_cache
def reinvite(request: SignedInRequest, pk: int) -> HttpResponse:
    """A fresh one-time link, for who lost the first one or the password."""
    person = _user(request, pk)
    try:
        return _link(request, person, actions.make_invitation(user=person, by=request.user))
    except AccountRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("accounts:user", pk=pk)


@manage
@require_POST
def disable(request: SignedInRequest, pk: int) -> HttpResponse:
    """No sign-in any more, and out of every session."""
    with _said(request, _("账号已停用，所有设备已退出登录。")):
        actions.disable_user(user=_user(request, pk), by=request.user)
    return redirect("accounts:user", pk=pk)


@manage
@require_POST
def enable(request: SignedInRequest, pk: int) -> HttpResponse:
    """May sign in again."""
    with _said(request, _("账号已启用。")):
        actions.enable_user(user=_user(request, pk), by=request.user)
    return redirect("accounts:user", pk=pk)


@manage
@require_POST
def reset_second_factor(request: SignedInRequest, pk: int) -> HttpResponse:
    """For a lost phone: enrol anew at the next sign-in."""
    with _said(request, _("两步验证已重置，该用户下次登录时重新绑定。")):
        actions.reset_second_factor(user=_user(request, pk), by=request.user)
    return redirect("accounts:user", pk=pk)


@contextmanager
def _said(request: SignedInRequest, done: str) -> Iterator[None]:
    """Says what was done, or why it was refused."""
    try:
        yield
    except AccountRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
