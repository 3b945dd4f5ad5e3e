"""Which entries are likely one organization: by the signs of the credit code that stay, and by the core of the name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor, Permission
from apps.core.credit_codes import subject_of
from apps.core.names import to_simplified
from apps.core.widths import half_width
from apps.members.models import ASSOCIATION_KINDS, DifferentOrganizations, Organization
from apps.members.organization_merges import alike
from apps.offices.models import Office, ScopedQuerySet

# How many likely twins a page offers.
MOST = 20
_BRACKETS = re.compile(r"[()（）\[\]【】〔〕·\s-]+")
_FORMS = re.compile(
    "(?:股份有限公司|有限责任公司|集团有限公司|有限公司|总公司|分公司|集团公司|公司|集团|（?普通合伙）?|个体工商户)$"
)
_PLACE_ENDS = ("人民政府", "街道", "省", "市", "县", "区", "镇", "乡")
_PLACE_END = re.compile(f"(?:{'|'.join(_PLACE_ENDS)})$")
# 卫生院 and 中学 stand in every town.
_SHORTEST = 4


@dataclass(frozen=True)
class Twin:
    """An entry that is likely the same, and why."""

    organization: Organization
    why: Promise | str


@dataclass(frozen=True)
class Pair:
    """Two entries of the list of likely twins, the one that would be kept first."""

    kept: Organization
    duplicate: Organization
    why: Promise | str


SAME_CODE = _("信用代码的主体部分相同")
SAME_NAME = _("名称去掉地名和公司形式后相同")


class Cores:
    """The cores of names: 泰兴市东风纺织有限公司 and 东风纺织（泰兴）股份有限公司 are both 东风纺织.

    Of associations the last place stays, for nothing else tells those of two towns apart: 泰兴市黄桥镇商会 is 黄桥商会.
    """

    def __init__(self) -> None:
        """The names of places are those of the offices, read once."""
        names = {half_width(name) for name in Office.objects.values_list("name", flat=True)}
        short = {name.removesuffix(end) for name in names for end in _PLACE_ENDS if name.endswith(end)}
        places = sorted((n for n in names | short if len(n) > 1), key=len, reverse=True)
        self._places = re.compile("|".join(map(re.escape, places)) or r"(?!)")

    def of(self, one: Organization) -> str:
        """The core; the plain name where too little else would be left."""
        plain = to_simplified(_BRACKETS.sub("", half_width(one.name)))
        bare = self._places.sub("", _FORMS.sub("", plain))
        core = re.sub("^(?:[省市县区镇乡])+", "", bare)
        if one.kind in ASSOCIATION_KINDS:
            places = self._places.findall(plain)
            return (_PLACE_END.sub("", places[-1]) if places else "") + core
        return core if len(core) >= _SHORTEST else plain


def twins_of(organization: Organization, actor: Actor) -> list[Twin]:
    """Living entries that the actor keeps and that are likely this one; those of the same body first."""
    cores = Cores()
    core, subject = cores.of(organization), subject_of(organization.credit_code)
    # The core of an association need not stand in its name as it is written.
    is_association = organization.kind in ASSOCIATION_KINDS
    like = Q(kind__in=ASSOCIATION_KINDS) if is_association else Q(name__contains=core)
    if subject:
        like |= Q(credit_code__contains=subject)
    others = [pk for pair in _said_different(organization.pk) for pk in pair]
    near = kept_by(actor).filter(like).exclude(pk__in=[organization.pk, *others]).select_related("office")
    found = [
        Twin(one, why)
        for one in near.order_by("office_path", "pk")
        if alike(organization.kind, one.kind) and (why := _why(organization, one, cores))
    ]
    return sorted(found, key=lambda twin: twin.why is not SAME_CODE)[:MOST]


def kept_by(actor: Actor) -> ScopedQuerySet:
    """Living entries that the actor may merge."""
    found: ScopedQuerySet = Organization.objects.visible_to(actor, Permission.MEMBER_MANAGE)
    return found.filter(ended_on__isnull=True)


def _why(one: Organization, other: Organization, cores: Cores) -> Promise | str:
    subjects = {subject_of(code) for code in (one.credit_code, other.credit_code) if code}
    if len(subjects) > 1:
        # Two bodies, whatever they are called.
        return ""
    if one.credit_code and other.credit_code:
        return SAME_CODE
    return SAME_NAME if cores.of(one) == cores.of(other) else ""


def likely_pairs(actor: Actor) -> list[Pair]:
    """All likely twins among what the actor keeps, without those said to be two. Three queries, whatever the size."""
    cores, different = Cores(), _said_different()
    groups: dict[tuple[str, str], list[Organization]] = defaultdict(list)
    for one in kept_by(actor).select_related("office").order_by("office_path", "pk"):
        if one.credit_code:
            groups["code", subject_of(one.credit_code)].append(one)
        groups["name", cores.of(one)].append(one)
    pairs: dict[tuple[int, int], Pair] = {}
    for group in groups.values():
        for pair in _pairs_in(group, cores, different):
            pairs.setdefault((pair.kept.pk, pair.duplicate.pk), pair)
    return sorted(pairs.values(), key=lambda pair: (pair.why is not SAME_CODE, pair.kept.pk))


def _pairs_in(group: Sequence[Organization], cores: Cores, different: set[tuple[int, int]]) -> Iterable[Pair]:
    """Each against the one that would be kept: the one with a code, else the one entered first.

    Where these two are said to be different, against the next that may be the same.
    """
    ordered = sorted(group, key=lambda one: (not one.credit_code, one.pk))
    for at, one in enumerate(ordered):
        for kept in ordered[:at]:
            if _in_order(kept.pk, one.pk) in different:
                continue
            if alike(kept.kind, one.kind) and (why := _why(kept, one, cores)):
                yield Pair(kept, one, why)
            break


# -- said to be two ------------------------------------------------------------------------------------------------


def different_pairs(actor: Actor) -> QuerySet[DifferentOrganizations]:
    """What was said to be two organizations, of those that the actor keeps; the latest first."""
    kept = kept_by(actor).values("pk")
    found = DifferentOrganizations.objects.filter(first__in=kept, second__in=kept)
    return found.select_related("first__office", "second__office", "decided_by").order_by("-pk")


@transaction.atomic
def say_different(*, one: Organization, other: Organization, by: Actor) -> None:
    """They are two organizations: the pair is not shown again."""
    first, second = _in_order(one.pk, other.pk)
    pair, is_new = DifferentOrganizations.objects.get_or_create(
        first_id=first, second_id=second, defaults={"decided_by_id": by.pk}
    )
    if is_new:
        record(AuditEvent.Action.CREATE, target=pair, by=by)


@transaction.atomic
def look_again(*, pair: DifferentOrganizations, by: Actor) -> None:
    """Take back that they are two."""
    record(AuditEvent.Action.VOID, target=pair, by=by)
    pair.delete()


def _said_different(about: int | None = None) -> set[tuple[int, int]]:
    """The ids of such pairs, in order; of one entry where that is asked."""
    found = DifferentOrganizations.objects.all()
    if about is not None:
        found = found.filter(Q(first=about) | Q(second=about))
    return set(found.values_list("first", "second"))


def _in_order(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)
