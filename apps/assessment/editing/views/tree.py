"""The tree of a scheme being edited, and what is done to its parts by one press: move, copy, remove."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.assessment.editing.changing import duplicate, find, move, remove
from apps.assessment.editing.checking import checked
from apps.assessment.editing.document import Document
from apps.assessment.editing.views.found import editable_or_404, managed_or_404, saved
from apps.assessment.editing.working import copy_of, delete_draft, discard
from apps.assessment.models import Scheme
from apps.assessment.numbers import percent, plain
from apps.core.access import Permission, requires
from apps.core.refusals import Refusal

KINDS = ("group", "section", "item")
STEPS = {"up": -1, "down": 1}


@requires(Permission.ASSESSMENT_MANAGE)
@require_safe
def edit(request: SignedInRequest, code: str) -> HttpResponse:
    """The whole scheme with the live check beside it."""
    scheme = editable_or_404(request, code)
    copy = copy_of(scheme)
    check = checked(copy.document)
    context = {
        "scheme": scheme,
        "copy": copy,
        "check": check,
        "groups": list(zip(copy.document.get("groups", []), check.plan.groups, strict=False)),
        "grades": [
            (grade.name, plain(grade.at_least), percent(grade.quota) if grade.quota is not None else "")
            for grade in check.plan.grades
        ],
        "is_draft": scheme.state == Scheme.State.DRAFT,
    }
    return TemplateResponse(request, "assessment/edit/tree.html", context)


def _part(request: SignedInRequest, document: Document) -> tuple[str, str, Document]:
    """The kind and key that were sent, and the part. Raises NoSuchPart; 404 for a kind there is not."""
    kind, key = request.POST.get("kind", ""), request.POST.get("key", "")
    if kind not in KINDS:
        raise Http404
    return kind, key, find(document, kind, key)


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def move_part(request: SignedInRequest, code: str) -> HttpResponse:
    """One place up or down."""
    scheme = editable_or_404(request, code)
    document = copy_of(scheme).document
    step = STEPS.get(request.POST.get("to", ""), 0)

    def change() -> Document:
        kind, key, _found = _part(request, document)
        return move(document, kind, key, step)

    return saved(request, scheme, change, done=_("已移动"), anchor=f"part-{request.POST.get('key', '')}")


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def copy_part(request: SignedInRequest, code: str) -> HttpResponse:
    """A copy behind it, to be changed."""
    scheme = editable_or_404(request, code)
    document = copy_of(scheme).document

    def change() -> Document:
        kind, key, found = _part(request, document)
        return duplicate(document, kind, key, _("%(name)s（副本）") % {"name": found.get("name", "")})

    return saved(
        request, scheme, change, done=_("已复制，请修改副本"), anchor=f"part-{request.POST.get('key', '')}"
    )


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def remove_part(request: SignedInRequest, code: str) -> HttpResponse:
    scheme = editable_or_404(request, code)
    document = copy_of(scheme).document

    def change() -> Document:
        kind, key, _found = _part(request, document)
        return remove(document, kind, key)

    return saved(request, scheme, change, done=_("已删除"))


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def discard_copy(request: SignedInRequest, code: str) -> HttpResponse:
    """Back to the version in force."""
    scheme = editable_or_404(request, code)
    try:
        discard(scheme, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("assessment:edit", code=code)
    messages.success(request, _("已放弃未生效的改动"))
    return redirect("assessment:scheme", code=code)


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def delete_scheme(request: SignedInRequest, code: str) -> HttpResponse:
    """A draft goes for good."""
    scheme = managed_or_404(request, code)
    try:
        delete_draft(scheme, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("assessment:scheme", code=code)
    messages.success(request, _("草稿已删除"))
    return redirect("assessment:schemes")
