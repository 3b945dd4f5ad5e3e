"""Whose pairs and visits the database shows. By hand the same as `visible_to`, and what counts and joins need besides."""

from apps.core.row_policies import ACTOR, also_reached, people_at, protect, reached
from apps.pairing import models

# Whoever stands in a pair of the actor's, or was met in a visit that they see.
also_reached(
    "member", "EXISTS (SELECT FROM pairing_pairing p WHERE p.member_id = record AND p.cadre_id = actor)"
)
# 代录: who writes down a colleague's visits chooses among their people.
also_reached(
    "member",
    "EXISTS (SELECT FROM pairing_deputy d JOIN pairing_pairing p ON p.cadre_id = d.cadre_id "
    "WHERE d.deputy_id = actor AND p.member_id = record)",
)
also_reached(
    "member",
    "EXISTS (SELECT FROM pairing_met m JOIN pairing_visit v ON v.id = m.visit_id WHERE m.member_id = record "
    "AND (v.cadre_id = actor OR v.entered_by_id = actor OR scope_people(v.office_path)))",
)

protect(
    models.Pairing,
    f"{people_at()} OR cadre_id = {ACTOR} OR {reached('pairing', 'id')}",
    history=f"{people_at()} OR {reached('pairing', 'pgh_obj_id')}",
)
# As above, for what belongs to a pair. A member's pairs go with the member; and how many a cadre holds is counted over all offices.
also_reached(
    "pairing",
    "EXISTS (SELECT FROM pairing_pairing p WHERE p.id = record AND (p.cadre_id = actor OR p.member_id = ANY(members) "
    "OR scope_people(p.office_path) "
    "OR EXISTS (SELECT FROM pairing_deputy d WHERE d.cadre_id = p.cadre_id AND d.deputy_id = actor) "
    "OR EXISTS (SELECT FROM members_member m WHERE m.id = p.member_id AND scope_people(m.office_path)) "
    "OR EXISTS (SELECT FROM pairing_pairing own WHERE own.member_id = p.member_id AND own.cadre_id = actor) "
    "OR EXISTS (SELECT FROM accounts_grant g JOIN offices_office o ON o.id = g.office_id "
    "WHERE g.user_id = p.cadre_id AND scope_people(o.path))))",
)
for model in (models.DutyEntry, models.PairingYear, models.HandoverNote):
    protect(model, f"{people_at()} OR {reached('pairing', 'pairing_id')}")

protect(
    models.Visit,
    f"{people_at()} OR cadre_id = {ACTOR} OR entered_by_id = {ACTOR} OR {reached('visit', 'id')}",
    history=f"{people_at()} OR {reached('visit', 'pgh_obj_id')}",
)
# Contacts of a member are counted over all offices; those of a member paired with the actor are theirs to read.
also_reached(
    "visit",
    "EXISTS (SELECT FROM pairing_met m WHERE m.visit_id = record AND (m.member_id = ANY(members) "
    "OR scope_people(m.office_path) "
    "OR EXISTS (SELECT FROM members_member p WHERE p.id = m.member_id AND scope_people(p.office_path)) "
    "OR EXISTS (SELECT FROM pairing_pairing own WHERE own.member_id = m.member_id AND own.cadre_id = actor)))",
)
also_reached(
    "visit",
    "EXISTS (SELECT FROM pairing_visit v WHERE v.id = record "
    "AND (v.cadre_id = actor OR v.entered_by_id = actor OR scope_people(v.office_path)))",
)
protect(models.Met, f"{people_at()} OR {reached('visit', 'visit_id')}")
protect(
    models.Promise,
    f"{people_at()} OR {reached('visit', 'visit_id')}",
    history=f"{people_at()} OR {reached('visit', 'visit_id')}",
)
protect(models.Companion, reached("visit", "visit_id"))
protect(models.Proposal, f"{people_at()} OR {reached('member', 'member_id')}")
