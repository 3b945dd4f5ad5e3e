"""After an incident: whose records an account dealt with. For auditors, by record number."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.jobs.actions import enqueue
from apps.members.incident_files import JOB, deeds_in_words
from apps.members.incident_forms import TouchedForm
from apps.members.incidents import people_touched

# Shown on the page; the workbook has all.
SHOWN = 200


@requires(Permission.AUDIT_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def touched(request: SignedInRequest) -> HttpResponse:
    """Asked for an account and a window: the exact list, or its workbook. Asking is written down."""
    form = TouchedForm(request.POST or None)
    context = {"form": form, "shown": SHOWN}
    if form.is_valid():
        account, (since, until) = form.cleaned_data["account"], form.window
        if "export" in request.POST:
            window = {"since": since.isoformat(), "until": until.isoformat()}
            job = enqueue(JOB, params={"account": account.pk, **window}, by=request.user)
            return redirect("jobs:detail", public_id=job.public_id)
        found = people_touched(account, since, until, by=request.user)
        people = [(person, deeds_in_words(person)) for person in found[:SHOWN]]
        context |= {"account": account, "number": len(found), "people": people}
    return render(request, "members/touched.html", context, status=422 if form.errors else 200)
