"""Between rows and documents: a stored scheme as a document with keys, and a document put into rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from apps.assessment.editing.document import KEY, Document, digest_of, written_out
from apps.assessment.models import Assessed, Group, Indicator, Result, ResultItem, Scheme, Section
from apps.assessment.plan import Calendar, Plan, PlannedItem, PlannedSection, Span
from apps.assessment.plan import Group as PlannedGroup
from apps.assessment.ruledata import rule_to_data
from apps.assessment.totals import Part
from apps.core.listed import listed
from apps.core.refusals import Refusal
from apps.offices.models import Office


def document_of(scheme: Scheme) -> Document:
    """The stored scheme as its document; each part's key is its row's id. Four queries."""
    groups = list(scheme.groups_with_offices())
    sections = list(scheme.sections.prefetch_related("indicators"))
    document = written_out(plan_of(scheme, groups, sections))
    for written, group in zip(document["groups"], groups, strict=True):
        written[KEY] = str(group.pk)
    for written, section in zip(document["indicators"], sections, strict=True):
        written[KEY] = str(section.pk)
        for item, indicator in zip(written["items"], section.indicators.all(), strict=True):
            item[KEY] = str(indicator.pk)
    return document


def plan_of(scheme: Scheme, groups: Sequence[Group], sections: Iterable[Section]) -> Plan:
    """The stored scheme as a plan."""
    return Plan(
        code=scheme.code,
        name=scheme.name,
        basis=scheme.basis,
        year=scheme.year,
        assessed=scheme.assessed,
        assessor=scheme.office.code,
        groups=tuple(
            PlannedGroup(group.name, tuple(each.office.code for each in group.members.all()))
            for group in groups
        ),
        calendar=_calendar_of(scheme),
        grades=scheme.grade_bounds(),
        sections=tuple(_section_of(section, [group.name for group in groups]) for section in sections),
    )


def _calendar_of(scheme: Scheme) -> Calendar:
    return Calendar(
        open=scheme.opens_on,
        entry_deadline=scheme.entry_deadline,
        self_statement=Span(scheme.statement_from, scheme.statement_until),
        review=Span(scheme.review_from, scheme.review_until),
        objection_workdays=scheme.objection_workdays,
        decision=scheme.decision_on,
        publish=scheme.publish_on,
    )


def _section_of(section: Section, groups: Sequence[str]) -> PlannedSection:
    return PlannedSection(
        name=section.name,
        part=Part(section.part),
        points=section.points,
        cap=section.cap,
        group_points=tuple((group, section.points_of(group)) for group in groups if section.group_points),
        items=tuple(
            PlannedItem(
                name=indicator.name,
                rule=indicator.rule,
                points=indicator.points,
                metric=indicator.metric,
                declared=indicator.declared,
                evidence_required=indicator.evidence_required,
                note=indicator.note,
                groups=tuple(indicator.groups),
            )
            for indicator in section.indicators.all()
        ),
    )


# Into rows ----------------------------------------------------------------------------------------------------------


def head_of(plan: Plan) -> dict[str, Any]:
    """The fields of the scheme's own row."""
    calendar = plan.calendar
    return {
        "name": plan.name,
        "basis": plan.basis,
        "year": plan.year,
        "assessed": plan.assessed,
        "opens_on": calendar.open,
        "entry_deadline": calendar.entry_deadline,
        "statement_from": calendar.self_statement.first,
        "statement_until": calendar.self_statement.last,
        "review_from": calendar.review.first,
        "review_until": calendar.review.last,
        "objection_workdays": calendar.objection_workdays,
        "decision_on": calendar.decision,
        "publish_on": calendar.publish,
        "grades": [grade.to_data() for grade in plan.grades],
    }


@transaction.atomic
def put(scheme: Scheme, plan: Plan, document: Document) -> None:
    """Make the rows say what a sound document says. Raises Refusal where a row that must go is still needed.

    A part keeps its row by its key, or else by its name, so that what was declared and reviewed stays with its indicator.
    """
    for name, value in head_of(plan).items():
        setattr(scheme, name, value)
    scheme.sha256 = digest_of(written_out(plan))
    scheme.save()
    groups = _put_groups(scheme, plan, document["groups"])
    sections = _put_sections(scheme, plan, document["indicators"])
    kept = _put_indicators(scheme, plan, document["indicators"], sections)
    _remove(Indicator.objects.filter(section__scheme=scheme).exclude(pk__in=kept))
    _forget_points(scheme)
    scheme.sections.exclude(pk__in=[section.pk for section in sections]).delete()
    # Their offices' results are made anew by the next rollup.
    Result.objects.filter(scheme=scheme).exclude(group__in=groups).delete()
    _remove(scheme.groups.exclude(pk__in=[group.pk for group in groups]))


