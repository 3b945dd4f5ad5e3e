from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission
from apps.core.navigation import Group, NavItem, register


class AuditConfig(AppConfig):
    name = "apps.audit"

    def ready(self) -> None:
        register(
            NavItem(_("审计记录"), "audit:events", "audit", Permission.AUDIT_VIEW, Group.SYSTEM, order=30)
        )
