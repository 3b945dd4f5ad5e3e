"""What the pages of a round share: finding the place, and saying what an action refused."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from apps.accounts.requests import SignedInRequest
from apps.assessment.models import Indicator, Result, Scheme
from apps.assessment.views import scheme_or_404
from apps.core.access import Permission
from apps.core.refusals import Refusal
from apps.offices.models import Office


def office_place(
    request: SignedInRequest, code: str, office_code: str, permission: Permission
) -> tuple[Scheme, Office]:
    """A scheme and an office that it assesses and the user may see with this permission; else 404."""
    scheme = scheme_or_404(request, code, permission)
    office = get_object_or_404(
        Office.objects.visible_to(request.user, permission),
        code=office_code,
        pk__in=scheme.assessed_offices.values("office"),
    )
    return scheme, office


def assessed_place(request: SignedInRequest, code: str, office_code: str) -> tuple[Scheme, Office]:
    """As office_place, for those who examine: they see the offices of the schemes they see at the assessing office."""
    scheme = scheme_or_404(request, code, Permission.ASSESSMENT_VIEW)
    office = get_object_or_404(Office, code=office_code, pk__in=scheme.assessed_offices.values("office"))
    return scheme, office


def indicator_of(scheme: Scheme, pk: int) -> Indicator:
    """One of the scheme's indicators, with its section and scheme; else 404."""
    found: Indicator = get_object_or_404(
        Indicator.objects.select_related("section__scheme__office"), pk=pk, section__scheme=scheme
    )
    return found


def result_of(scheme: Scheme, office: Office) -> Result | None:
    return (
        Result.objects.filter(scheme=scheme, office=office)
        .select_related("scheme", "office", "group")
        .first()
    )


def done_or_refused(request: HttpRequest, do: Callable[[], Any], done: str) -> bool:
    """Do it and say so, or say why it was refused."""
    try:
        do()
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return False
    messages.success(request, done)
    return True
