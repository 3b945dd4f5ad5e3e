"""试算 with last year's figures."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.assessment.editing.checking import checked
from apps.assessment.editing.trying import try_out
from apps.assessment.editing.views.found import managed_or_404
from apps.assessment.editing.working import copy_of
from apps.assessment.rollup_jobs import ROLLUP
from apps.core.access import Permission, requires
from apps.jobs.actions import enqueue


@requires(Permission.ASSESSMENT_MANAGE)
@require_safe
def trial(request: SignedInRequest, code: str) -> HttpResponse:
    """What each office would have got, by the scheme as it is being edited; this year's figures on request."""
    scheme = managed_or_404(request, code)
    check = checked(copy_of(scheme).document)
    year = scheme.year if request.GET.get("year") == str(scheme.year) else scheme.year - 1
    context = {
        "scheme": scheme,
        "check": check,
        "trial": try_out(check.plan, year),
        "years": [(each, each == year) for each in (scheme.year - 1, scheme.year)],
    }
    return TemplateResponse(request, "assessment/edit/trial.html", context)


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def count_year(request: SignedInRequest, code: str) -> HttpResponse:
    """Count the year before, which nobody may have counted yet."""
    scheme = managed_or_404(request, code)
    enqueue(ROLLUP, params={"year": scheme.year - 1}, by=request.user)
    messages.success(request, _("已开始汇总上一年的数据，完成后再看试算；进度见“任务”。"))
    return redirect("assessment:trial", code=code)
