"""Where the registry itself holds something about members. Called once, when the models are loaded."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from apps.members.erasing.places import Place, holds_nothing_of_members, when_erasing
from apps.members.models import Delivery, DuplicateCandidate, Merge


def register() -> None:
    when_erasing(
        Place("members.MemberWords", "member", whole_rows=True),
        Place("members.Appointment", "member", whole_rows=True),
        Place("members.PublicSeat", "member", whole_rows=True),
        Place("members.TakenBack", "member", whole_rows=True),
        Place("members.DuplicateCandidate", candidates, whole_rows=True),
        Place("members.Merge", merges, whole_rows=True),
        Place("members.Delivery", deliveries, whole_rows=True),
        Place("members.ErasureHold", "member"),
        Place("members.Correction", "member", whole_rows=True),
        Place("members.OwnFileCode", "member", whole_rows=True),
        Place("members.OwnFileSession", "member", whole_rows=True),
        Place("members.WayOutNote", "member", whole_rows=True),
        Place("members.Consent", "member"),
        Place("members.Member", "pk"),
    )
    holds_nothing_of_members("members.ImportBatch", "importing.forgetting ends what names them")
    holds_nothing_of_members(
        "members.RosterExport", "hidden from every export since the withdrawal, 15 days before"
    )
    holds_nothing_of_members("members.BulkMove", "numbers only, gone after 30 days")
    holds_nothing_of_members("members.DifferentOrganizations", "two organizations")
    holds_nothing_of_members("members.OrganizationMerge", "two entries of one organization")
    holds_nothing_of_members("members.ListSettings", "a user's own columns")
    holds_nothing_of_members("members.SavedView", "a user's own filters, never ids")
    holds_nothing_of_members("notifications.Notification", "subjects name nobody")


def candidates(members: Collection[int]) -> QuerySet[Any]:
    return DuplicateCandidate.objects.filter(Q(first__in=members) | Q(second__in=members))


def merges(members: Collection[int]) -> QuerySet[Any]:
    return Merge.objects.filter(Q(kept__in=members) | Q(duplicate__in=members))


def deliveries(members: Collection[int]) -> QuerySet[Any]:
    return Delivery.objects.filter(person__in=members)
