from apps.audit.models import AuditEvent
from apps.audit.recording import record
from tests.guards.world import CANARY, Cast, Page

PAGES: dict[str, Page] = {}


def fill(cast: Cast) -> None:
    record(AuditEvent.Action.READ, target=cast.member, by=cast.cadre, purpose=CANARY)
