from apps.pairing.models.pairings import DutyEntry, Pairing, PairingYear
from apps.pairing.models.plans import Duty, DutyKind, DutyPeriod, PairingPlan
from apps.pairing.models.visits import Met, Visit, VisitKind

__all__ = [
    "Duty",
    "DutyEntry",
    "DutyKind",
    "DutyPeriod",
    "Met",
    "Pairing",
    "PairingPlan",
    "PairingYear",
    "Visit",
    "VisitKind",
]
