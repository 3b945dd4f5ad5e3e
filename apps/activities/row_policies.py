"""Whom activities reach: sign-ups are shown with the people in them."""

from apps.activities import models
from apps.core.row_policies import also_reached, below, people_at, protect, reached

also_reached(
    "member",
    f"SELECT s.member_id FROM activities_activity a {below('a.office_path', 'people')} "
    "JOIN activities_signup s ON s.activity_id = a.id",
)
protect(models.SignUp, f"{people_at()} OR {reached('member', 'member_id')}")
