"""What a person ticked becomes pairs, by the same rules as a pair begun by hand."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.access import Permission
from apps.core.refusals import Refusal
from apps.jobs.actions import enqueue
from apps.jobs.models import Job
from apps.jobs.running import Work
from apps.pairing.actions import start_pairing
from apps.pairing.models import Proposal, ProposalRun

ACCEPT = "pairing.accept_proposals"


def ask_to_accept(*, run: ProposalRun, chosen: Mapping[int, int], by: User) -> Job:
    """`chosen`: by proposal, the cadre to pair with: the proposed one or another."""
    pairs = {str(proposal): cadre for proposal, cadre in chosen.items()}
    return enqueue(ACCEPT, params={"run": str(run.public_id), "chosen": pairs}, by=by)


def run(work: Work) -> dict[str, Any]:
    """The job: each pair by itself, so that one that is refused stops no other."""
    by = work.job.owner
    runs = ProposalRun.objects.visible_to(by, Permission.PAIRING_MANAGE) if by else ProposalRun.objects.none()
    found = runs.filter(public_id=work.params["run"]).first()
    if by is None or found is None:
        raise Refusal(_("没有这份建议，或您的授权已经变化"))
    chosen = {int(proposal): int(cadre) for proposal, cadre in work.params["chosen"].items()}
    accepted = refused = 0
    for done, proposal in enumerate(_open(found, chosen, by)):
        ok = accept(proposal, User.objects.get(pk=chosen[proposal.pk]), by)
        accepted, refused = accepted + ok, refused + (not ok)
        work.progress(done, of=len(chosen))
    label = _("看结果：已结对 %(accepted)d，未能结对 %(refused)d") % {
        "accepted": accepted,
        "refused": refused,
    }
    return {"links": [{"label": label, "url": reverse("pairing:proposal", args=[found.public_id])}]}


def _open(run: ProposalRun, chosen: Mapping[int, int], by: User) -> list[Proposal]:
    """Rows of the run that nobody has settled, of members the reader may still pair."""
    mine = Proposal.objects.visible_to(by, Permission.PAIRING_MANAGE)
    rows = mine.filter(run=run, pk__in=chosen).exclude(state=Proposal.State.ACCEPTED)
    return list(rows.select_related("member").order_by("pk"))


def accept(proposal: Proposal, cadre: User, by: User) -> bool:
    """Begin the pair today. What stands against it is kept with the proposal."""
    try:
        with transaction.atomic():
            start_pairing(member=proposal.member, cadre=cadre, started_on=timezone.localdate(), by=by)
    except Refusal as refusal:
        proposal.state, proposal.refusal = Proposal.State.REFUSED, refusal.code[:30]
    else:
        proposal.state, proposal.refusal = Proposal.State.ACCEPTED, ""
    proposal.cadre = cadre
    proposal.save(update_fields=["state", "refusal", "cadre"])
    return proposal.state == Proposal.State.ACCEPTED
