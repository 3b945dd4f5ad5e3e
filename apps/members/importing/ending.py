"""The end of imports after 30 days: unconfirmed ones are over, and nobody is named by them any more.

The files end by themselves (`apps.files.sweeping`).
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.files.storage import remove
from apps.jobs.running import Work
from apps.members.models import IMPORT_LIFE, ImportBatch


@transaction.atomic
def end_imports() -> int:
    """End what is older than 30 days. Gives how many uploads were never confirmed."""
    State = ImportBatch.State
    before = timezone.now() - IMPORT_LIFE
    waiting = ImportBatch.objects.select_for_update(of=("self",)).filter(
        at__lt=before, state__in=[State.UPLOADED, State.TRIED]
    )
    ended = list(waiting.select_related("evidence"))
    for batch in ended:
        scan, batch.evidence, batch.state = batch.evidence, None, State.ENDED
        batch.save(update_fields=["evidence", "state"])
        if scan:
            remove(scan)
    ImportBatch.objects.filter(applied_at__lt=before).exclude(changed_ids=[]).update(changed_ids=[])
    ImportBatch.objects.filter(undone_at__lt=before).exclude(undoing={}).update(undoing={})
    return len(ended)


def run(work: Work) -> dict[str, Any]:
    """The nightly job."""
    return {"ended": end_imports()}
