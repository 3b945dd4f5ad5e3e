"""Whom activities reach: sign-ups are shown with the people in them."""

from apps.activities import models
from apps.core.row_policies import also_reached, people_at, protect, reached

also_reached(
    "member",
    "EXISTS (SELECT FROM activities_signup s JOIN activities_activity a ON a.id = s.activity_id "
    "WHERE s.member_id = record AND scope_people(a.office_path))",
)
protect(models.SignUp, f"{people_at()} OR {reached('member', 'member_id')}")
