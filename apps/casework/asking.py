"""What members ask for in the own file: with their own words, and a complaint above the office that serves them."""

import uuid

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Grant, User
from apps.casework.actions import open_case
from apps.casework.models import Case, CaseKind, Via
from apps.casework.telling import ASKED_BY_MEMBER, handlers_at_lead, tell
from apps.members.bonds import cadres_of
from apps.members.models import Member
from apps.offices.models import Office, paths_above


def kinds_open_to(member: Member) -> list[CaseKind]:
    """Who is registered asks for anything; who left, or never agreed, may still complain."""
    return list(CaseKind) if member.is_active else [CaseKind.COMPLAINT]


@transaction.atomic
def ask(
    *,
    member: Member,
    kind: str,
    text: str,
    may_be_named: bool = False,
    public_id: uuid.UUID | None = None,
) -> Case:
    """Enter what the member asks, suggests or complains of; those who handle cases there are told."""
    if kind == CaseKind.COMPLAINT:
        case = _complain(member, text, public_id)
    else:
        case = open_case(
            kind=kind,
            text=text,
            office=member.office,
            by=None,
            opened_on=timezone.localdate(),
            member=member,
            may_be_named=may_be_named,
            via=Via.OWN_FILE,
            public_id=public_id,
        )
    tell(handlers_at_lead(case), ASKED_BY_MEMBER, case, "asked", day=case.due_on)
    return case


def _complain(member: Member, text: str, public_id: uuid.UUID | None) -> Case:
    """To the next office above; kept from whoever is (or was last) paired, and from every office they serve."""
    cadre = User.objects.filter(pk__in=cadres_of(member.pk)[:1]).first()
    return open_case(
        kind=CaseKind.COMPLAINT,
        text=text,
        office=complaint_office(member, cadre),
        by=None,
        opened_on=timezone.localdate(),
        member=member,
        via=Via.OWN_FILE,
        confidential=True,
        kept_from=cadre,
        public_id=public_id,
    )


def complaint_office(member: Member, cadre: User | None) -> Office:
    """The nearest office above the member's that no grant of the cadre reaches; the topmost where every one is reached."""
    grants = Grant.objects.current(timezone.localdate()).filter(user=cadre) if cadre else Grant.objects.none()
    barred = [member.office.path, *grants.values_list("office__path", flat=True)]
    above = paths_above(member.office.path)[:-1] or [member.office.path]
    free = [path for path in reversed(above) if not any(path.startswith(held) for held in barred)]
    return Office.objects.get(path=free[0] if free else above[0])
