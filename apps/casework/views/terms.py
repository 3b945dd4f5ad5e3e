"""办理期限: what the time limits are, and changing one."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import SignedInRequest
from apps.casework.deadlines import Limit
from apps.casework.forms_tasks import TermForm
from apps.casework.models import Term, Unit
from apps.casework.terms import change_limit, limits
from apps.core.access import Permission, requires
from apps.offices.models import Office


@requires(Permission.CASE_VIEW)
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """All limits, for everybody to read."""
    known = limits()
    rows = [(term, label, known[term], Unit(known[term].unit).label) for term, label in Term.choices]
    context = {"rows": rows, "may_change": _may_change(request)}
    return render(request, "casework/terms.html", context)


def _may_change(request: SignedInRequest) -> bool:
    """One rule for the whole tree: only those who supervise at its root."""
    roots = Office.objects.filter(depth=1)
    return any(request.user.may(Permission.CASE_SUPERVISE, root) for root in roots)


@requires(Permission.CASE_SUPERVISE)
@require_http_methods(["GET", "POST"])
def change(request: SignedInRequest, term: str) -> HttpResponse:
    if term not in Term.values or not _may_change(request):
        raise Http404
    now = limits()[term]
    form = TermForm(
        request.POST or None,
        initial={"number": now.number, "unit": now.unit, "extension": now.extension},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        change_limit(
            term=Term(term),
            limit=Limit(said["number"], Unit(said["unit"]), said["extension"]),
            by=request.user,
        )
        messages.success(request, _("已保存，此后登记的事项按新期限办理。"))
        return redirect("casework:terms")
    context = {"form": form, "label": Term(term).label}
    return render(request, "casework/term.html", context, status=422 if form.errors else 200)
