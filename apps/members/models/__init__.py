"""People who agreed to be in the registry, the organizations they serve in, and what they agreed to."""

from apps.members.models.consents import Consent
from apps.members.models.exports import COUNTED_FOR, Delivery, RosterExport, RosterExportQuerySet
from apps.members.models.finding import MemberWords
from apps.members.models.identity import (
    DifferentOrganizations,
    DuplicateCandidate,
    Merge,
    OrganizationMerge,
    Reason,
)
from apps.members.models.imports import IMPORT_LIFE, Departed, ImportBatch, ImportBatchQuerySet
from apps.members.models.leaving import ERASED_AFTER, LONGEST_HOLD, ErasureHold
from apps.members.models.lists import BulkMove, ListSettings, SavedView
from apps.members.models.memory import RosterMemory
from apps.members.models.organizations import Appointment, Organization
from apps.members.models.ownfile import Correction, OwnFileCode, OwnFileSession, WayOutNote
from apps.members.models.people import (
    GONE,
    HIDDEN,
    Member,
    MemberQuerySet,
    name_columns,
    phone_index_of,
    registrations_of,
)
from apps.members.models.retention import DueText
from apps.members.models.seats import PublicSeat
from apps.members.models.taken_back import TakenBack
from apps.members.models.vocabulary import (
    ASSOCIATION_KINDS,
    ORGANIZATION_FAMILIES,
    Category,
    ContactPreference,
    OrganizationKind,
)

__all__ = [
    "ASSOCIATION_KINDS",
    "COUNTED_FOR",
    "ERASED_AFTER",
    "GONE",
    "HIDDEN",
    "IMPORT_LIFE",
    "LONGEST_HOLD",
    "ORGANIZATION_FAMILIES",
    "Appointment",
    "BulkMove",
    "Category",
    "Consent",
    "ContactPreference",
    "Correction",
    "Delivery",
    "Departed",
    "DifferentOrganizations",
    "DueText",
    "DuplicateCandidate",
    "ErasureHold",
    "ImportBatch",
    "ImportBatchQuerySet",
    "ListSettings",
    "Member",
    "MemberQuerySet",
    "MemberWords",
    "Merge",
    "Organization",
    "OrganizationKind",
    "OrganizationMerge",
    "OwnFileCode",
    "OwnFileSession",
    "PublicSeat",
    "Reason",
    "RosterExport",
    "RosterExportQuerySet",
    "RosterMemory",
    "SavedView",
    "TakenBack",
    "WayOutNote",
    "name_columns",
    "phone_index_of",
    "registrations_of",
]
