"""Who hears of a round's steps: those whose turn it is, and nobody else. Never at night or on a day off."""

from collections import Counter
from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Grant, User
from apps.accounts.roles import ROLES
from apps.assessment.models import Assessed, Examiner, Objection, Scheme
from apps.assessment.rounds.freezing import changed_since, facts_in_force, sha256_of
from apps.assessment.rounds.missing import BY_THE_OFFICE, Missing, Wanted, missing_in
from apps.assessment.rounds.states import S, Step
from apps.core.access import Permission
from apps.core.refusals import Refusal
from apps.notifications.digest import may_disturb
from apps.notifications.kinds import Kind, register
from apps.notifications.sending import notify
from apps.offices.models import Office

STEPPED = Kind("assessment.step", gettext_lazy("考核进程"), gettext_lazy("%(year)d 年度考核：%(state)s"))
REMINDED = Kind(
    "assessment.missing", gettext_lazy("缺项催报"), gettext_lazy("%(year)d 年度考核还缺 %(n)d 项，请尽快补齐")
)
CHANGED = Kind(
    "assessment.changed",
    gettext_lazy("封存数据有出入"),
    gettext_lazy("%(year)d 年度考核：重新统计后有 %(n)d 个数据与封存的不同"),
)


def register_kinds() -> None:
    register(STEPPED, REMINDED, CHANGED)


def link(scheme: Scheme, name: str = "round") -> str:
    return reverse(f"assessment:{name}", args=[scheme.code])


def holders(offices: Iterable[int], permission: Permission) -> dict[int, list[User]]:
    """Active users who hold the permission at these very offices today, by office id. One query."""
    roles = [role.name for role in ROLES.values() if permission in role.permissions]
    grants = Grant.objects.current(timezone.localdate()).filter(
        office__in=list(offices), role__in=roles, user__is_active=True
    )
    found: dict[int, list[User]] = {}
    for grant in grants.select_related("user").order_by("pk"):
        users = found.setdefault(grant.office_id, [])
        if grant.user not in users:
            users.append(grant.user)
    return found


def tell_step(scheme: Scheme, step: Step) -> None:
    """The assessed offices hear when the result is theirs to read; the leader when it is to be decided."""
    users: list[User] = []
    if step.became in (S.OBJECTION, S.PUBLISHED) and not step.is_back:
        offices = Assessed.objects.filter(scheme=scheme).values_list("office_id", flat=True)
        for found in holders(offices, Permission.ASSESSMENT_STATE).values():
            users += found
    if step.became == S.REVIEW:
        users += User.objects.filter(
            is_active=True, pk__in=Examiner.objects.filter(group__scheme=scheme).values("user")
        )
    if step.became == S.OBJECTION:
        users += holders([scheme.office_id], Permission.ASSESSMENT_DECIDE).get(scheme.office_id, [])
    label = Scheme.State(step.became).label
    key = f"scheme:{scheme.pk}:{step.became}:{timezone.localdate():%Y-%m-%d}"
    notify(set(users), STEPPED.name, key=key, link=link(scheme), year=scheme.year, state=label)


# 缺项催报 -------------------------------------------------------------------------------------------------------------


def wanted_of(scheme: Scheme, missing: list[Missing]) -> dict[int, int]:
    """How many missing things each user is asked for: the office's own people, or those who examine it."""
    counts: Counter[int] = Counter()
    offices = {each.office.pk: each.office for each in missing}
    own = holders(offices, Permission.ASSESSMENT_STATE)
    groups = dict(Assessed.objects.filter(scheme=scheme).values_list("office_id", "group_id"))
    examiners = list(Examiner.objects.filter(group__scheme=scheme).values_list("group_id", "task", "user_id"))
    managers = holders([scheme.office_id], Permission.ASSESSMENT_MANAGE).get(scheme.office_id, [])
    for each in missing:
        for user in _asked(each, own, groups, examiners, managers):
            counts[user] += 1
    return dict(counts)


def _asked(
    each: Missing,
    own: dict[int, list[User]],
    groups: dict[int, int],
    examiners: list[tuple[int, str, int]],
    managers: list[User],
) -> set[int]:
    if each.wanted in BY_THE_OFFICE:
        return {user.pk for user in own.get(each.office.pk, [])}
    task = Examiner.Task.JUDGE if each.wanted is Wanted.MARKS else Examiner.Task.REVIEW
    if each.wanted in (Wanted.MARKS, Wanted.REVIEW, Wanted.VERDICT):
        named = {u for group, what, u in examiners if group == groups[each.office.pk] and what == task}
        return named or {user.pk for user in managers}
    return {user.pk for user in managers}


def remind(scheme: Scheme, *, offices: Iterable[Office] | None = None, by: User) -> int:
    """催报: tell everybody who is asked for something, once a day each; gives how many. Raises Refusal.

    At night and on days off nobody is told: the digest of the next working morning names what is missing.
    """
    if not by.may(Permission.ASSESSMENT_MANAGE, scheme.office):
        raise Refusal(_("只有考核机构的管理员可以催报"))
    if not may_disturb(timezone.now()):
        raise Refusal(_("夜间和休息日不打扰：下一个工作日早上的每日提醒会列出缺项"))
    missing = missing_in(scheme)
    if offices is not None:
        kept = {office.pk for office in offices}
        missing = [each for each in missing if each.office.pk in kept]
    counts = wanted_of(scheme, missing)
    key = f"scheme:{scheme.pk}:missing:{timezone.localdate():%Y-%m-%d}"
    users = User.objects.filter(pk__in=counts, is_active=True)
    return sum(
        notify(
            user, REMINDED.name, key=key, link=link(scheme, "missing"), year=scheme.year, n=counts[user.pk]
        )
        for user in users
    )


def tell_changed(scheme: Scheme) -> int:
    """Tell the administrators where a rebuild counts otherwise than was frozen; the same differences once."""
    frozen = facts_in_force(scheme)
    changed = changed_since(frozen) if frozen else []
    if not changed:
        return 0
    managers = holders([scheme.office_id], Permission.ASSESSMENT_MANAGE).get(scheme.office_id, [])
    mark = sha256_of([[each.metric, each.office, each.now] for each in changed])[:16]
    key = f"scheme:{scheme.pk}:changed:{mark}"
    notify(managers, CHANGED.name, key=key, link=link(scheme, "frozen"), year=scheme.year, n=len(changed))
    return len(changed)


def waiting(day: object) -> dict[int, int]:
    """For the daily digest: how many things are missing of each user, over all rounds that run."""
    counts: Counter[int] = Counter()
    for scheme in Scheme.objects.moving().select_related("office"):
        if scheme.state == S.OPEN and timezone.localdate() < scheme.statement_from:
            continue
        counts.update(wanted_of(scheme, missing_in(scheme)))
        if scheme.state == S.OBJECTION:
            counts.update(_objections_of(scheme))
    return dict(counts)


def _objections_of(scheme: Scheme) -> dict[int, int]:
    number = Objection.objects.open().filter(indicator__section__scheme=scheme).count()
    managers = holders([scheme.office_id], Permission.ASSESSMENT_MANAGE).get(scheme.office_id, [])
    return {user.pk: number for user in managers} if number else {}
