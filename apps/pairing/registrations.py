"""Where pairing takes part in what happens below it. Called once, from `AppConfig.ready()`."""

from django.utils import timezone

from apps.casework import hooks as cases
from apps.casework import origins
from apps.core.access import Actor
from apps.members.bonds import pairs_come_from
from apps.pairing import cases as pairing_cases
from apps.pairing.actions.visits import ORIGIN
from apps.pairing.models import Pairing


def register() -> None:
    cases.when_case_opened.append(pairing_cases.count_suggestion)
    cases.when_case_closed.append(pairing_cases.count_deed)
    cases.when_case_withdrawn.append(pairing_cases.forget)
    origins.register(ORIGIN, pairing_cases.visit_as_origin)
    pairs_come_from(paired_today)


def paired_today(actor: Actor) -> list[int]:
    """The members the actor is paired with today, for `members.bonds`."""
    pairs = Pairing.objects.active(timezone.localdate()).filter(cadre=actor.pk)
    return list(pairs.values_list("member_id", flat=True))
