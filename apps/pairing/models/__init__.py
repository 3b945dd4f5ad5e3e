from apps.pairing.models.pairings import DutyEntry, Pairing, PairingQuerySet, PairingYear
from apps.pairing.models.plans import Duty, DutyKind, DutyPeriod, PairingPlan, PlanChange
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
    "PlanChange",
    "Proposal",
    "ProposalRun",
    "Visit",
    "VisitKind",
    "VisitQuerySet",
]
