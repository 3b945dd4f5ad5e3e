"""The working copy: what is being edited, who edited it last, and saving without treading on somebody else's work."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.editing.changing import keyed
from apps.assessment.editing.document import Document, digest_of, in_order, written_out
from apps.assessment.editing.limits import takes_changes
from apps.assessment.editing.stored import document_of, head_of
from apps.assessment.editing.surroundings import surroundings
from apps.assessment.models import Scheme, WorkingCopy
from apps.assessment.plan import Calendar, Plan, Span
from apps.assessment.schemefile import check
from apps.assessment.totals import Grade
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission
from apps.core.refusals import Conflict, Refusal
from apps.offices.models import Office


@dataclass(frozen=True)
class Copy:
    """A document being edited. `revision` 0: nobody has changed anything since it was stored."""

    document: Document
    revision: int = 0
    edited_by: User | None = None
    edited_at: dt.datetime | None = None


def copy_of(scheme: Scheme) -> Copy:
    """What the editor shows: the working copy, or the scheme as it is stored."""
    row = WorkingCopy.objects.filter(scheme=scheme).select_related("edited_by").first()
    if row is None:
        return Copy(document_of(scheme))
    return Copy(in_order(row.document), row.revision, row.edited_by, row.edited_at)


@transaction.atomic
def save(scheme: Scheme, document: Document, *, revision: int, by: User) -> None:
    """Keep a change of the document that was read as `revision`. Raises Conflict where somebody was faster, Refusal."""
    locked = Scheme.objects.select_for_update(of=["self"]).select_related("office").get(pk=scheme.pk)
    if not takes_changes(locked):
        raise Refusal(_("结果已经审定，方案不再改动"))
    row = WorkingCopy.objects.filter(scheme=locked).first()
    if (row.revision if row else 0) != revision:
        raise Conflict(_("别人刚改过这份方案，请核对后再改"))
    if row is None:
        row = WorkingCopy(scheme=locked)
    row.document, row.revision, row.edited_by = document, revision + 1, by
    row.save()
    if locked.state == Scheme.State.DRAFT:
        _follow(locked, document)


def _follow(scheme: Scheme, document: Document) -> None:
    """A draft's own row says what its head says, so that lists show the name and the dates."""
    head = {
        name: document[name] for name in ("name", "basis", "year", "calendar", "grades") if name in document
    }
    blank = written_out(blank_plan(scheme.code, scheme.name, scheme.year, scheme.office, scheme.assessed))
    plan, _findings = check({**blank, **head, "assessor": scheme.office.code}, surroundings())
    for name, value in head_of(plan).items():
        setattr(scheme, name, value)
    scheme.save()


@transaction.atomic
def discard(scheme: Scheme, *, by: User) -> None:
    """Forget the changes of a scheme that is in force: the working copy goes."""
    if scheme.state == Scheme.State.DRAFT:
        raise Refusal(_("草稿没有现行版本可以恢复；不需要的草稿可以删除"))
    WorkingCopy.objects.filter(scheme=scheme).delete()
    record(AuditEvent.Action.VOID, target=scheme, by=by, fields=["document"])


@transaction.atomic
def delete_draft(scheme: Scheme, *, by: User) -> None:
    """A draft that nobody needs. Raises Refusal for a scheme that was opened."""
    locked = Scheme.objects.select_for_update(of=["self"]).get(pk=scheme.pk)
    if locked.state != Scheme.State.DRAFT:
        raise Refusal(_("方案已启动，不能删除"))
    record(AuditEvent.Action.VOID, target=locked, by=by, code=locked.code)
    locked.delete()


# New schemes ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(document: Document, *, office: Office, by: User) -> Scheme:
    """A new draft of the office from a document, which may be as unfinished as it likes. Raises Refusal."""
    if not by.may(Permission.ASSESSMENT_MANAGE, office):
        raise Refusal(_("您不能为“%(office)s”制定考核方案") % {"office": office.name}, field="office")
    if Scheme.objects.filter(code=document["code"]).exists():
        raise Refusal(_("代码“%(code)s”已有方案使用") % {"code": document["code"]}, field="code")
    plan = blank_plan(document["code"], document["name"], document["year"], office, document["assessed"])
    scheme = Scheme(code=plan.code, office=office, sha256=digest_of(written_out(plan)), **head_of(plan))
    scheme.save()
    save(scheme, keyed({**document, "assessor": office.code}), revision=0, by=by)
    record(AuditEvent.Action.CREATE, target=scheme, by=by, code=scheme.code)
    return scheme


def blank_plan(code: str, name: str, year: int, office: Office, assessed: str) -> Plan:
    """A scheme of a year with nothing in it but dates and grades as they usually are."""
    return Plan(
        code=code,
        name=name,
        basis="",
        year=year,
        assessed=assessed,
        assessor=office.code,
        groups=(),
        calendar=Calendar(
            open=dt.date(year, 1, 15),
            entry_deadline=dt.date(year + 1, 1, 5),
            self_statement=Span(dt.date(year, 12, 10), dt.date(year + 1, 1, 5)),
            review=Span(dt.date(year + 1, 1, 6), dt.date(year + 1, 1, 15)),
            objection_workdays=5,
            decision=dt.date(year + 1, 1, 26),
            publish=dt.date(year + 1, 1, 31),
        ),
        grades=tuple(Grade.from_data(row) for row in USUAL_GRADES),
        sections=(),
    )


USUAL_GRADES = (
    ("优秀", "90", "0.3"),
    ("良好", "80", None),
    ("合格", "60", None),
    ("不合格", "0", None),
)
