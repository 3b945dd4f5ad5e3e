"""Who examines which group, and what the judges have given so far. Reads only."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import FilteredRelation, Q
from django.utils import timezone

from apps.accounts.models import User
from apps.assessment.models import Assessed, Examiner, Indicator, Mark, Scheme
from apps.assessment.rules import Judged
from apps.core.access import OfficeRange
from apps.offices.models import Office

Place = tuple[int, int]  # indicator, office
ByGroup = dict[int, tuple[int, ...]]  # users


@dataclass(frozen=True)
class Panel:
    """The judges of a scheme's groups with their marks, read once for all offices. Three queries.

    Nothing of it is shown as it is: `judging` decides what somebody may see.
    """

    judges: ByGroup
    reviewers: ByGroup
    # A judge who serves at an assessed office, or below it, does not judge that office (回避).
    kept_out: frozenset[tuple[int, int]]
    marks: dict[Place, dict[int, Mark]]
    assessed: tuple[Assessed, ...]

    @classmethod
    def load(cls, scheme: Scheme) -> "Panel":
        judges, reviewers, served = _named(scheme)
        marks: dict[Place, dict[int, Mark]] = defaultdict(dict)
        for mark in Mark.objects.filter(indicator__section__scheme=scheme):
            marks[mark.indicator_id, mark.office_id][mark.judge_id] = mark
        assessed = list(Assessed.objects.filter(scheme=scheme).select_related("office", "group"))
        return cls(
            judges=judges,
            reviewers=reviewers,
            kept_out=_kept_out(assessed, served),
            marks=dict(marks),
            assessed=tuple(assessed),
        )

    @cached_property
    def groups(self) -> dict[int, int]:
        return {each.office_id: each.group_id for each in self.assessed}

    @cached_property
    def group_names(self) -> dict[int, str]:
        return {each.office_id: each.group.name for each in self.assessed}

    @property
    def offices(self) -> list[Office]:
        return [each.office for each in self.assessed]

    def judges_of(self, office: int) -> tuple[int, ...]:
        """The judges who mark an office, those left out who serve there."""
        named = self.judges.get(self.groups[office], ())
        return tuple(user for user in named if (user, office) not in self.kept_out)

    def may_be_reviewed_by(self, office: int, user: int) -> bool:
        """Where the office's group has named reviewers, only they. See also reviewing.may_examine."""
        named = self.reviewers.get(self.groups[office], ())
        return not named or user in named

    def given(self, place: Place) -> list[Mark]:
        """The marks of today's judges; of who is no judge any more nothing counts."""
        marks = self.marks.get(place, {})
        return [marks[user] for user in self.judges_of(place[1]) if user in marks]

    def is_complete(self, place: Place, needed: int) -> bool:
        """Whether all judges of the office have marked, and as many as the rule wants."""
        judges = self.judges_of(place[1])
        return len(judges) >= needed and len(self.given(place)) == len(judges)

    def evidence(self, indicator: Indicator, office: int) -> tuple[Decimal, ...] | None:
        """The judges' points once all are in; until then nothing, so that no sum gives a mark away."""
        rule = indicator.rule
        if not isinstance(rule, Judged) or not self.is_complete((indicator.pk, office), rule.judges):
            return None
        # In order of points: whose they are is nobody's business.
        return tuple(sorted(mark.points for mark in self.given((indicator.pk, office))))


def _named(scheme: Scheme) -> tuple[ByGroup, ByGroup, set[tuple[int, str]]]:
    """Judges and reviewers by group, and at which offices the judges serve today. One query."""
    today = timezone.localdate()
    current = Q(user__grants__starts_on__lte=today) & (
        Q(user__grants__ends_on__isnull=True) | Q(user__grants__ends_on__gte=today)
    )
    rows = Examiner.objects.filter(group__scheme=scheme).order_by("pk")
    held = rows.annotate(held=FilteredRelation("user__grants", condition=current))
    named: dict[str, dict[int, dict[int, None]]] = {task: {} for task in Examiner.Task.values}
    served = set()
    for task, group, user, path in held.values_list("task", "group_id", "user_id", "held__office__path"):
        named[task].setdefault(group, {})[user] = None
        if task == Examiner.Task.JUDGE and path:
            served.add((user, path))
    judges, reviewers = (
        {group: tuple(users) for group, users in named[task].items()}
        for task in (Examiner.Task.JUDGE, Examiner.Task.REVIEW)
    )
    return judges, reviewers, served


def _kept_out(assessed: list[Assessed], served: set[tuple[int, str]]) -> frozenset[tuple[int, int]]:
    return frozenset(
        (user, each.office_id)
        for user, path in served
        for each in assessed
        if OfficeRange.below(each.office.path).holds(path)
    )


def examiners_of(scheme: Scheme, task: Examiner.Task) -> dict[int, list[User]]:
    """The users who review or judge, by group. One query."""
    found: dict[int, list[User]] = defaultdict(list)
    rows = Examiner.objects.filter(group__scheme=scheme, task=task).select_related("user")
    for examiner in rows:
        found[examiner.group_id].append(examiner.user)
    return dict(found)
