"""Where the assessment takes part in what happens below it. Called once, from `AppConfig.ready()`."""

from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission
from apps.core.navigation import Group, NavItem
from apps.core.navigation import register as show


def register() -> None:
    show(
        NavItem(_("考核"), "assessment:schemes", "assess", Permission.ASSESSMENT_VIEW, Group.ASSESSMENT, 10),
        NavItem(_("指标库"), "assessment:metrics", "search", Permission.DASHBOARD_VIEW, Group.ASSESSMENT, 20),
    )
