"""The long work of the registry, by name (`apps.jobs.kinds`). Called once the models are loaded."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from apps.files.backups import when_restored
from apps.jobs.kinds import Daily, Kind, Monthly, register
from apps.members import bulk, duplicate_scan, unconfirmed
from apps.members.erasing import leaving, retention
from apps.members.going import erase_long_gone, long_gone
from apps.members.importing import batches, ending, working
from apps.members.importing.roster import register_rosters
from apps.members.words import SETTLE, run_settle
from apps.notifications.kinds import Kind as Message
from apps.notifications.kinds import register as register_message


def register_jobs() -> None:
    when_restored(leaving.erase_again)
    register_rosters()
    register(Kind("members.unconfirmed", _("删除未确认的登记"), unconfirmed.run, Daily(at=dt.time(2, 20))))
    register(Kind("members.erase", _("删除已退出成员的资料"), leaving.run, Daily(at=dt.time(2, 15))))
    retention.texts_end(retention.Texts("members.Member", long_gone, erase=erase_long_gone))
    register(Kind("members.retention", _("清空到期的文字"), retention.run, Monthly(at=dt.time(2, 45))))
    register_message(
        Message(
            retention.LISTED,
            _("到期的文字"),
            _("走访、事项的文字和迁出、去世的成员共 %(number)d 条已满两年，一个月后清空或删除"),
        )
    )
    register(Kind("members.end_imports", _("结束到期的导入"), ending.run, Daily(at=dt.time(2, 25))))
    register(Kind("members.old_moves", _("删除过期的批量调整记录"), bulk.run, Daily(at=dt.time(2, 30))))
    register(Kind(batches.TRY, _("试读导入文件"), working.run_try))
    register(Kind(batches.APPLY, _("导入"), working.run_apply))
    register(Kind(batches.UNDO, _("撤销导入"), working.run_undo))
    register(Kind(batches.WORKBOOK, _("导入错误原因表"), working.run_workbook))
    register(Kind(SETTLE, _("整理检索索引"), run_settle))
    register(Kind(duplicate_scan.SCAN, _("查找重复登记"), duplicate_scan.run, Daily(at=dt.time(3, 10))))
