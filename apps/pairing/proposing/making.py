"""A run of proposals, made by a job and gone after 30 days."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor, Permission
from apps.core.refusals import Refusal
from apps.jobs.actions import enqueue
from apps.jobs.models import Job
from apps.jobs.running import Work
from apps.offices.models import Office
from apps.pairing.models import Proposal, ProposalRun
from apps.pairing.proposing.reading import read_cadres, read_members, to_be_paired

PROPOSE = "pairing.propose"
EXPIRE = "pairing.expire_proposals"
KEPT_FOR = dt.timedelta(days=30)
# More rows than a person looks through, and more columns than the solver takes in a second.
MOST_AT_ONCE = 2000


def ask_for_proposals(*, office: Office, by: User) -> Job:
    return enqueue(PROPOSE, params={"office": office.code}, by=by)


def run(work: Work) -> dict[str, Any]:
    """The job: the right to pair is asked again here, a grant may have ended while the job waited."""
    by = work.job.owner
    offices = Office.objects.filter(code=work.params["office"])
    office = offices.first()
    if by is None or office is None or not by.may(Permission.PAIRING_MANAGE, office):
        raise Refusal(_("没有这个机构，或您的授权已经变化"))
    made = make_proposals(office=office, by=by)
    label = _("看建议并采纳")
    return {"links": [{"label": label, "url": reverse("pairing:proposal", args=[made.public_id])}]}


@transaction.atomic
def make_proposals(*, office: Office, by: Actor) -> ProposalRun:
    """Propose a cadre for every unpaired member of the office and below. Raises Refusal where there is nobody."""
    # scipy takes a third of a second and 50 MB to load; only a worker that proposes needs it.
    from apps.pairing.proposing.solving import propose

    today = timezone.localdate()
    members = read_members(to_be_paired(office, by, today))[:MOST_AT_ONCE]
    if not members:
        raise Refusal(_("没有需要结对的成员"))
    made = ProposalRun.objects.create(office=office, by_id=by.pk)
    homes = dict(Office.objects.values_list("path", "pk"))
    home_of = {member.pk: homes[member.office_path] for member in members}
    Proposal.objects.bulk_create(
        Proposal(
            run=made,
            office_id=home_of[one.member],
            member_id=one.member,
            cadre_id=one.cadre,
            reasons=list(one.reasons),
        )
        for one in propose(members, read_cadres(office, today), step=Office.steplen)
    )
    record(AuditEvent.Action.RUN, target=made, by=by, members=len(members))
    return made


def expire(work: Work) -> dict[str, Any]:
    over = timezone.now() - KEPT_FOR
    deleted, _rows = ProposalRun.objects.filter(at__lt=over).delete()
    return {"deleted": deleted}
