"""The registry's own tables in a member's copy."""

from django.apps import apps as programme
from django.db import models

from apps.members.models import (
    Appointment,
    Consent,
    Correction,
    ErasureHold,
    Member,
    PublicSeat,
    TakenBack,
    WayOutNote,
)
from apps.members.ownfile.copied import Copied, copy_of, not_copied


def register() -> None:
    copy_of(Copied(Member, lambda member: Member.objects.filter(pk=member.pk)))
    copy_of(Copied(Appointment, lambda member: member.appointments.order_by("pk")))
    copy_of(Copied(PublicSeat, lambda member: member.seats.order_by("pk")))
    copy_of(Copied(TakenBack, lambda member: member.taken_back.order_by("pk")))
    copy_of(Copied(Consent, lambda member: member.consents.order_by("pk")))
    copy_of(Copied(Correction, lambda member: member.corrections.order_by("pk")))
    copy_of(Copied(WayOutNote, lambda member: WayOutNote.objects.filter(member=member)))
    copy_of(Copied(ErasureHold, lambda member: ErasureHold.objects.filter(member=member).order_by("pk")))
    copy_of(Copied(programme.get_model("members", "MemberEvent"), _earlier))
    not_copied("members.MemberWords", "made by triggers from the name and the posts")
    not_copied("members.OwnFileCode", "keyed hashes of codes")
    not_copied("members.OwnFileSession", "the session in which the copy is made")
    not_copied(
        "members.DuplicateCandidate", "a question whether two registrations are one person; names the other"
    )
    not_copied("members.Merge", "ids of rows; the history of the file says what was merged")


def _earlier(member: Member) -> "models.QuerySet[models.Model]":
    """What stood in the file before."""
    events = programme.get_model("members", "MemberEvent")._default_manager
    return events.filter(pgh_obj_id=member.pk).order_by("pgh_id")
