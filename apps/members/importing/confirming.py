"""A signed sheet that comes after the import: the rows it covers become active, all in one step."""

import datetime as dt

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.many import record_many
from apps.audit.models import AuditEvent
from apps.core.access import Actor, Permission
from apps.core.copying import insert_rows
from apps.files.models import StoredFile
from apps.members.consent_text import CURRENT_VERSION
from apps.members.importing.batches import ImportRefused
from apps.members.importing.writing import check_as_we_go
from apps.members.models import Consent, ImportBatch, Member, MemberQuerySet


def waiting_of(batch: ImportBatch, by: Actor) -> MemberQuerySet:
    """Who of the batch waits for their own word: all for whoever uploaded the roster, else whom `by` may see."""
    is_own = by.pk is not None and batch.by_id == by.pk
    seen = Member.objects.all() if is_own else Member.objects.visible_to(by, Permission.MEMBER_MANAGE)
    return seen.filter(batch=batch, status=Member.Status.PENDING)


@transaction.atomic
def confirm_rows(*, members: QuerySet[Member], scan: StoredFile, given_on: dt.date, by: Actor) -> int:
    """Make the waiting ones of these members active, with the scan as their evidence. Gives how many. Raises ImportRefused."""
    if given_on > timezone.localdate():
        raise ImportRefused(_("同意日期不能晚于今天"), field="given_on")
    check_as_we_go()
    waiting = members.filter(status=Member.Status.PENDING).select_for_update(of=("self",)).order_by("pk")
    people = list(waiting.values_list("pk", "office_path"))
    if not people:
        raise ImportRefused(_("所选人员已不是待本人确认状态，请刷新页面"))
    now = timezone.now()
    consent = {
        "text_version": CURRENT_VERSION,
        "purposes": list(Consent.Purpose.values),
        "how": Consent.How.SIGNED_SHEET,
        "given_on": given_on,
        "evidence_id": scan.pk,
        "recorded_by_id": by.pk,
        "recorded_at": now,
    }
    insert_rows(Consent, [{"member_id": pk, **consent} for pk, _path in people])
    Member.objects.filter(pk__in=[pk for pk, _path in people]).update(
        status=Member.Status.ACTIVE, status_since=given_on, version=F("version") + 1
    )
    record_many(
        AuditEvent.Action.CHANGE,
        label=Member._meta.label_lower,
        targets=people,
        by=by,
        fields=["consent", "status"],
    )
    return len(people)
