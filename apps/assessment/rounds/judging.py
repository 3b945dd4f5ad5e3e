"""Marks of judges, blind to each other: a judge reads the others' only when all are in, or the review is over."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assessment.models import Indicator, Mark, Scheme
from apps.assessment.numbers import plain
from apps.assessment.rounds.panels import Panel, Place
from apps.assessment.rules import Judged
from apps.assessment.scoring import score_scheme
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.refusals import Conflict, Refusal
from apps.offices.models import Office


@transaction.atomic
def give_mark(
    indicator: Indicator, office: Office, *, points: Decimal, reason: str, by: User, count: bool = True
) -> Mark:
    """A judge's points for one item of one office, or new ones as long as somebody's are missing. Raises Refusal.

    Who gives many counts once after the last (`count=False`).
    """
    # One lock for the whole round: the last mark and a change of the one before it must not pass each other.
    scheme = Scheme.objects.select_for_update(no_key=True).get(pk=indicator.section.scheme_id)
    _check_mark(scheme, indicator, office, points, reason, by)
    mark, _new = Mark.objects.update_or_create(
        indicator=indicator, office=office, judge=by, defaults={"points": points, "reason": reason}
    )
    record(AuditEvent.Action.CHANGE, target=mark, by=by, fields=["points", "reason"])
    if count and Panel.load(scheme).evidence(indicator, office.pk) is not None:
        score_scheme(scheme, today=timezone.localdate())
    return mark


def _check_mark(
    scheme: Scheme, indicator: Indicator, office: Office, points: Decimal, reason: str, by: User
) -> None:
    rule = indicator.rule
    if not isinstance(rule, Judged):
        raise Refusal(_("这项指标不由评委评议"))
    if scheme.state != Scheme.State.REVIEW:
        raise Refusal(_("现在不在审核阶段，不能评分"))
    panel = Panel.load(scheme)
    if office.pk not in panel.groups or by.pk not in panel.judges.get(panel.groups[office.pk], ()):
        raise Refusal(_("您不是这一组的评委"))
    if not indicator.is_for(panel.group_names[office.pk]):
        raise Refusal(_("这项指标不考核本单位"))
    if by.pk not in panel.judges_of(office.pk):
        raise Refusal(_("您在该单位任职，须回避，不能评分"))
    if panel.is_complete((indicator.pk, office.pk), rule.judges):
        raise Conflict(_("全部评委已评完这一项，评分不能再改"))
    if not reason.strip():
        raise Refusal(_("请写明评分理由"), field="reason")
    if not 0 <= points <= rule.points:
        raise Refusal(_("评分应在 0 到 %(points)s 之间") % {"points": plain(rule.points)}, field="points")


@dataclass(frozen=True)
class Standing:
    """How far one judged item of one office is: counts for everybody, marks only where they may be read."""

    own: Mark | None
    given: int
    judges: int
    needed: int
    # Everybody's, in order of points and without names; None while they are hidden.
    marks: tuple[Mark, ...] | None

    @property
    def is_short(self) -> bool:
        """Whether too few judges are named for the rule."""
        return self.judges < self.needed


def standing_of(panel: Panel, scheme: Scheme, indicator: Indicator, office: int, reader: int) -> Standing:
    """What this reader may know of an item's marks."""
    rule = indicator.rule
    needed = rule.judges if isinstance(rule, Judged) else 0
    place: Place = (indicator.pk, office)
    given = panel.given(place)
    open_to_read = panel.is_complete(place, needed) or scheme.state not in (
        Scheme.State.OPEN,
        Scheme.State.REVIEW,
    )
    return Standing(
        own=panel.marks.get(place, {}).get(reader),
        given=len(given),
        judges=len(panel.judges_of(office)),
        needed=needed,
        marks=tuple(sorted(given, key=lambda mark: (mark.points, mark.reason))) if open_to_read else None,
    )


def judged_items(scheme: Scheme) -> list[Indicator]:
    """What judges give marks for, in the scheme's order. One query."""
    judged = Indicator.objects.filter(section__scheme=scheme, rule_kind=Judged.kind)
    return list(judged.select_related("section").order_by("section__position", "position"))


def owed_by(scheme: Scheme, panel: Panel, judged: Iterable[Indicator], by: User) -> int:
    """How many marks the user still owes; 0 for whoever is no judge or while nothing is marked."""
    if scheme.state != Scheme.State.REVIEW:
        return 0
    return sum(
        by.pk in panel.judges_of(office) and by.pk not in panel.marks.get((indicator.pk, office), {})
        for indicator in judged
        for office, group in panel.group_names.items()
        if indicator.is_for(group)
    )


def waiting_for_judge(scheme: Scheme, by: User) -> int:
    """The same, read for the user."""
    if scheme.state != Scheme.State.REVIEW:
        return 0
    return owed_by(scheme, Panel.load(scheme), judged_items(scheme), by)
