"""Whose cases the database shows. Twin of `Case.visible_to`: a complaint never to the cadre it is kept from."""

from apps.casework import models
from apps.core.row_policies import ACTOR, MEMBERS, also_reached, cases_at, protect, reached

# What belongs to a case is shown where the case is; so is what belongs to a task.
OF_CASE = "EXISTS (SELECT FROM casework_case shown WHERE shown.id = {})"
OF_TASK = "EXISTS (SELECT FROM casework_task shown WHERE shown.id = {})"
OF_EITHER = f"({OF_CASE} OR {OF_TASK})"

# Who asked in a case that the actor's offices lead or assist.
also_reached(
    "member",
    "EXISTS (SELECT FROM casework_case c JOIN offices_office o ON o.id = c.lead_office_id "
    "WHERE c.member_id = record AND (scope_cases(c.office_path) OR scope_cases(o.path)))",
)
also_reached(
    "member",
    "EXISTS (SELECT FROM casework_case c JOIN casework_case_assisting a ON a.case_id = c.id "
    "JOIN offices_office o ON o.id = a.office_id WHERE c.member_id = record AND scope_cases(o.path))",
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
    "EXISTS (SELECT FROM casework_case c JOIN offices_office o ON o.id = c.lead_office_id "
    "WHERE c.id = record AND scope_cases(o.path))",
)
also_reached(
    "case",
    "EXISTS (SELECT FROM casework_case_assisting a JOIN offices_office o ON o.id = a.office_id "
    "WHERE a.case_id = record AND scope_cases(o.path))",
)

# As `Task.visible_to`.
protect(
    models.Task,
    f"{cases_at()} OR assigned_by_id = {ACTOR} OR {reached('task', 'id')}",
    history=OF_TASK.format("pgh_obj_id"),
)
also_reached(
    "task",
    "EXISTS (SELECT FROM casework_task t JOIN offices_office o ON o.id = t.lead_office_id "
    "WHERE t.id = record AND scope_cases(o.path))",
)
also_reached(
    "task",
    "EXISTS (SELECT FROM casework_task_assisting a JOIN offices_office o ON o.id = a.office_id "
    "WHERE a.task_id = record AND scope_cases(o.path))",
)
protect(
    models.Supervision,
    OF_EITHER.format("case_id", "task_id"),
    history=OF_EITHER.format("case_id", "task_id"),
)
protect(models.StepTaken, OF_EITHER.format("case_id", "task_id"))
for table in (models.Reply, models.CaseLink):
    protect(table, OF_CASE.format("case_id"))
