"""Writes of the assessment: adopting and opening a scheme. What offices declare: `declaring`."""

import hashlib
import re
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.models import Assessed, Group, Indicator, Scheme, Section
from apps.assessment.plan import Plan, PlannedSection
from apps.assessment.reading import Finding
from apps.assessment.ruledata import rule_to_data
from apps.assessment.rulefile import MetricFacts
from apps.assessment.schemefile import SchemeRefused, Surroundings, read_scheme
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission
from apps.core.metrics import all_metrics
from apps.offices.models import Office

# Schemes that come with the product: the city's, and a county's own for its towns.
EXAMPLES = Path(__file__).parent / "fixtures" / "schemes"
EXAMPLE_YEAR = 2026


def surroundings() -> Surroundings:
    """The metrics and offices of this installation, as scheme files are checked against them."""
    offices = list(Office.objects.values_list("path", "code", "kind"))
    code_at = {path: code for path, code, _kind in offices}
    return Surroundings(
        metrics={
            metric.code: MetricFacts(
                unit=str(metric.unit),
                is_rate=metric.has_denominator,
                owed=metric.owed,
                scorable=metric.scorable,
                about_members=metric.about_members,
            )
            for metric in all_metrics()
        },
        parents={code: code_at.get(path[: -Office.steplen], "") for path, code, _kind in offices},
        kinds={code: kind for _path, code, kind in offices},
    )


@transaction.atomic
def adopt_scheme(content: bytes, *, by: User | None) -> Scheme:
    """Read a scheme file into a draft. The same file again changes nothing; a changed one replaces a draft.

    `by` is None for commands. Raises SchemeRefused with every finding.
    """
    plan = read_scheme(content, surroundings())
    digest = hashlib.sha256(content).hexdigest()
    known = Scheme.objects.select_for_update().filter(code=plan.code).first()
    if known is not None and known.sha256 == digest:
        return known
    office = Office.objects.get(code=plan.assessor)
    _check_may_adopt(known, office, by)
    if known is not None:
        known.delete()
    scheme = _store(plan, office, digest)
    record(AuditEvent.Action.CREATE, target=scheme, by=by, code=plan.code)
    return scheme


def _check_may_adopt(known: Scheme | None, office: Office, by: User | None) -> None:
    from_elsewhere = known is not None and known.office_id != office.pk
    if by is not None and (from_elsewhere or not by.may(Permission.ASSESSMENT_MANAGE, office)):
        raise SchemeRefused([Finding("", _("您不能为“%(office)s”制定考核方案") % {"office": office.name})])
    if known is not None and known.state != Scheme.State.DRAFT:
        raise SchemeRefused([Finding("code", _("方案已启动，不能替换；请用新的代码导入"))])


def _store(plan: Plan, office: Office, digest: str) -> Scheme:
    calendar = plan.calendar
    scheme = Scheme.objects.create(
        code=plan.code,
        name=plan.name,
        basis=plan.basis,
        year=plan.year,
        office=office,
        assessed=plan.assessed,
        opens_on=calendar.open,
        entry_deadline=calendar.entry_deadline,
        statement_from=calendar.self_statement.first,
        statement_until=calendar.self_statement.last,
        review_from=calendar.review.first,
        review_until=calendar.review.last,
        objection_workdays=calendar.objection_workdays,
        decision_on=calendar.decision,
        publish_on=calendar.publish,
        grades=[grade.to_data() for grade in plan.grades],
        sha256=digest,
    )
    for position, group in enumerate(plan.groups):
        stored = Group.objects.create(scheme=scheme, position=position, name=group.name)
        offices = Office.objects.filter(code__in=group.offices)
        Assessed.objects.bulk_create(Assessed(scheme=scheme, group=stored, office=each) for each in offices)
    for position, section in enumerate(plan.sections):
        _store_section(scheme, position, section)
    return scheme


def _store_section(scheme: Scheme, position: int, section: PlannedSection) -> None:
    stored = Section.objects.create(
        scheme=scheme,
        position=position,
        name=section.name,
        part=section.part,
        points=section.points,
        cap=section.cap,
    )
    Indicator.objects.bulk_create(
        Indicator(
            section=stored,
            position=number,
            name=item.name,
            points=item.points,
            rule_kind=item.rule.kind,
            rule_data=rule_to_data(item.rule),
            metric=item.metric,
            declared=item.declared,
            evidence_required=item.evidence_required,
            note=item.note,
        )
        for number, item in enumerate(section.items)
    )


@transaction.atomic
def open_scheme(scheme: Scheme, *, by: User | None) -> None:
    """From now on offices are scored by it, and its rules no longer change."""
    locked = Scheme.objects.select_for_update().get(pk=scheme.pk)
    if locked.state != Scheme.State.DRAFT:
        return
    locked.state = Scheme.State.OPEN
    locked.save(update_fields=["state"])
    record(AuditEvent.Action.CHANGE, target=locked, by=by, fields=["state"])
    scheme.state = locked.state


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
