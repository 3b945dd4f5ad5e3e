from apps.pairing.models.beside import Companion, Deputy, Promise, PromiseQuerySet
from apps.pairing.models.campaigns import Campaign, CampaignQuerySet, Target, TargetQuerySet
from apps.pairing.models.handovers import (
    CoveredWork,
    HandoverNote,
    HandoverNoteQuerySet,
    PlannedPassing,
)
from apps.pairing.models.newcomers import NewcomerStep, NewcomerTick
from apps.pairing.models.pairings import DutyEntry, Pairing, PairingQuerySet, PairingYear
from apps.pairing.models.plans import Duty, DutyKind, DutyPeriod, PairingPlan, PlanChange
from apps.pairing.models.proposals import Proposal, ProposalRun
from apps.pairing.models.visits import Met, Visit, VisitKind, VisitQuerySet, VisitSource

__all__ = [
    "Campaign",
    "CampaignQuerySet",
    "Companion",
    "CoveredWork",
    "Deputy",
    "Duty",
    "DutyEntry",
    "DutyKind",
    "DutyPeriod",
    "HandoverNote",
    "HandoverNoteQuerySet",
    "Met",
    "NewcomerStep",
    "NewcomerTick",
    "Pairing",
    "PairingPlan",
    "PairingQuerySet",
    "PairingYear",
    "PlanChange",
    "PlannedPassing",
    "Promise",
    "PromiseQuerySet",
    "Proposal",
    "ProposalRun",
    "Target",
    "TargetQuerySet",
    "Visit",
    "VisitKind",
    "VisitQuerySet",
    "VisitSource",
]
