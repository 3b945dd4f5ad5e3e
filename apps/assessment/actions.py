"""Writes of the assessment: adopting and opening a scheme. What offices declare: `declaring`."""

import re
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.editing.document import Document, digest_of, written_out
from apps.assessment.editing.files import document_in
from apps.assessment.editing.stored import put
from apps.assessment.editing.surroundings import surroundings
from apps.assessment.editing.versions import add_version, settle_draft
from apps.assessment.models import RoundStep, Scheme
from apps.assessment.reading import Finding
from apps.assessment.schemefile import check
from apps.assessment.schemeyaml import SchemeRefused
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission
from apps.offices.models import Office

# Schemes that come with the product: the city's, and a county's own for its towns.
EXAMPLES = Path(__file__).parent / "fixtures" / "schemes"
EXAMPLE_YEAR = 2026
# The reason of the first version: kept as data, so in Chinese whoever opens it.
OPENED = "方案启动"


@transaction.atomic
def adopt_scheme(content: bytes, *, by: User | None) -> Scheme:
    """Read a scheme file into a draft. The same scheme again changes nothing; a changed one replaces a draft.

    `by` is None for commands. Raises SchemeRefused with every finding.
    """
    return adopt(document_in(content), by=by)


@transaction.atomic
def adopt(document: Document, *, by: User | None) -> Scheme:
    """The same from the document of a file. Raises SchemeRefused with every finding."""
    plan, findings = check(document, surroundings())
    if findings:
        raise SchemeRefused(findings)
    known = Scheme.objects.select_for_update().filter(code=plan.code).first()
    if known is not None and known.sha256 == digest_of(written_out(plan)):
        return known
    office = Office.objects.get(code=plan.assessor)
    _check_may_adopt(known, office, by)
    if known is not None:
        known.delete()
    scheme = Scheme(code=plan.code, office=office)
    put(scheme, plan, document)
    record(AuditEvent.Action.CREATE, target=scheme, by=by, code=plan.code)
    return scheme


def _check_may_adopt(known: Scheme | None, office: Office, by: User | None) -> None:
    from_elsewhere = known is not None and known.office_id != office.pk
    if by is not None and (from_elsewhere or not by.may(Permission.ASSESSMENT_MANAGE, office)):
        raise SchemeRefused([Finding("", _("您不能为“%(office)s”制定考核方案") % {"office": office.name})])
    if known is not None and known.state != Scheme.State.DRAFT:
        raise SchemeRefused([Finding("code", _("方案已启动，不能替换；请用新的代码导入"))])


@transaction.atomic
def open_scheme(scheme: Scheme, *, by: User | None) -> None:
    """From now on offices are scored by it, as its first version says. Raises SchemeRefused while it is not sound."""
    locked = Scheme.objects.select_for_update(of=["self"]).select_related("office").get(pk=scheme.pk)
    if locked.state != Scheme.State.DRAFT:
        return
    settle_draft(locked)
    locked.state = Scheme.State.OPEN
    locked.save(update_fields=["state"])
    add_version(locked, reason=OPENED, by=by)
    RoundStep.objects.create(scheme=locked, was=Scheme.State.DRAFT, became=Scheme.State.OPEN, taken_by=by)
    record(AuditEvent.Action.CHANGE, target=locked, by=by, fields=["state"])
    scheme.refresh_from_db()


def open_examples(year: int) -> list[Scheme]:
    """Adopt and open the schemes that come with the product, as far as their offices exist here (demo only).

    They were written for 2026; every year in them moves with `year`, codes and dates alike.
    """
    opened = []
    for file in sorted(EXAMPLES.glob("*.yaml")):
        text = re.sub(
            r"(?<![0-9])20[0-9]{2}(?![0-9])",
            lambda found: str(int(found[0]) + year - EXAMPLE_YEAR),
            file.read_text(encoding="utf-8"),
        )
        try:
            scheme = adopt_scheme(text.encode(), by=None)
        except SchemeRefused:
            # A larger demo has invented offices, which these schemes do not know.
            continue
        open_scheme(scheme, by=None)
        opened.append(scheme)
    return opened
