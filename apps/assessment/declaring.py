"""Declared figures (申报数) and manual scores: an office declares with evidence, another person confirms or refuses."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.evidence import Outcome
from apps.assessment.models import Assessed, DeclaredFigure, Indicator, ManualScore, Scheme
from apps.assessment.rounds.reviewing import may_examine, may_review
from apps.assessment.rules import CumulativeItems, Judged, Ladder, LadderItems, Manual, Ratio, Survey
from apps.assessment.scoring import score_scheme
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.refusals import Conflict, Refusal
from apps.files.models import StoredFile
from apps.files.storage import remove, store_upload
from apps.files.uploads import check_scan
from apps.offices.models import Office


@dataclass(frozen=True)
class Declared:
    """What the office typed: a figure, or one matter with its level."""

    numerator: Decimal = Decimal(1)
    denominator: Decimal | None = None
    matter: str = ""
    level: str = ""
    evidence: str = ""


def takes_declarations(indicator: Indicator) -> bool:
    """Whether offices declare here: no metric counts it and no panel, survey or reviewer decides it."""
    return not indicator.metric and not isinstance(indicator.rule, Judged | Survey | Manual)


def is_assessed_by(indicator: Indicator, office: Office) -> bool:
    """Whether the scheme assesses the office, and the indicator is for its group."""
    assessed = Assessed.objects.filter(scheme=indicator.section.scheme_id, office=office)
    group = assessed.values_list("group__name", flat=True).first()
    return group is not None and indicator.is_for(group)


def is_by_item(indicator: Indicator) -> bool:
    return isinstance(indicator.rule, LadderItems | CumulativeItems)


def takes_denominator(indicator: Indicator) -> bool:
    """Whether a share is declared: what was done of what was due."""
    return isinstance(indicator.rule, Ratio | Ladder) and indicator.rule.unit == "%"


@transaction.atomic
def declare_figure(
    indicator: Indicator, office: Office, declared: Declared, *, by: User, scan: Any = None
) -> DeclaredFigure:
    """Declare, or declare anew what was refused or not yet reviewed; `scan` is an uploaded file. Raises Refusal."""
    _check_declarable(indicator, office, declared, has_scan=scan is not None)
    matter = declared.matter if is_by_item(indicator) else ""
    row, _new = DeclaredFigure.objects.select_for_update().get_or_create(
        indicator=indicator, office=office, matter=matter, defaults={"declared_by": by}
    )
    if row.state == DeclaredFigure.State.CONFIRMED:
        raise Conflict(_("这项申报已确认，不能再改；如有错误请联系审核人退回"))
    row.numerator, row.denominator = declared.numerator, declared.denominator
    row.level, row.evidence = declared.level, declared.evidence
    row.state = DeclaredFigure.State.DECLARED
    row.declared_by, row.declared_at = by, timezone.now()
    row.reviewed_by, row.reviewed_at, row.review_note = None, None, ""
    if scan is not None:
        _keep_scan(row, scan, by)
    row.save()
    record(AuditEvent.Action.CHANGE, target=row, by=by, fields=["numerator", "denominator", "evidence"])
    return row


def _keep_scan(row: DeclaredFigure, scan: Any, by: User) -> None:
    """The scan that bears the declaration out; the one before it goes."""
    before = row.evidence_file
    row.evidence_file = store_upload(
        scan,
        check_scan(scan),
        purpose=StoredFile.Purpose.ASSESSMENT,
        owner=by,
        office_path=row.office.path,
    )
    if before is not None:
        row.save(update_fields=["evidence_file"])
        remove(before)


def _check_declarable(indicator: Indicator, office: Office, declared: Declared, *, has_scan: bool) -> None:
    scheme = indicator.section.scheme
    if scheme.state != Scheme.State.OPEN:
        raise Refusal(_("方案尚未启动，不能申报"))
    if not takes_declarations(indicator) or not is_assessed_by(indicator, office):
        raise Refusal(_("这项指标不由本单位申报"))
    if timezone.localdate() > scheme.entry_deadline:
        raise Refusal(_("录入已于 %(day)s 截止") % {"day": scheme.entry_deadline})
    if declared.denominator is not None and declared.numerator > declared.denominator:
        raise Refusal(_("分子不能大于分母"), field="numerator")
    if indicator.evidence_required and not declared.evidence and not has_scan:
        raise Refusal(_("这项申报须写明佐证"), field="evidence")
    if is_by_item(indicator):
        rule = indicator.rule
        levels = dict(rule.levels) if isinstance(rule, LadderItems | CumulativeItems) else {}
        if not declared.matter:
            raise Refusal(_("请写明事项"), field="matter")
        if declared.level not in levels:
            raise Refusal(_("请选择级别"), field="level")


@transaction.atomic
def review_figure(figure: DeclaredFigure, *, confirm: bool, note: str = "", by: User) -> DeclaredFigure:
    """Confirm or refuse, by somebody else than who declared. Raises Refusal, Conflict."""
    row = DeclaredFigure.objects.select_for_update().get(pk=figure.pk)
    scheme = row.indicator.section.scheme
    _check_reviewable(scheme, row.office, by)
    if row.declared_by_id == by.pk:
        raise Refusal(_("申报人不能审核自己的申报，请换一人"))
    if row.state == (DeclaredFigure.State.CONFIRMED if confirm else DeclaredFigure.State.REFUSED):
        raise Conflict(_("这项申报已经审核过"))
    if not confirm and not note:
        raise Refusal(_("退回须写明理由"), field="review_note")
    row.state = DeclaredFigure.State.CONFIRMED if confirm else DeclaredFigure.State.REFUSED
    row.reviewed_by, row.reviewed_at, row.review_note = by, timezone.now(), note
    row.save()
    record(AuditEvent.Action.CHANGE, target=row, by=by, fields=["state"])
    count_at_once(scheme)
    return row


def _check_reviewable(scheme: Scheme, office: Office, by: User) -> None:
    if scheme.state not in (Scheme.State.OPEN, Scheme.State.REVIEW):
        raise Refusal(_("结果已经反馈，不能再审核或评定"))
    if not may_review(scheme, by):
        raise Refusal(_("只有考核机构的人可以审核"))
    if not may_examine(scheme, office, by):
        raise Refusal(_("这一组已指定审核人，您不在其中"))


def count_at_once(scheme: Scheme) -> None:
    """In the review nobody waits for a rollup; before it the next one is minutes away."""
    if scheme.state == Scheme.State.REVIEW:
        score_scheme(scheme, today=timezone.localdate())


@transaction.atomic
def give_manual_score(
    indicator: Indicator,
    office: Office,
    *,
    outcome: Outcome,
    points: Decimal,
    reason: str,
    by: User,
    count: bool = True,
) -> ManualScore:
    """A reviewer's verdict on a manual indicator; many are counted once after the last. Raises Refusal."""
    scheme = indicator.section.scheme
    if not isinstance(indicator.rule, Manual):
        raise Refusal(_("这项指标不由人工评定"))
    if not is_assessed_by(indicator, office):
        raise Refusal(_("这项指标不考核本单位"))
    _check_reviewable(scheme, office, by)
    if not reason:
        raise Refusal(_("请写明依据"), field="reason")
    if not 0 <= points <= indicator.points:
        raise Refusal(_("得分应在 0 到 %(points)s 之间") % {"points": indicator.points}, field="points")
    row, _new = ManualScore.objects.update_or_create(
        indicator=indicator,
        office=office,
        defaults={"outcome": outcome, "points": points, "reason": reason, "given_by": by},
    )
    record(AuditEvent.Action.CHANGE, target=row, by=by, fields=["outcome", "points"])
    if count:
        count_at_once(scheme)
    return row
