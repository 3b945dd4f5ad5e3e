"""The time limits in force: the defaults, and what administrators changed."""

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework.deadlines import DEFAULTS, Limit
from apps.casework.models import Term, TermSetting, Unit


def limits() -> dict[str, Limit]:
    """All limits, with one query."""
    changed = {
        setting.term: Limit(setting.number, Unit(setting.unit), setting.extension)
        for setting in TermSetting.objects.all()
    }
    return {**DEFAULTS, **changed}


def limit_of(term: str) -> Limit:
    """One limit; a case's kind is a term."""
    return limits()[term]


def change_limit(*, term: Term, limit: Limit, by: User) -> TermSetting:
    """From now on; running deadlines stay as they are."""
    setting, _new = TermSetting.objects.update_or_create(
        term=term,
        defaults={
            "number": limit.number,
            "unit": limit.unit,
            "extension": limit.extension,
            "changed_by": by,
        },
    )
    record(AuditEvent.Action.CHANGE, target=setting, by=by, term=str(term), number=limit.number)
    return setting