def _forget_points(scheme: Scheme) -> None:
    """What no longer applies to a group has no points there."""
    for indicator in Indicator.objects.filter(section__scheme=scheme).exclude(groups=[]):
        items = ResultItem.objects.filter(indicator=indicator)
        items.exclude(result__group__name__in=indicator.groups).delete()


def _put_groups(scheme: Scheme, plan: Plan, written: Sequence[Document]) -> list[Group]:
    known = list(scheme.groups.all())
    by_key = {str(group.pk): group for group in known}
    by_name = {group.name: group for group in known}
    rows = []
    for position, (planned, node) in enumerate(zip(plan.groups, written, strict=True)):
        row = by_key.get(node.get(KEY, "")) or _unclaimed(by_name.get(planned.name), written) or Group()
        row.scheme, row.position, row.name = scheme, position, planned.name
        rows.append(row)
    _save(Group, rows, ["position", "name"])
    _put_offices(scheme, plan, rows)
    return rows


def _put_offices(scheme: Scheme, plan: Plan, groups: Sequence[Group]) -> None:
    group_of = {
        code: row for planned, row in zip(plan.groups, groups, strict=True) for code in planned.offices
    }
    known = {each.office_id: each for each in scheme.assessed_offices.all()}
    rows = []
    for office in Office.objects.filter(code__in=group_of):
        row = known.pop(office.pk, None) or Assessed(scheme=scheme, office=office)
        row.group = group_of[office.code]
        rows.append(row)
    _save(Assessed, rows, ["group"])
    _remove(Assessed.objects.filter(pk__in=[each.pk for each in known.values()]))
    Result.objects.filter(scheme=scheme, office__in=list(known)).delete()
    for group in groups:
        offices = [each.office_id for each in rows if each.group == group]
        Result.objects.filter(scheme=scheme, office__in=offices).update(group=group)


def _put_sections(scheme: Scheme, plan: Plan, written: Sequence[Document]) -> list[Section]:
    known = list(scheme.sections.all())
    by_key = {str(section.pk): section for section in known}
    by_name = {section.name: section for section in known}
    rows = []
    for position, (planned, node) in enumerate(zip(plan.sections, written, strict=True)):
        row = (
            by_key.get(node.get(KEY, "")) or _unclaimed(by_name.pop(planned.name, None), written) or Section()
        )
        row.scheme, row.position, row.name, row.part = scheme, position, planned.name, planned.part
        row.points, row.cap = planned.points, planned.cap
        row.group_points = {name: str(points) for name, points in planned.group_points}
        rows.append(row)
    _save(Section, rows, ["position", "name", "part", "points", "cap", "group_points"])
    return rows


def _put_indicators(
    scheme: Scheme, plan: Plan, written: Sequence[Document], sections: Sequence[Section]
) -> list[int]:
    known = list(Indicator.objects.filter(section__scheme=scheme))
    by_key = {str(indicator.pk): indicator for indicator in known}
    by_name = {(indicator.name, tuple(indicator.groups)): indicator for indicator in known}
    nodes = [item for section in written for item in section["items"]]
    rows = []
    for section, planned, node in zip(sections, plan.sections, written, strict=True):
        for position, (item, each) in enumerate(zip(planned.items, node["items"], strict=True)):
            same = by_name.pop((item.name, item.groups), None)
            row = by_key.get(each.get(KEY, "")) or _unclaimed(same, nodes) or Indicator()
            row.section, row.position = section, position
            _fill(row, item)
            rows.append(row)
    _save(Indicator, rows, [each.name for each in Indicator._meta.concrete_fields if each.name != "id"])
    return [row.pk for row in rows]


def _fill(row: Indicator, item: PlannedItem) -> None:
    row.name, row.points = item.name, item.points
    row.rule_kind, row.rule_data = item.rule.kind, rule_to_data(item.rule)
    row.metric, row.declared = item.metric, item.declared
    row.evidence_required, row.note, row.groups = item.evidence_required, item.note, list(item.groups)


def _unclaimed(row: Any, written: Sequence[Document]) -> Any:
    """The row of the same name, unless another part of the document has its key."""
    claimed = {node.get(KEY) for node in written}
    return row if row is not None and str(row.pk) not in claimed else None


def _save(model: Any, rows: Sequence[Any], fields: Sequence[str]) -> None:
    known = [row for row in rows if row.pk is not None]
    model.objects.bulk_create([row for row in rows if row.pk is None])
    model.objects.bulk_update(known, fields)


def _remove(rows: Any) -> None:
    try:
        rows.delete()
    except ProtectedError as error:
        names = sorted({str(row) for row in rows})
        raise Refusal(_("已有申报、自评或评分，不能删除：%(names)s") % {"names": listed(names)}) from error
