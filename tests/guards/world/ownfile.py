"""Pages of the own file, reached with a member's session, and the office's pages about it."""

import datetime as dt
from typing import Any

from django.utils import timezone

from apps.casework.models import Case
from apps.members.models import Correction, WayOutNote
from apps.pairing.models import Pairing
from tests.guards.world import Cast, Page
from tests.guards.world.casework import answered, opened


def fill(cast: Cast) -> None:
    _asked(cast)
    WayOutNote.objects.create(member=cast.member, due_on=timezone.localdate(), how="letter")


def _asked(cast: Cast) -> Correction:
    said = {"asked_on": dt.date(2026, 3, 1), "wanted": "female"}
    return Correction.objects.get_or_create(member=cast.member, field="gender", defaults=said)[0]


def _at_correction(cast: Cast) -> dict[str, Any]:
    return {"public_id": _asked(cast).public_id}


def _own(case: Case, cast: Cast) -> dict[str, Any]:
    Case.objects.filter(pk=case.pk).update(member=cast.member)
    return {"public_id": case.public_id}


def _paired(cast: Cast) -> dict[str, Any]:
    Pairing.objects.get_or_create(
        member=cast.member,
        ended_on=None,
        defaults={"office": cast.tree.town, "cadre": cast.cadre, "started_on": dt.date(2026, 1, 1)},
    )
    return {}


PAGES = {
    "own:file": Page(),
    "own:looks": Page(),
    "own:leave": Page(),
    "own:contact": Page(post=lambda cast: {"contact_preference": "phone_only"}),
    "own:correct": Page(
        kwargs=lambda cast: {"field": "phone"}, post=lambda cast: {"wanted": "13900001111"}, shared=True
    ),
    "own:copy": Page(),
    "own:consent": Page(),
    "own:withdraw": Page(),
    "own:next_time": Page(),
    "pairing:own_another_cadre": Page(post=_paired),
    "casework:own_new": Page(post=lambda cast: {"kind": "request", "text": "办证"}),
    "casework:own_case": Page(
        kwargs=lambda cast: _own(answered(cast), cast), post=lambda cast: {"verdict": "satisfied"}
    ),
    "casework:own_withdraw": Page(kwargs=lambda cast: _own(opened(cast), cast)),
    "members:corrections": Page(),
    "members:correction": Page(kwargs=_at_correction, post=lambda cast: {"answer": "与本人证件一致"}),
    "members:apply_correction": Page(kwargs=_at_correction),
    "members:own_letter": Page(kwargs=lambda cast: {"public_id": cast.member.public_id}),
    "members:letters_due": Page(),
    "members:ask_again": Page(),
}
