"""Whose rows of the registry the database shows. By hand the same as `Member.visible_to`, as far as offices go."""

from django.db.models import Model

from apps.core.row_policies import also_reached, below, people_at, protect, reached, works_as_owner
from apps.members import models

# A row that says something of a member is shown where the member is.
OF_MEMBER = "EXISTS (SELECT FROM members_member shown WHERE shown.id = {})"

protect(
    models.Member,
    f"{people_at()} OR {reached('member', 'id')}",
    history=OF_MEMBER.format("pgh_obj_id"),
)
for model in (models.Consent, models.Appointment, models.PublicSeat, models.ErasureHold):
    protect(model, OF_MEMBER.format("member_id"), history=OF_MEMBER.format("member_id"))
WITHOUT_HISTORY: tuple[type[Model], ...] = (
    models.Correction,
    models.WayOutNote,
    models.OwnFileCode,
    models.OwnFileSession,
    models.TakenBack,
)
for table in WITHOUT_HISTORY:
    protect(table, OF_MEMBER.format("member_id"))
# Of two registrations, where both are shown; of a merge, where the one that was kept is.
protect(models.DuplicateCandidate, f"{OF_MEMBER.format('first_id')} AND {OF_MEMBER.format('second_id')}")
protect(models.Merge, OF_MEMBER.format("kept_id"))
# Renaming an organization changes by which words its people are found, whoever sees them.
works_as_owner(models.Organization)
# Found through members_found() alone, written by triggers.
protect(models.MemberWords, "false")

# In the own file.
also_reached("member", "SELECT unnest(members)")
also_reached("member", "SELECT m.id FROM members_member m WHERE m.merged_into_id = ANY(members)")
# Who was entered for an office out of reach and is waiting to be confirmed.
also_reached(
    "member",
    f"SELECT m.id FROM offices_office o {below('o.path', 'people')} "
    "JOIN members_member m ON m.entered_at_id = o.id AND m.status = 'pending'",
)
