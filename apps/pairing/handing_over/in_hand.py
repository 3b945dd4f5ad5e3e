"""The kinds of work that pairing itself knows: cases and tasks, and organizations that a campaign wants visited."""

from collections.abc import Collection, Iterator
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.casework.models import Case, Task
from apps.casework.passing_on import in_hands_of, is_in_hands_of
from apps.casework.passing_on import pass_on as pass_case_on
from apps.casework.telling import handlers_at_lead
from apps.core.access import SYSTEM, Actor, Permission, within
from apps.pairing.campaigns.actions import pass_targets_on
from apps.pairing.campaigns.listing import cadres_of
from apps.pairing.handing_over.work import Item, Source
from apps.pairing.models import Campaign, CoveredWork, Target, TargetQuerySet

_MODELS: dict[str, type[Case] | type[Task]] = {"case": Case, "task": Task}


def cases_held(cadres: Collection[int], by: User) -> Iterator[Item]:
    """Open cases and tasks; whoever handles cases at the office that leads may take them."""
    for subject in in_hands_of(cadres, by):
        takers = {user.pk: user.name for user in handlers_at_lead(subject) if user.pk != subject.handler_id}
        yield Item(
            kind="case" if isinstance(subject, Case) else "task",
            subject=subject.pk,
            label=subject.number,
            due_on=subject.due_on,
            holder=subject.handler_id or 0,
            takers=takers,
            nobody=gettext_lazy("交回主办机构"),
            pass_on=partial(_pass_case, subject),
            member=getattr(subject, "member_id", None),
        )


def _pass_case(subject: Case | Task, to: User | None, by: Actor) -> list[int]:
    pass_case_on(subject, to=to, by=by)
    return [subject.pk]


def _give_case_back(lent: CoveredWork) -> None:
    subject = _MODELS[lent.kind]._default_manager.filter(pk=lent.subject).first()
    if subject is not None and is_in_hands_of(subject, lent.lent_to):
        back = lent.lent_by if lent.lent_by in handlers_at_lead(subject) else None
        pass_case_on(subject, to=back, by=SYSTEM)


def targets_held(cadres: Collection[int], by: User) -> Iterator[Item]:
    """Organizations still to be visited, campaign by campaign."""
    ranges = by.office_ranges(Permission.PAIRING_MANAGE)
    running = Campaign.objects.filter(within(ranges), closed_at=None).select_related("office")
    for campaign in running.order_by("ends_on", "pk"):
        for cadre in cadres:
            targets = Target.objects.filter(campaign=campaign, assignee=cadre).open()
            if count := targets.count():
                yield _targets_item(campaign, cadre, targets, count)


def _targets_item(campaign: Campaign, cadre: int, targets: TargetQuerySet, count: int) -> Item:
    visitors = cadres_of(campaign, timezone.localdate()).exclude(pk=cadre)
    return Item(
        kind="target",
        subject=campaign.pk,
        label=_("%(title)s：待走访 %(n)d 家") % {"title": campaign.title, "n": count},
        due_on=campaign.ends_on,
        holder=cadre,
        takers=dict(visitors.values_list("pk", "name")),
        nobody=gettext_lazy("收回，待重新分派"),
        pass_on=partial(_pass_targets, targets),
    )


def _pass_targets(targets: TargetQuerySet, to: User | None, by: Actor) -> list[int]:
    return pass_targets_on(targets, to=to, by=by)


def _give_target_back(lent: CoveredWork) -> None:
    held = Target.objects.filter(pk=lent.subject, assignee=lent.lent_to, campaign__closed_at=None)
    pass_targets_on(held, to=lent.lent_by if lent.lent_by.is_active else None, by=SYSTEM)


SOURCES = (
    Source("case", cases_held, _give_case_back),
    # Held with the cases.
    Source("task", lambda _cadres, _by: (), _give_case_back),
    Source("target", targets_held, _give_target_back),
)
