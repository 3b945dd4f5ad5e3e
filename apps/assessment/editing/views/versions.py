"""Versions: what was in force when and why, what changed, and how a change comes into force."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import SignedInRequest
from apps.assessment.editing.checking import said
from apps.assessment.editing.comparing import compare
from apps.assessment.editing.forms.parts import ChangeForm
from apps.assessment.editing.limits import check_may_change
from apps.assessment.editing.stored import document_of
from apps.assessment.editing.surroundings import surroundings
from apps.assessment.editing.versions import put_in_force
from apps.assessment.editing.views.found import editable_or_404, revision_of
from apps.assessment.editing.working import copy_of
from apps.assessment.models import Scheme
from apps.assessment.schemeyaml import SchemeRefused
from apps.assessment.views import scheme_or_404
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.refusals import Refusal


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def versions(request: SignedInRequest, code: str) -> HttpResponse:
    """Every version with who, when, why."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    rows = scheme.versions.defer("document").select_related("made_by").order_by("-number")
    return TemplateResponse(request, "assessment/edit/versions.html", {"scheme": scheme, "versions": rows})


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def version(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """One version beside the one before it."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    shown = get_object_or_404(scheme.versions.select_related("made_by"), number=number)
    before = scheme.versions.filter(number=number - 1).first()
    context = {
        "scheme": scheme,
        "version": shown,
        "before": before,
        "changes": compare(before.document, shown.document, surroundings()) if before else [],
    }
    return TemplateResponse(request, "assessment/edit/version.html", context)


@requires(Permission.ASSESSMENT_MANAGE)
@require_http_methods(["GET", "POST"])
def put_change_in_force(request: SignedInRequest, code: str) -> HttpResponse:
    """What the working copy changes, and the reason for it; then it is the next version."""
    scheme = editable_or_404(request, code)
    if scheme.state == Scheme.State.DRAFT:
        return redirect("assessment:edit", code=code)
    form = ChangeForm(request.POST or None)
    findings = []
    if request.method == "POST" and form.is_valid():
        try:
            made = put_in_force(
                scheme, revision=revision_of(request), reason=form.cleaned_data["reason"], by=request.user
            )
        except SchemeRefused as refused:
            findings = [said(finding) for finding in refused.findings]
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("第 %(n)s 版已生效，已通知考核对象") % {"n": made.number})
            return redirect("assessment:version", code=code, number=made.number)
    context = {"scheme": scheme, "form": form, "findings": findings, **_change(scheme)}
    status = 422 if findings or form.errors else 200
    return TemplateResponse(request, "assessment/edit/in_force.html", context, status=status)


def _change(scheme: Scheme) -> dict[str, object]:
    """The working copy beside what is in force, and what stands against it already."""
    copy, before = copy_of(scheme), document_of(scheme)
    try:
        check_may_change(scheme, before, copy.document)
    except Refusal as refusal:
        against = refusal.message
    else:
        against = ""
    return {"copy": copy, "changes": compare(before, copy.document, surroundings()), "against": against}
