"""单位×指标表: out, in with a trial first; and the sheet that a judge signs."""

from collections import Counter

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.assessment.grids import entering, signing
from apps.assessment.grids.entering import Fate
from apps.assessment.grids.standing import Grid
from apps.assessment.grids.workbook import export_grid, filled_in
from apps.assessment.models import Examiner
from apps.assessment.round_views.common import done_or_refused
from apps.assessment.round_views.forms import GridForm
from apps.assessment.views import scheme_or_404
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.refusals import Refusal

# Refused cells stand first; the counts above tell of all.
SHOWN = 300
_ORDER = [Fate.REFUSED, Fate.CHANGED, Fate.NEW]


@requires(Permission.ASSESSMENT_VIEW)
@require_http_methods(["GET", "POST"])
def grid(request: SignedInRequest, code: str) -> HttpResponse:
    """The workbook to take out, and what a filled one would do before it does it."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    form = GridForm(request.POST or None, request.FILES or None)
    context = {"scheme": scheme, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            filled = filled_in(form.cleaned_data["file"].read(), scheme)
            tried = entering.try_out(scheme, filled, by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            counts = Counter(each.fate for each in tried)
            changing = [each for each in tried if each.fate is not Fate.UNCHANGED]
            context |= {
                "tried": sorted(changing, key=lambda each: _ORDER.index(each.fate))[:SHOWN],
                "is_tried": True,
                "counts": {fate.value: counts[fate] for fate in Fate},
                "more": max(0, len(changing) - SHOWN),
                "ticket": entering.ticket(scheme, tried, by=request.user)
                if changing and not counts[Fate.REFUSED]
                else "",
            }
    if "is_tried" not in context:
        standing = Grid.load(scheme, request.user)
        context |= {"open": len(standing.open), "rows": len(standing.rows), "items": len(standing.items)}
    return TemplateResponse(
        request, "assessment/round/grid.html", context, status=422 if form.errors else 200
    )


@requires(Permission.ASSESSMENT_VIEW)
@require_POST
def export(request: SignedInRequest, code: str) -> HttpResponse:
    """The workbook of what the user may see and fill in."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    return redirect("files:download", export_grid(scheme, by=request.user).public_id)


@requires(Permission.ASSESSMENT_VIEW)
@require_POST
def enter(request: SignedInRequest, code: str) -> HttpResponse:
    """Enter what was tried out, all or nothing."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    ticket = request.POST.get("ticket", "")
    done_or_refused(
        request,
        lambda: entering.enter(scheme, ticket, by=request.user),
        _("已导入；申报数仍须由另一人审核。"),
    )
    return redirect("assessment:grid", code=code)


@requires(Permission.ASSESSMENT_VIEW)
@require_http_methods(["GET"])
def signature_sheet(request: SignedInRequest, code: str, judge: int) -> HttpResponse:
    """What a judge gave, to print and sign: for the judge, and for the round's administrator once the review is over."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    named = Examiner.objects.filter(group__scheme=scheme, task=Examiner.Task.JUDGE)
    found = get_object_or_404(User, pk=judge, pk__in=named.values("user"))
    if not signing.may_print(scheme, found, request.user):
        raise Http404
    context = {
        "scheme": scheme,
        "judge": found,
        "items": signing.sheet_of(scheme, found),
        "today": timezone.localdate(),
    }
    return TemplateResponse(request, "assessment/round/signature_sheet.html", context)
