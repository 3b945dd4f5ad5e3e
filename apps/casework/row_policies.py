"""Whose cases the database shows. Twin of `Case.visible_to`: a complaint never to the cadre it is kept from."""

from apps.casework import models
from apps.core.row_policies import ACTOR, MEMBERS, also_reached, below, cases_at, protect, reached

# What belongs to a case is shown where the case is; so is what belongs to a task.
OF_CASE = "EXISTS (SELECT FROM casework_case shown WHERE shown.id = {})"
OF_TASK = "EXISTS (SELECT FROM casework_task shown WHERE shown.id = {})"
OF_EITHER = f"({OF_CASE} OR {OF_TASK})"

# Who asked in a case that the actor's offices lead or assist.
also_reached(
    "member",
    f"SELECT c.member_id FROM casework_case c {below('c.office_path', 'cases')}",
)
also_reached(
    "member",
    f"SELECT c.member_id FROM offices_office o {below('o.path', 'cases')} "
    "JOIN casework_case c ON c.lead_office_id = o.id",
)
also_reached(
    "member",
    f"SELECT c.member_id FROM offices_office o {below('o.path', 'cases')} "
    "JOIN casework_case_assisting a ON a.office_id = o.id JOIN casework_case c ON c.id = a.case_id",
)

protect(
    models.Case,
    # A row that is being entered is seen by no function yet: what admits it stands here.
    f"({cases_at()} OR entered_by_id = {ACTOR} OR member_id = ANY ({MEMBERS}::bigint[]) OR {reached('case', 'id')}) "
    f"AND (kept_from_id = {ACTOR}) IS NOT TRUE",
    history=OF_CASE.format("pgh_obj_id"),
)
also_reached(
    "case",
    f"SELECT c.id FROM offices_office o {below('o.path', 'cases')} "
    "JOIN casework_case c ON c.lead_office_id = o.id",
)
also_reached(
    "case",
    f"SELECT a.case_id FROM offices_office o {below('o.path', 'cases')} "
    "JOIN casework_case_assisting a ON a.office_id = o.id",
)

# As `Task.visible_to`.
protect(
    models.Task,
    f"{cases_at()} OR assigned_by_id = {ACTOR} OR {reached('task', 'id')}",
    history=OF_TASK.format("pgh_obj_id"),
)
also_reached(
    "task",
    f"SELECT t.id FROM offices_office o {below('o.path', 'cases')} "
    "JOIN casework_task t ON t.lead_office_id = o.id",
)
also_reached(
    "task",
    f"SELECT a.task_id FROM offices_office o {below('o.path', 'cases')} "
    "JOIN casework_task_assisting a ON a.office_id = o.id",
)
protect(
    models.Supervision,
    OF_EITHER.format("case_id", "task_id"),
    history=OF_EITHER.format("case_id", "task_id"),
)
protect(models.StepTaken, OF_EITHER.format("case_id", "task_id"))
for table in (models.Reply, models.CaseLink):
    protect(table, OF_CASE.format("case_id"))
