"""自评: an office writes its statement, submits it as a whole, and may call it back until the window ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.models import (
    Assessed,
    Indicator,
    Scheme,
    SelfStatement,
    StatementFile,
    StatementItem,
)
from apps.assessment.numbers import plain
from apps.assessment.rounds.bounds import bounds_of
from apps.assessment.rounds.speaking import speaks_for
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.refusals import Conflict, Refusal
from apps.files.models import StoredFile
from apps.files.storage import remove, store_upload
from apps.files.uploads import check_scan
from apps.offices.models import Office

# Files for one item: enough for the documents, too few for a box of photographs.
MOST_FILES = 5


@dataclass(frozen=True)
class Said:
    """What the office typed for one indicator."""

    text: str = ""
    claimed: Decimal | None = None


def is_window_open(scheme: Scheme) -> bool:
    """Whether statements may be written today."""
    today = timezone.localdate()
    return scheme.state == Scheme.State.OPEN and scheme.statement_from <= today <= scheme.statement_until


@transaction.atomic
def save_statement(scheme: Scheme, office: Office, said: Mapping[int, Said], *, by: User) -> SelfStatement:
    """Keep a draft: what is given for each indicator id; the others stay as they are. Raises Refusal, Conflict."""
    statement = _draft(scheme, office, by)
    indicators = {each.pk: each for each in _indicators(scheme)}
    for key, each in said.items():
        _check_claim(indicators[key], each)
        StatementItem.objects.update_or_create(
            statement=statement,
            indicator=indicators[key],
            defaults={"text": each.text, "claimed": each.claimed, "edited_by": by},
        )
    record(AuditEvent.Action.CHANGE, target=statement, by=by, items=len(said))
    return statement


@transaction.atomic
def add_file(scheme: Scheme, office: Office, indicator: Indicator, upload: Any, *, by: User) -> StatementFile:
    """Keep a scan (PDF, PNG, JPEG) with one item. Raises Refusal, UploadRefused, Conflict."""
    statement = _draft(scheme, office, by)
    if StatementFile.objects.filter(statement=statement, indicator=indicator).count() >= MOST_FILES:
        raise Refusal(_("每项最多 %(n)s 个佐证文件，请先删除一个") % {"n": MOST_FILES}, field="file")
    stored = store_upload(
        upload,
        check_scan(upload),
        purpose=StoredFile.Purpose.ASSESSMENT,
        owner=by,
        office_path=office.path,
    )
    kept = StatementFile.objects.create(statement=statement, indicator=indicator, file=stored, added_by=by)
    record(AuditEvent.Action.CREATE, target=kept, by=by, indicator=indicator.pk)
    return kept


@transaction.atomic
def remove_file(kept: StatementFile, *, by: User) -> None:
    """Take a file out of a draft. Raises Refusal, Conflict."""
    statement = SelfStatement.objects.select_related("scheme", "office").get(pk=kept.statement_id)
    _draft(statement.scheme, statement.office, by)
    record(AuditEvent.Action.VOID, target=kept, by=by, indicator=kept.indicator_id)
    stored = kept.file
    kept.delete()
    remove(stored)


@transaction.atomic
def submit(scheme: Scheme, office: Office, *, by: User) -> SelfStatement:
    """Hand the statement in as a whole. Raises Refusal where nothing was written, Conflict where it is in already."""
    statement = _draft(scheme, office, by)
    if not statement.items.exclude(text="", claimed=None).exists():
        raise Refusal(_("自评还是空的，请至少写明一项再提交"))
    without = _without_evidence(statement)
    if without:
        raise Refusal(_("“%(items)s”自评有分，但须附佐证材料后才能提交") % {"items": "”、“".join(without)})
    statement.state = SelfStatement.State.SUBMITTED
    statement.submitted_at, statement.submitted_by = timezone.now(), by
    statement.save()
    record(AuditEvent.Action.CHANGE, target=statement, by=by, fields=["state"])
    return statement


@transaction.atomic
def call_back(scheme: Scheme, office: Office, *, by: User) -> SelfStatement:
    """Take a submitted statement back as a draft, until the window ends. Raises Refusal, Conflict."""
    statement = _locked(scheme, office, by)
    if not statement.is_submitted:
        raise Conflict(_("自评还没有提交"))
    statement.state = SelfStatement.State.DRAFT
    statement.submitted_at, statement.submitted_by = None, None
    statement.save()
    record(AuditEvent.Action.CHANGE, target=statement, by=by, fields=["state"])
    return statement


def _draft(scheme: Scheme, office: Office, by: User) -> SelfStatement:
    statement = _locked(scheme, office, by)
    if statement.is_submitted:
        raise Conflict(_("自评已经提交；要修改请先撤回"))
    return statement


def _locked(scheme: Scheme, office: Office, by: User) -> SelfStatement:
    """The office's statement, made where there is none, under a lock."""
    current = Scheme.objects.get(pk=scheme.pk)
    if not Assessed.objects.filter(scheme=current, office=office).exists() or not speaks_for(office, by):
        raise Refusal(_("只有被考核单位的人可以填写本单位的自评"))
    if not is_window_open(current):
        raise Refusal(
            _("自评时间为 %(first)s 至 %(last)s，现在不能填写或修改")
            % {"first": current.statement_from, "last": current.statement_until}
        )
    SelfStatement.objects.get_or_create(scheme=current, office=office)
    statement: SelfStatement = SelfStatement.objects.select_for_update().get(scheme=current, office=office)
    return statement


def _indicators(scheme: Scheme) -> list[Indicator]:
    return list(Indicator.objects.filter(section__scheme=scheme).select_related("section"))


def _check_claim(indicator: Indicator, said: Said) -> None:
    least, most = bounds_of(indicator)
    if said.claimed is not None and not least <= said.claimed <= most:
        raise Refusal(
            _("“%(item)s”的自评分应在 %(least)s 到 %(most)s 之间")
            % {"item": indicator.name, "least": plain(least), "most": plain(most)},
            field=f"claimed-{indicator.pk}",
        )


def _without_evidence(statement: SelfStatement) -> list[str]:
    """Items that want evidence, were given points, and have neither a file nor a declaration of their own."""
    backed = statement.files.values("indicator")
    wanting = statement.items.filter(indicator__evidence_required=True, claimed__gt=0)
    wanting = wanting.exclude(indicator__in=backed).exclude(
        indicator__declared_figures__office=statement.office_id
    )
    return list(wanting.values_list("indicator__name", flat=True))
