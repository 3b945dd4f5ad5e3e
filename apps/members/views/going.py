"""Who moved away or died, and that it was said by mistake."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.refusals import Refusal
from apps.members.forms import GoneForm
from apps.members.going import say_back, say_gone
from apps.members.models import Member
from apps.members.views.people import find_member


@requires(Permission.MEMBER_MANAGE)
@require_http_methods(["GET", "POST"])
@never_cache
def gone(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Which of the two, and since when: nothing else is asked."""
    member = find_member(request, public_id, Permission.MEMBER_MANAGE)
    form = GoneForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            say_gone(member=member, status=Member.Status(said["status"]), on=said["on"], by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已登记，结对已结束。登记有误可以恢复在册。"))
            return redirect("members:detail", public_id)
    context = {"form": form, "member": member}
    return render(request, "members/gone.html", context, status=422 if form.errors else 200)


@requires(Permission.MEMBER_MANAGE)
@require_POST
def back(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """In the registry again."""
    member = find_member(request, public_id, Permission.MEMBER_MANAGE)
    try:
        say_back(member=member, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已恢复在册。已结束的结对和任职不恢复，需要时重新登记。"))
    return redirect("members:detail", public_id)
