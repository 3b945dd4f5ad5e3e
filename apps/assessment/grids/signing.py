"""评委签名表: what one judge gave, item by item, to be printed and signed. Reads only."""

from dataclasses import dataclass

from apps.accounts.models import User
from apps.assessment.models import Assessed, Indicator, Mark, Scheme
from apps.assessment.rounds.panels import Panel
from apps.assessment.rules import Judged
from apps.core.access import Permission
from apps.offices.models import Office


@dataclass(frozen=True)
class Line:
    office: Office
    mark: Mark | None


def may_print(scheme: Scheme, judge: User, by: User) -> bool:
    """The judge at any time; whoever runs the round once nobody marks any more, so that judges stay blind to all."""
    if by.pk == judge.pk:
        return True
    return is_review_over(scheme) and by.may(Permission.ASSESSMENT_MANAGE, scheme.office)


def is_review_over(scheme: Scheme) -> bool:
    return scheme.state not in (Scheme.State.DRAFT, Scheme.State.OPEN, Scheme.State.REVIEW)


def sheet_of(scheme: Scheme, judge: User) -> list[tuple[Indicator, list[Line]]]:
    """The judged items with the offices that the judge marks, in tree order inside their group."""
    panel = Panel.load(scheme)
    assessed = Assessed.objects.filter(scheme=scheme).select_related("office", "group")
    mine = [
        each
        for each in assessed.order_by("group__position", "office__path")
        if judge.pk in panel.judges_of(each.office_id)
    ]
    judged = Indicator.objects.filter(section__scheme=scheme, rule_kind=Judged.kind)
    found = [
        (item, [each for each in mine if item.is_for(each.group.name)])
        for item in judged.order_by("section__position", "position")
    ]
    return [
        (
            item,
            [
                Line(each.office, panel.marks.get((item.pk, each.office_id), {}).get(judge.pk))
                for each in offices
            ],
        )
        for item, offices in found
        if offices
    ]
