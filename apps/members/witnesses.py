"""Who stood by when a member agreed in person. What bars a witness says `actions.refuse_witness`."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import Grant, User
from apps.members.bonds import cadres_of
from apps.members.models import Member
from apps.notifications.sending import notify
from apps.offices.models import paths_above

NAMED = "members.named_as_witness"


def possible_witnesses(member: Member) -> "QuerySet[User, Any]":
    """Who serves in the member's office or above it and is not paired with the member."""
    today = timezone.localdate()
    serving = Grant.objects.current(today).filter(office__path__in=paths_above(member.office_path))
    chosen = User.objects.filter(is_active=True, pk__in=serving.values("user"))
    return chosen.exclude(pk__in=cadres_of(member.pk)).order_by("name", "pk")


def tell_witness(member: Member, witness: AbstractBaseUser) -> None:
    """Somebody else named them: who did not stand there can say so."""
    named = User.objects.filter(pk=witness.pk)
    notify(named, NAMED, key=f"witness:{member.pk}", number=member.record_number)
