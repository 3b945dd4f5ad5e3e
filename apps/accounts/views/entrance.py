"""Pages on the way in: the one-time link, and the language."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language as set_language_cookie

from apps.accounts.actions import AccountRefused, accept_invitation, open_invitation
from apps.accounts.forms import NewPasswordForm
from apps.accounts.middleware import without_second_factor
from apps.core.access import open_to_everyone

GONE = 410


@open_to_everyone
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("password", "again")
@sensitive_variables("secret")
def accept(request: HttpRequest, secret: str) -> HttpResponse:
    """Set the first password, or a new one, by an invitation. Looking at the page does not use the link up."""
    invitation = open_invitation(secret)
    if invitation is None:
        return render(request, "accounts/invitation_gone.html", status=GONE)
    form = NewPasswordForm(request.POST or None, user=invitation.user)
    if request.method == "POST" and form.is_valid():
        try:
            accept_invitation(invitation=invitation, password=form.cleaned_data["password"])
        except AccountRefused:
            return render(request, "accounts/invitation_gone.html", status=GONE)
        messages.success(request, _("密码已设定，请登录。"))
        return redirect("account_login")
    return render(request, "accounts/accept.html", {"form": form, "user_name": invitation.user.name})


@open_to_everyone
@without_second_factor
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch the language: kept on the user, so that it follows them, and in a cookie before sign-in."""
    code = request.POST.get("language", "")
    if request.user.is_authenticated and translation.check_for_language(code):
        request.user.choose_language(code)
    return set_language_cookie(request)
