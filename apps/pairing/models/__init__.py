from apps.pairing.models.pairings import DutyEntry, Pairing, PairingQuerySet, PairingYear
from apps.pairing.models.plans import Duty, DutyKind, DutyPeriod, PairingPlan
from apps.pairing.models.proposals import Proposal, ProposalRun
from apps.pairing.models.visits import Met, Visit, VisitKind, VisitQuerySet

__all__ = [
    "Duty",
    "DutyEntry",
    "DutyKind",
    "DutyPeriod",
    "Met",
    "Pairing",
    "PairingPlan",
    "PairingQuerySet",
    "PairingYear",
    "Proposal",
    "ProposalRun",
    "Visit",
    "VisitKind",
    "VisitQuerySet",
]
