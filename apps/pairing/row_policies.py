"""Whose pairs and visits the database shows. By hand the same as `visible_to`, and what counts and joins need besides."""

from apps.core.row_policies import (
    ACTOR,
    also_reached,
    also_reached_singly,
    below,
    people_at,
    protect,
    reached,
    reached_singly,
)
from apps.pairing import models

# Whoever stands in a pair of the actor's, or was met in a visit that they see.
also_reached("member", "SELECT p.member_id FROM pairing_pairing p WHERE p.cadre_id = actor")
# 代录: who writes down a colleague's visits chooses among their people.
also_reached(
    "member",
    "SELECT p.member_id FROM pairing_deputy d JOIN pairing_pairing p ON p.cadre_id = d.cadre_id "
    "WHERE d.deputy_id = actor",
)
also_reached(
    "member",
    "SELECT m.member_id FROM pairing_visit v JOIN pairing_met m ON m.visit_id = v.id "
    "WHERE v.cadre_id = actor OR v.entered_by_id = actor",
)
also_reached(
    "member",
    f"SELECT m.member_id FROM pairing_visit v {below('v.office_path', 'people')} "
    "JOIN pairing_met m ON m.visit_id = v.id",
)

protect(
    models.Pairing,
    f"{people_at()} OR cadre_id = {ACTOR} OR {reached('pairing', 'id')}",
    history=f"{people_at()} OR {reached('pairing', 'pgh_obj_id')}",
)
# As above, for what belongs to a pair. A member's pairs go with the member; and how many a cadre holds is counted over all offices.
also_reached(
    "pairing",
    "SELECT p.id FROM pairing_pairing p WHERE p.cadre_id = actor OR p.member_id = ANY(members)",
)
also_reached(
    "pairing",
    f"SELECT p.id FROM pairing_pairing p {below('p.office_path', 'people')}",
)
also_reached(
    "pairing",
    f"SELECT p.id FROM members_member m {below('m.office_path', 'people')} "
    "JOIN pairing_pairing p ON p.member_id = m.id",
)
also_reached(
    "pairing",
    "SELECT p.id FROM pairing_deputy d JOIN pairing_pairing p ON p.cadre_id = d.cadre_id "
    "WHERE d.deputy_id = actor",
)
also_reached(
    "pairing",
    "SELECT p.id FROM pairing_pairing own JOIN pairing_pairing p ON p.member_id = own.member_id "
    "WHERE own.cadre_id = actor",
)
also_reached(
    "pairing",
    f"SELECT p.id FROM offices_office o {below('o.path', 'people')} "
    "JOIN accounts_grant g ON g.office_id = o.id JOIN pairing_pairing p ON p.cadre_id = g.user_id",
)
for model in (models.DutyEntry, models.PairingYear, models.HandoverNote):
    protect(model, f"{people_at()} OR {reached('pairing', 'pairing_id')}")

protect(
    models.Visit,
    f"{people_at()} OR cadre_id = {ACTOR} OR entered_by_id = {ACTOR} OR {reached_singly('visit', 'id')}",
    history=f"{people_at()} OR {reached_singly('visit', 'pgh_obj_id')}",
)
# Contacts of a member are counted over all offices; those of a member paired with the actor are theirs to read.
also_reached_singly(
    "visit",
    "EXISTS (SELECT FROM pairing_met m WHERE m.visit_id = record AND (m.member_id = ANY(members) "
    "OR scope_people(m.office_path) "
    "OR EXISTS (SELECT FROM members_member p WHERE p.id = m.member_id AND scope_people(p.office_path)) "
    "OR EXISTS (SELECT FROM pairing_pairing own WHERE own.member_id = m.member_id AND own.cadre_id = actor)))",
)
also_reached_singly(
    "visit",
    "EXISTS (SELECT FROM pairing_visit v WHERE v.id = record "
    "AND (v.cadre_id = actor OR v.entered_by_id = actor OR scope_people(v.office_path)))",
)
protect(models.Met, f"{people_at()} OR {reached_singly('visit', 'visit_id')}")
protect(
    models.Promise,
    f"{people_at()} OR {reached_singly('visit', 'visit_id')}",
    history=f"{people_at()} OR {reached_singly('visit', 'visit_id')}",
)
protect(models.Companion, reached_singly("visit", "visit_id"))
protect(models.Proposal, f"{people_at()} OR {reached('member', 'member_id')}")
