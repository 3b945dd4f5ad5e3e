"""The offices that are assessed hear of a change."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Grant, User
from apps.accounts.roles import ROLES
from apps.assessment.models import Scheme, SchemeVersion
from apps.core.access import Permission
from apps.notifications.kinds import Kind, register
from apps.notifications.sending import notify

READING = [name for name, role in ROLES.items() if Permission.ASSESSMENT_VIEW in role.permissions]
CHANGED = "assessment.scheme_changed"


def register_kind() -> None:
    register(Kind(CHANGED, _("考核方案变更"), _("考核方案 %(code)s 已变更为第 %(version)d 版，请查看改动")))


def tell_of_version(version: SchemeVersion) -> int:
    """Everybody who declares for an assessed office, but who made the change; gives how many were told."""
    scheme = version.scheme
    return notify(
        [user for user in people_of(scheme) if user.pk != version.made_by_id],
        CHANGED,
        key=f"scheme:{scheme.pk}:v{version.number}",
        link=reverse("assessment:version", args=[scheme.code, version.number]),
        code=scheme.code,
        version=version.number,
    )


def people_of(scheme: Scheme) -> list[User]:
    """Who reads assessments by a grant at one of the assessed offices itself."""
    grants = Grant.objects.current(timezone.localdate()).filter(
        role__in=READING, office__in=scheme.assessed_offices.values("office")
    )
    return list(User.objects.filter(is_active=True, pk__in=grants.values("user")))
