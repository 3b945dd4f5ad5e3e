"""Roles are code: a name, a sentence for people, and a set of permissions. The database stores the name."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission as P


class RoleName(models.TextChoices):
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDITOR = "auditor", _("审计员")
    OFFICE_ADMIN = "office_admin", _("业务管理员")
    LEADER = "leader", _("部门领导")
    CADRE = "cadre", _("统战干部")
    ASSESSOR = "assessor", _("考核评审员")
    PARTNER = "partner", _("协同部门")


@dataclass(frozen=True)
class Role:
    name: RoleName
    sentence: str | Promise
    permissions: frozenset[P]


_READ = {
    P.OFFICE_VIEW,
    P.MEMBER_VIEW,
    P.PAIRING_VIEW,
    P.CASE_VIEW,
    P.ACTIVITY_VIEW,
    P.DASHBOARD_VIEW,
    P.ASSESSMENT_VIEW,
}
_OWN = {P.OWN_ACCOUNT}

ROLES: dict[str, Role] = {
    role.name: role
    for role in [
        Role(
            RoleName.SYSTEM_ADMIN,
            _("维护系统运行，不看成员资料。"),
            frozenset(_OWN | {P.SYSTEM_MANAGE, P.OFFICE_VIEW, P.OFFICE_MANAGE}),
        ),
        Role(
            RoleName.SECURITY_ADMIN,
            _("邀请用户、授予和结束授权，不看成员资料。"),
            frozenset(_OWN | {P.USER_MANAGE, P.OFFICE_VIEW}),
        ),
        Role(
            RoleName.AUDITOR,
            _("查阅审计记录，不看成员资料。"),
            frozenset(_OWN | {P.AUDIT_VIEW, P.OFFICE_VIEW}),
        ),
        Role(
            RoleName.OFFICE_ADMIN,
            _("管理本机构及下级的成员、结对、活动和考核，导出报告。"),
            frozenset(
                _OWN
                | _READ
                | {
                    P.OFFICE_MANAGE,
                    P.MEMBER_MANAGE,
                    P.MEMBER_IMPORT,
                    P.MEMBER_EXPORT,
                    P.MEMBER_EXPORT_FULL,
                    P.EXPORT_APPROVE,
                    P.PAIRING_MANAGE,
                    P.CASE_HANDLE,
                    P.CASE_SUPERVISE,
                    P.ACTIVITY_MANAGE,
                    P.ASSESSMENT_MANAGE,
                    P.FIGURE_DECLARE,
                    P.ASSESSMENT_STATE,
                    P.REPORT_EXPORT,
                }
            ),
        ),
        Role(
            RoleName.LEADER,
            _("查看本机构及下级的看板、考核结果和记录，审定考核等次。"),
            frozenset(
                _OWN
                | _READ
                | {
                    P.REPORT_EXPORT,
                    P.CASE_SUPERVISE,
                    P.ASSESSMENT_STATE,
                    P.ASSESSMENT_DECIDE,
                    P.CADRE_YEAR,
                }
            ),
        ),
        Role(
            RoleName.CADRE,
            _("登记走访联系，办理结对成员的诉求。"),
            frozenset(
                _OWN
                | _READ
                | {
                    P.MEMBER_MANAGE,
                    P.MEMBER_EXPORT,
                    P.VISIT_LOG,
                    P.CASE_HANDLE,
                    P.ACTIVITY_MANAGE,
                    P.ASSESSMENT_STATE,
                }
            ),
        ),
        Role(
            RoleName.ASSESSOR,
            _("审核考核数据，担任评委，不看成员资料。"),
            frozenset(
                _OWN
                | {
                    P.OFFICE_VIEW,
                    P.DASHBOARD_VIEW,
                    P.ASSESSMENT_VIEW,
                    P.FIGURE_DECLARE,
                    P.ASSESSMENT_JUDGE,
                }
            ),
        ),
        Role(
            RoleName.PARTNER,
            _("办理转来的诉求建议事项。"),
            frozenset(_OWN | {P.OFFICE_VIEW, P.CASE_VIEW, P.CASE_HANDLE}),
        ),
    ]
}

# The three technical administrators keep each other in check: no one may hold two of them (GB/T 22239 三员).
TECHNICAL_ROLES = frozenset({RoleName.SYSTEM_ADMIN, RoleName.SECURITY_ADMIN, RoleName.AUDITOR})
