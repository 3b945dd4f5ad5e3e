"""The job behind 导出报告."""

from typing import Any

from django.utils.translation import gettext as _

from apps.core.refusals import Refusal
from apps.jobs.running import Work
from apps.reports.actions import export


def run(work: Work) -> dict[str, Any]:
    owner = work.job.owner
    if owner is None:
        raise Refusal(_("报告必须由用户提交"))
    return export(work.params, by=owner, progress=work.progress)
