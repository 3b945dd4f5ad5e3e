"""公布: every version of the result with its hash, its verification, and corrections."""

import json

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.assessment.models import Publication, Scheme
from apps.assessment.round_views.common import assessed_place, indicator_of, result_of
from apps.assessment.round_views.forms import CorrectForm
from apps.assessment.rounds.comparing import changes
from apps.assessment.rounds.publishing import correct as correct_result
from apps.assessment.rounds.reviewing import may_review
from apps.assessment.rounds.verifying import verify as verify_publication
from apps.assessment.views import scheme_or_404
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.refusals import Refusal


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def publications(request: SignedInRequest, code: str) -> HttpResponse:
    """All versions, the newest first, each with what it changed."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    return _page(request, scheme, {})


def _page(request: SignedInRequest, scheme: Scheme, more: dict[str, object]) -> HttpResponse:
    versions = list(Publication.objects.filter(scheme=scheme).select_related("published_by"))
    sees_all = may_review(scheme, request.user)
    context = {
        "scheme": scheme,
        "versions": [
            (version, changes(earlier, version) if earlier is not None and sees_all else [])
            for earlier, version in zip([None, *versions], versions, strict=False)
        ][::-1],
        "sees_all": sees_all,
        "may_correct": bool(versions) and request.user.may(Permission.ASSESSMENT_DECIDE, scheme.office),
        **more,
    }
    return TemplateResponse(request, "assessment/round/publications.html", context)


def _version_or_404(request: SignedInRequest, code: str, number: int) -> tuple[Scheme, Publication]:
    """A whole publication is for the office that assesses: it holds every office's figures."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    if not may_review(scheme, request.user):
        raise Http404
    return scheme, get_object_or_404(Publication, scheme=scheme, number=number)


@requires(Permission.ASSESSMENT_VIEW)
@require_POST
def verify(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """核验: score a version again from its frozen facts and rules, and say whether it holds."""
    scheme, version = _version_or_404(request, code, number)
    found = verify_publication(version)
    record(AuditEvent.Action.RUN, target=version, by=request.user, what="verify", differences=len(found))
    return _page(request, scheme, {"verified": version, "differences": found})


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def snapshot(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """The archive itself, as the bytes that its hash was made of."""
    _scheme, version = _version_or_404(request, code, number)
    record(AuditEvent.Action.DOWNLOAD, target=version, by=request.user, number=number)
    text = json.dumps(version.snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    name = f"{version.scheme.code}-{number}.json"
    return HttpResponse(
        text,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@requires(Permission.ASSESSMENT_DECIDE)
@require_http_methods(["GET", "POST"])
def correct(request: SignedInRequest, code: str, office_code: str, indicator: int) -> HttpResponse:
    """A new version beside the old: one item's points, with the reason."""
    scheme, office = assessed_place(request, code, office_code)
    found = indicator_of(scheme, indicator)
    if not request.user.may(Permission.ASSESSMENT_DECIDE, scheme.office):
        raise Http404
    form = CorrectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = correct_result(scheme, office, found, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("已公布第 %(n)d 版，原版保留不变。") % {"n": kept.number})
            return redirect("assessment:publications", code=code)
    result = result_of(scheme, office)
    context = {
        "scheme": scheme,
        "office": office,
        "indicator": found,
        "item": result.items.filter(indicator=found).first() if result else None,
        "form": form,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "assessment/round/correct.html", context, status=status)
