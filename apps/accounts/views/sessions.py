"""Where I am signed in, and ending what I do not know."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires


@requires(Permission.OWN_ACCOUNT)
@require_safe
def sessions(request: SignedInRequest) -> HttpResponse:
    """My open sessions, this one first."""
    mine = UserSession.objects.purge_and_list(request.user)
    here = request.session.session_key
    mine.sort(key=lambda session: (session.session_key != here, -session.created_at.timestamp()))
    return render(request, "accounts/sessions.html", {"sessions": mine, "here": here})


@requires(Permission.OWN_ACCOUNT)
@require_POST
def end_session(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one of my sessions."""
    get_object_or_404(UserSession, pk=pk, user=request.user).end()
    messages.success(request, _("已退出该设备。"))
    return redirect("usersessions_list")


@requires(Permission.OWN_ACCOUNT)
@require_POST
def end_other_sessions(request: SignedInRequest) -> HttpResponse:
    """End all my sessions but this one."""
    for session in UserSession.objects.filter(user=request.user).exclude(
        session_key=request.session.session_key
    ):
        session.end()
    messages.success(request, _("其他设备已退出登录。"))
    return redirect("usersessions_list")
