"""报告准备: the front page of who prepares or examines an assessment."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.requests import SignedInRequest
from apps.assessment.models import Rollup
from apps.core.access import Permission, requires
from apps.dashboard.readiness import MOST_QUIET, files_to_put_right, gaps, quiet_towns


@requires(Permission.FIGURE_DECLARE)
@require_safe
def readiness(request: SignedInRequest) -> HttpResponse:
    """What is missing for the report: by scheme and office, in the files, and where entries stopped."""
    user, today = request.user, timezone.localdate()
    office, issues = files_to_put_right(user, today)
    quiet = quiet_towns(user, today)
    context = {
        "schemes": gaps(user, today),
        "office": office,
        "issues": issues,
        "quiet": quiet[:MOST_QUIET],
        "quiet_more": len(quiet) > MOST_QUIET,
        "rollup": Rollup.objects.filter(year=today.year).first(),
    }
    return render(request, "dashboard/readiness.html", context)
