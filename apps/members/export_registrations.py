"""Where exports take part in the rest: their jobs, their messages, what happens when a member leaves."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from apps.core.access import Permission
from apps.core.navigation import Group, NavItem
from apps.core.navigation import register as show
from apps.jobs.kinds import Daily, Every, Kind
from apps.jobs.kinds import register as register_job
from apps.members import exports, incident_files, roster_files, watching, witnesses
from apps.members.hooks import when_withdrawing
from apps.notifications.kinds import Kind as Message
from apps.notifications.kinds import register as register_message


def register() -> None:
    """Called once, from `AppConfig.ready()`."""
    register_job(Kind(exports.JOB, _("导出成员名单"), roster_files.run))
    register_job(Kind("members.many_read", _("检查大量查看"), watching.run_watch, Every(10)))
    register_job(Kind(incident_files.JOB, _("导出涉及的人"), incident_files.run))
    show(NavItem(_("涉及的人"), "members:touched", "search", Permission.AUDIT_VIEW, Group.SYSTEM, order=31))
    register_job(
        Kind("members.deliveries", _("清理导出计数"), watching.run_forgetting, Daily(dt.time(2, 40)))
    )
    register_message(
        Message(exports.ASKED, _("导出审批"), _("导出单 %(number)s（%(persons)d 人）等您审批")),
        Message(exports.ANSWERED, _("导出审批结果"), _("导出单 %(number)s：%(answer)s")),
        Message(
            exports.DROPPED,
            _("导出文件已删除"),
            _("导出单 %(number)s：名单中有人退出，文件已删除，请重新导出"),
        ),
        Message(watching.MANY_READ, _("大量查看"), _("有用户一天内查看成员资料超过 %(limit)d 份，请核查")),
        Message(
            witnesses.NAMED,
            _("登记为见证人"),
            _("您被登记为成员 %(number)s 当面同意的见证人；如不属实，请告知业务管理员"),
        ),
        Message(
            watching.MANY_REVEALED, _("大量查看号码"), _("有用户一天内查看完整号码达到 %(limit)d 次，请核查")
        ),
    )
    when_withdrawing(exports.drop_files_with)
    show(
        NavItem(
            _("名单导出"), "members:exports", "download", Permission.MEMBER_EXPORT, Group.PEOPLE, order=30
        )
    )
