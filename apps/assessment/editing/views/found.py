"""What every page of the editor begins with: the scheme, its working copy, and the way back with what went wrong."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.accounts.requests import SignedInRequest
from apps.assessment.editing.changing import NoSuchPart, find
from apps.assessment.editing.document import Document
from apps.assessment.editing.limits import takes_changes
from apps.assessment.editing.working import save
from apps.assessment.models import Scheme
from apps.assessment.views import scheme_or_404
from apps.core.access import Permission
from apps.core.refusals import Refusal


def managed_or_404(request: SignedInRequest, code: str) -> Scheme:
    """A scheme of an office that the user manages; a scheme by which they are assessed is not theirs to edit."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_MANAGE)
    if not request.user.may(Permission.ASSESSMENT_MANAGE, scheme.office):
        raise Http404
    return scheme


def editable_or_404(request: SignedInRequest, code: str) -> Scheme:
    """The same while it takes changes."""
    scheme = managed_or_404(request, code)
    if not takes_changes(scheme):
        raise Http404
    return scheme


def part_or_404(document: Document, kind: str, key: str) -> Document:
    try:
        return find(document, kind, key)
    except NoSuchPart as error:
        raise Http404 from error


def revision_of(request: HttpRequest) -> int:
    """Which revision the page that was sent had shown."""
    typed = request.POST.get("revision", "")
    return int(typed) if typed.isdigit() and len(typed) < 9 else -1


def saved(
    request: SignedInRequest, scheme: Scheme, change: Callable[[], Document], *, done: Any, anchor: str = ""
) -> HttpResponse:
    """Make and keep a change, and go back to the tree; what stands against it is said there."""
    try:
        save(scheme, change(), revision=revision_of(request), by=request.user)
    except NoSuchPart as error:
        raise Http404 from error
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    response = redirect("assessment:edit", code=scheme.code)
    if anchor:
        response["Location"] += f"#{anchor}"
    return response


def group_names(document: Document) -> list[str]:
    return [str(group.get("name", "")) for group in document.get("groups") or []]


def part_of(section: Document) -> str:
    return "bonus" if section.get("bonus") else "deduction" if section.get("deduction") else "base"
