"""我的视图, 共享视图, 列设置."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.refusals import Refusal
from apps.members.list_forms import ColumnsForm, ViewForm
from apps.members.list_rows import DEFAULT_COLUMNS
from apps.members.listing import ListState
from apps.members.models import SavedView
from apps.members.saved_views import Kept, delete_view, may_delete, save_columns, save_view


@requires(Permission.MEMBER_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def views(request: SignedInRequest) -> HttpResponse:
    """Keep the list that the URL describes under a name; below, the views there are."""
    user, kept = request.user, Kept(request.user)
    state = ListState.of(request.GET, user, kept.base(request.GET))
    form = ViewForm(request.POST or None, actor=user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            view = save_view(
                name=said["name"],
                state=state,
                share_at=said.get("share_at"),
                is_default=said["is_default"],
                by=user,
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("视图已保存"))
            return redirect(f"{reverse('members:list')}?view={view.public_id}")
    context = {
        "form": form,
        "told": state.without_search().told(user),
        "searched": bool(state.q),
        "columns": [column.label for column in state.chosen],
        "views": [(view, may_delete(view, user)) for view in kept.views],
        "query": state.query(user),
    }
    return render(request, "members/views.html", context, status=422 if form.errors else 200)


@requires(Permission.MEMBER_VIEW)
@require_POST
def forget_view(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Delete a view."""
    view = get_object_or_404(SavedView.objects.for_reader(request.user), public_id=public_id)
    try:
        delete_view(view=view, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("视图已删除"))
    return redirect("members:views")


@requires(Permission.MEMBER_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: SignedInRequest) -> HttpResponse:
    """Which columns my lists show, and in which order."""
    user, kept = request.user, Kept(request.user)
    state = ListState.of(request.GET, user, kept.base(request.GET))
    form = ColumnsForm(request.POST or None, state=state)
    if request.method == "POST" and form.is_valid():
        save_columns(columns=DEFAULT_COLUMNS if "usual" in request.POST else form.columns(), by=user)
        messages.success(request, _("列设置已保存"))
        # The reader's own columns, whatever the view said.
        return redirect(f"{reverse('members:list')}?{state.without_view().query(user)}")
    status = 422 if form.errors else 200
    return render(request, "members/columns.html", {"form": form, "query": state.query(user)}, status=status)
