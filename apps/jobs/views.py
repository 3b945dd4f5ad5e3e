from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.core.pages import page_or_fragment, wants_fragment
from apps.core.paging import list_page
from apps.jobs.actions import try_again
from apps.jobs.models import Job

# htmx stops polling when it gets this status (its own convention).
STOP_POLLING = 286


@requires(Permission.OWN_ACCOUNT)
@require_safe
def job_list(request: SignedInRequest) -> HttpResponse:
    """我的任务: what I asked for, newest first."""
    jobs = Job.objects.of(request.user).order_by("-pk")
    return TemplateResponse(request, "jobs/list.html", {"page": list_page(request, jobs)})


@requires(Permission.OWN_ACCOUNT)
@require_safe
def job_detail(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One job; asked for by htmx every two seconds while it is under way."""
    job = get_object_or_404(Job.objects.of(request.user), public_id=public_id)
    status = STOP_POLLING if job.is_over and wants_fragment(request) else 200
    return page_or_fragment(request, "jobs/detail.html", "jobs/_progress.html", {"job": job}, status=status)


@requires(Permission.OWN_ACCOUNT)
@require_POST
def job_again(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """My failed work once more."""
    job = get_object_or_404(Job.objects.of(request.user), public_id=public_id)
    try_again(job)
    return redirect("jobs:detail", public_id=public_id)


@requires(Permission.SYSTEM_MANAGE)
@require_safe
def scheduled_list(request: SignedInRequest) -> HttpResponse:
    """定时任务: what the system does by itself, failures first to be found."""
    jobs = Job.objects.scheduled().order_by("-pk")
    failed_only = request.GET.get("state") == Job.State.FAILED
    shown = jobs.filter(state=Job.State.FAILED) if failed_only else jobs
    context = {"page": list_page(request, shown), "failed_only": failed_only}
    return TemplateResponse(request, "jobs/scheduled.html", context)
