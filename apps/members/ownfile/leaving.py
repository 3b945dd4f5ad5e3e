"""When what is held of somebody who left is erased. Erasing itself is the erasure job's; this is the one place that says when."""

import datetime as dt

from apps.members.models import Member

ERASED_AFTER = dt.timedelta(days=15)


def erasure_due_on(member: Member) -> dt.date | None:
    """The day on which the file of somebody who withdrew is to be erased; None for everybody else."""
    if member.status != Member.Status.WITHDRAWN:
        return None
    return member.status_since + ERASED_AFTER
