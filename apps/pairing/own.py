"""Pairs and visits in the member's own file and copy, and the wish for another cadre.

A visit that met several people is shown without its text and promises: they may speak of the others.
"""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core.refusals import Refusal
from apps.members.models import Member
from apps.members.ownfile.access import MemberRequest, own_file
from apps.members.ownfile.copied import Copied, copy_of, not_copied
from apps.pairing.actions.pairs import ask_for_another
from apps.pairing.models import DutyEntry, HandoverNote, Met, Pairing, PairingYear, Promise, Visit

# What may speak of others who were met too.
_SPEAKS = frozenset({"text", "void_reason", "late_reason"})
SHOWN = 30


def register() -> None:
    copy_of(Copied(Pairing, lambda member: Pairing.objects.filter(member=member).order_by("pk")))
    copy_of(Copied(Visit, visits_of, {"content_digest": "a keyed hash"}, blanked=speaks_of_others))
    copy_of(Copied(Met, lambda member: Met.objects.filter(member=member).order_by("pk")))
    copy_of(
        Copied(
            Promise,
            lambda member: Promise.objects.filter(visit__in=visits_of(member).filter(alone=1)).order_by("pk"),
        )
    )
    copy_of(Copied(DutyEntry, lambda member: DutyEntry.objects.filter(pairing__member=member).order_by("pk")))
    copy_of(
        Copied(PairingYear, lambda member: PairingYear.objects.filter(pairing__member=member).order_by("pk"))
    )
    copy_of(
        Copied(
            HandoverNote, lambda member: HandoverNote.objects.filter(pairing__member=member).order_by("pk")
        )
    )
    not_copied(
        "pairing.Proposal", "a reckoning of who might be paired; the pair that came of it is in the copy"
    )


def visits_of(member: Member) -> Any:
    """Each with `alone`: how many members it met."""
    met = Met.objects.filter(visit=OuterRef("pk"), member=member)
    visits = Visit.objects.filter(Exists(met)).annotate(alone=Count("met__member"))
    return visits.select_related("cadre", "office").order_by("-happened_on", "-pk")


def speaks_of_others(visit: Any, column: str) -> bool:
    return visit.alone > 1 and column in _SPEAKS


def pairs_section(member: Member) -> dict[str, Any]:
    """Who is and was paired with the member."""
    today = timezone.localdate()
    pairs = Pairing.objects.filter(member=member, started_on__lte=today).select_related("cadre", "office")
    rows = list(pairs.order_by("-started_on", "-pk"))
    return {
        "pairs": rows,
        "current": next((p for p in rows if p.ended_on is None or p.ended_on > today), None),
        "is_active": member.is_active,
    }


def visits_section(member: Member) -> dict[str, Any]:
    """The latest contacts, and what was promised by when."""
    visits = list(visits_of(member).counted()[:SHOWN])
    promises = Promise.objects.filter(visit__in=[v.pk for v in visits if v.alone == 1])
    return {
        "visits": visits,
        "promises": list(promises.order_by("due_on", "pk")),
        "today": timezone.localdate(),
    }


@own_file
@require_POST
def another_cadre(request: MemberRequest) -> HttpResponse:
    """Another cadre, please. No reason is asked."""
    try:
        ask_for_another(member=request.member)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已结束结对。登记机构会另外安排干部与您联系。"))
    return redirect("own:file")
