"""The system administrator's page of keys for machines."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts import actions
from apps.accounts.actions import AccountRefused
from apps.accounts.forms import TokenForm
from apps.accounts.models import ApiToken
from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires

manage = requires(Permission.SYSTEM_MANAGE)


@manage
@require_http_methods(["GET", "POST"])
@never_cache
def tokens(request: SignedInRequest) -> HttpResponse:
    """The tokens of my offices; issuing one shows it once, in the answer."""
    form = TokenForm(request.POST or None, actor=request.user)
    secret = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            secret = actions.issue_token(
                name=data["name"], office=data["office"], days=data["days"], by=request.user
            )
            form = TokenForm(actor=request.user)
        except AccountRefused as refusal:
            form.add_error(None, refusal.message)
    found = ApiToken.objects.visible_to(request.user, Permission.SYSTEM_MANAGE)
    context = {
        "form": form,
        "secret": secret,
        "tokens": found.select_related("office", "created_by").order_by("-created_at"),
        "now": timezone.now(),
    }
    return render(request, "accounts/tokens.html", context)


@manage
@require_POST
def end_token(request: SignedInRequest, pk: int) -> HttpResponse:
    """Refuse the machine from now on."""
    found = get_object_or_404(ApiToken.objects.visible_to(request.user, Permission.SYSTEM_MANAGE), pk=pk)
    actions.end_token(token=found, by=request.user)
    messages.success(request, _("令牌已停用。"))
    return redirect("accounts:tokens")
