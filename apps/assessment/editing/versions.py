"""Versions: what is in force, and how a change comes into force."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.editing.document import Document, digest_of, in_order, without_keys
from apps.assessment.editing.limits import check_may_change
from apps.assessment.editing.stored import document_of, put
from apps.assessment.editing.surroundings import surroundings
from apps.assessment.editing.telling import tell_of_version
from apps.assessment.models import Scheme, SchemeVersion, WorkingCopy
from apps.assessment.plan import Plan
from apps.assessment.schemefile import check
from apps.assessment.schemeyaml import SchemeRefused
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.refusals import Conflict, Refusal

LONGEST_REASON = 200


def sound(document: Document) -> Plan:
    """The plan of a document. Raises SchemeRefused with every finding."""
    plan, findings = check(without_keys(document), surroundings())
    if findings:
        raise SchemeRefused(findings)
    return plan


def settle_draft(scheme: Scheme) -> None:
    """Put a draft's working copy into the rows, as far as there is one. Raises SchemeRefused."""
    copy = WorkingCopy.objects.select_for_update().filter(scheme=scheme).first()
    if copy is not None:
        document = in_order(copy.document)
        put(scheme, sound(document), document)
        copy.delete()


def add_version(scheme: Scheme, *, reason: str, by: User | None) -> SchemeVersion:
    """The next version, of what the rows say now."""
    document = document_of(scheme)
    last = scheme.versions.order_by("-number").values_list("number", flat=True).first()
    return SchemeVersion.objects.create(
        scheme=scheme,
        number=(last or 0) + 1,
        document=document,
        sha256=digest_of(document),
        reason=reason,
        made_by=by,
    )


@transaction.atomic
def put_in_force(scheme: Scheme, *, revision: int, reason: str, by: User) -> SchemeVersion:
    """The working copy of an open scheme becomes its next version. Raises Refusal, Conflict, SchemeRefused."""
    locked = Scheme.objects.select_for_update(of=["self"]).select_related("office").get(pk=scheme.pk)
    copy = WorkingCopy.objects.select_for_update().filter(scheme=locked).first()
    if copy is None or copy.revision != revision:
        raise Conflict(_("底稿刚被改动过，请核对后再提交"))
    if not reason.strip():
        raise Refusal(_("请写明变更原因"), field="reason")
    document = in_order(copy.document)
    plan = sound(document)
    before = document_of(locked)
    if digest_of(before) == digest_of(document):
        raise Refusal(_("底稿与现行版本相同，没有要生效的改动"))
    check_may_change(locked, before, document)
    put(locked, plan, document)
    copy.delete()
    version = add_version(locked, reason=reason.strip(), by=by)
    record(AuditEvent.Action.CHANGE, target=locked, by=by, fields=["document"], version=version.number)
    tell_of_version(version)
    return version
