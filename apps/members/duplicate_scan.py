"""Looks through the whole registry for people who might be registered twice: a job, set-based, no pairwise comparison."""

import operator
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Case, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.planning import set_based
from apps.members.duplicates import WEIGHTS, likeness
from apps.members.lookalikes import traits_of
from apps.members.merges import forget_old_merges
from apps.members.models import HIDDEN, DuplicateCandidate, Member
from apps.members.models.identity import CandidateQuerySet
from apps.offices.models import Office, paths_above

if TYPE_CHECKING:
    from apps.jobs.running import Work

SCAN = "members.scan_duplicates"
# One phone on more people than this is an office's; such groups would make pairs by the square.
_LARGEST_GROUP = 8
_AT_ONCE = 2000

# Pairs that share a phone, the name and the month of birth, or the sound of the name and an organization.
_PAIRS = """
WITH living AS MATERIALIZED (
    SELECT id, phone_index, name_simplified, pinyin, birth_month FROM members_member WHERE status <> ALL(%(hidden)s)
),
alike AS (
    SELECT array_agg(id) AS ids FROM living WHERE phone_index <> ''
    GROUP BY phone_index HAVING count(*) BETWEEN 2 AND %(largest)s
    UNION ALL
    SELECT array_agg(id) FROM living WHERE name_simplified <> '' AND birth_month IS NOT NULL
    GROUP BY name_simplified, birth_month HAVING count(*) BETWEEN 2 AND %(largest)s
    UNION ALL
    SELECT array_agg(DISTINCT living.id)
    FROM living JOIN members_appointment post ON post.member_id = living.id AND post.ends_on IS NULL
    WHERE living.pinyin <> ''
    GROUP BY living.pinyin, post.organization_id HAVING count(DISTINCT living.id) BETWEEN 2 AND %(largest)s
)
SELECT DISTINCT one.id, other.id
FROM alike CROSS JOIN LATERAL unnest(alike.ids) AS one (id) CROSS JOIN LATERAL unnest(alike.ids) AS other (id)
WHERE one.id < other.id
ORDER BY 1, 2
"""


def run(work: "Work") -> dict[str, Any]:
    """The job: every night, and when somebody asks."""
    forget_old_merges(timezone.now())
    found = scan(work)
    return {
        "found": found,
        "links": [{"label": _("疑似重复"), "url": reverse("members:duplicates")}],
    }


@transaction.atomic
def scan(work: "Work | None" = None) -> int:
    """Write the likely pairs into the work list and take out open ones that no longer look alike. Gives how many stand open.

    What was decided stays decided: a pair said to be different people keeps that.
    """
    pairs = _pairs()
    offices = dict(Office.objects.values_list("path", "pk"))
    still: set[tuple[int, int]] = set()
    for start in range(0, len(pairs), _AT_ONCE):
        some = pairs[start : start + _AT_ONCE]
        rows = _candidates(some, offices)
        still |= {(row.first_id, row.second_id) for row in rows}
        DuplicateCandidate.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["first", "second"],
            update_fields=["reasons", "office", "office_path"],
        )
        if work:
            work.progress(start + len(some), len(pairs))
    _take_out(still)
    return DuplicateCandidate.objects.filter(state=DuplicateCandidate.State.OPEN).count()


def _pairs() -> Sequence[tuple[int, int]]:
    hidden = [str(status) for status in HIDDEN]
    with set_based(), connection.cursor() as cursor:
        cursor.execute(_PAIRS, {"hidden": hidden, "largest": _LARGEST_GROUP})
        pairs: list[tuple[int, int]] = cursor.fetchall()
    return pairs


def _candidates(pairs: Iterable[tuple[int, int]], offices: dict[str, int]) -> list[DuplicateCandidate]:
    """The likely ones of the pairs, weighed by the rules the form uses."""
    pairs = list(pairs)
    members = Member.objects.in_bulk({pk for pair in pairs for pk in pair})
    traits = traits_of(list(members.values()))
    found = []
    for first, second in pairs:
        like = likeness(traits[first], traits[second])
        if like.is_likely:
            path = _above_both(members[first].office_path, members[second].office_path)
            found.append(
                DuplicateCandidate(
                    first_id=first,
                    second_id=second,
                    reasons=[str(reason) for reason in like.reasons],
                    office_id=offices[path],
                    office_path=path,
                )
            )
    return found


def likeliest_first(candidates: CandidateQuerySet) -> CandidateQuerySet:
    """The work list in its order: what speaks most for one person comes first."""
    terms = [Case(When(reasons__contains=[r], then=Value(w)), default=Value(0)) for r, w in WEIGHTS.items()]
    return candidates.order_by(reduce(operator.add, terms).desc(), "pk")


def _above_both(one: str, other: str) -> str:
    """The path of the lowest office that both stand below; the tree has one root."""
    shared = [path for path in paths_above(one) if path in set(paths_above(other))]
    return shared[-1] if shared else paths_above(one)[0]


def _take_out(still: set[tuple[int, int]]) -> None:
    open_ones = DuplicateCandidate.objects.filter(state=DuplicateCandidate.State.OPEN)
    gone = [
        pk for pk, *pair in open_ones.values_list("pk", "first_id", "second_id") if tuple(pair) not in still
    ]
    DuplicateCandidate.objects.filter(pk__in=gone).delete()
