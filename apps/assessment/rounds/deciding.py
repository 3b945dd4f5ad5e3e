"""审定: the leader's grades beside those by points; a changed grade has a written reason, a veto its document."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.models import Decision, Result, Scheme
from apps.assessment.totals import Standing, grade_group
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission
from apps.core.refusals import Refusal
from apps.offices.models import Office


@dataclass(frozen=True)
class Line:
    """One office before the leader: what the points give, and what was noted so far."""

    result: Result
    computed: str
    decision: Decision | None

    @property
    def grade(self) -> str:
        """The grade that the decision would sign now; "" where it is still missing."""
        return (self.decision.grade if self.decision else "") or self.computed

    @property
    def is_changed(self) -> bool:
        return bool(self.computed) and self.grade != self.computed

    @property
    def veto_basis(self) -> str:
        return self.decision.veto_basis if self.decision else ""


def decision_lines(scheme: Scheme) -> list[Line]:
    """Every assessed office, by group and points; vetoes are applied before quotas. Two queries."""
    results = list(
        Result.objects.filter(scheme=scheme)
        .select_related("office", "group")
        .order_by("group__position", "-total", "office__path")
    )
    known = {
        row.office_id: row for row in Decision.objects.filter(scheme=scheme).select_related("decided_by")
    }
    vetoes = {office: row.veto_basis for office, row in known.items() if row.veto_basis}
    computed = _computed(scheme, results, vetoes)
    return [
        Line(result, computed.get(result.office_id, ""), known.get(result.office_id)) for result in results
    ]


def _computed(scheme: Scheme, results: list[Result], vetoes: dict[int, str]) -> dict[int, str]:
    """Grades by points; a vetoed office gets the lowest whatever its points are."""
    groups: dict[int, list[Result]] = defaultdict(list)
    for result in results:
        groups[result.group_id].append(result)
    bounds = scheme.grade_bounds()
    found = dict.fromkeys(vetoes, bounds[-1].name)
    for rows in groups.values():
        if any(row.standing == Standing.OPEN for row in rows):
            continue
        final = {row.office_id: row.total for row in rows if row.standing == Standing.FINAL}
        vetoed = {office: vetoes[office] for office in final if office in vetoes}
        found |= grade_group(bounds, final, size=len(rows), vetoed=vetoed)
    return found


@transaction.atomic
def note_decision(
    scheme: Scheme, office: Office, *, grade: str, reason: str, veto_basis: str, by: User
) -> Decision:
    """Note the leader's grade for one office ("": as by points), until the round is decided. Raises Refusal."""
    current = (
        Scheme.objects.select_for_update(of=("self",), no_key=True).select_related("office").get(pk=scheme.pk)
    )
    _check_decision(current, grade, veto_basis, reason, by)
    row, _new = Decision.objects.get_or_create(scheme=current, office=office, defaults={"decided_by": by})
    # First the veto: it moves what the points give, for this office and for its group.
    row.grade, row.reason, row.veto_basis, row.decided_by = "", reason, veto_basis, by
    row.save()
    computed = next(line.computed for line in decision_lines(current) if line.result.office_id == office.pk)
    if grade and grade != computed and not reason.strip():
        raise Refusal(_("改变等次须写明理由"), field="reason")
    row.computed = computed
    row.grade = "" if grade == computed else grade
    row.save()
    record(AuditEvent.Action.CHANGE, target=row, by=by, office=office.pk, fields=["grade", "veto_basis"])
    return row


def _check_decision(scheme: Scheme, grade: str, veto_basis: str, reason: str, by: User) -> None:
    if not by.may(Permission.ASSESSMENT_DECIDE, scheme.office):
        raise Refusal(_("只有考核机构的领导可以审定"))
    if scheme.state != Scheme.State.OBJECTION:
        raise Refusal(_("现在不能审定：须在结果反馈之后、审定之前"))
    bounds = scheme.grade_bounds()
    if grade and grade not in {bound.name for bound in bounds}:
        raise Refusal(_("请选择方案中的等次"), field="grade")
    if veto_basis.strip() and grade and grade != bounds[-1].name:
        raise Refusal(_("一票否决的单位只能定为最低等次"), field="grade")


def without_grade(scheme: Scheme) -> list[Line]:
    """Offices for which people must decide and have not yet."""
    return [line for line in decision_lines(scheme) if not line.grade]


def sign(scheme: Scheme, *, by: User) -> None:
    """Write the decided grade of every office. Part of the step to `decided`, which has checked."""
    for line in decision_lines(scheme):
        row = line.decision or Decision(scheme=scheme, office_id=line.result.office_id)
        row.computed, row.grade, row.decided_by = line.computed, line.grade, by
        row.save()
        Result.objects.filter(pk=line.result.pk).update(grade=line.grade)


def unsign(scheme: Scheme) -> None:
    """Back to notes: only what differs from the points stays. Part of the step back from `decided`."""
    for row in Decision.objects.filter(scheme=scheme):
        if row.grade == row.computed:
            row.grade = ""
            row.save()
