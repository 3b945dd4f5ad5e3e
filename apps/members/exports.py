"""Taking a list of members out: asked for, agreed to by a second person where that is needed, begun, dropped.

The limit and the counter stand in `delivering`; how the file is made in `roster_files`. Why it is so:
docs/decisions/0008.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Grant, User
from apps.accounts.roles import ROLES
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor, Permission
from apps.core.refusals import Conflict, Refusal
from apps.files.storage import remove
from apps.jobs.actions import enqueue
from apps.members.delivering import LIMIT, count_in, persons_given
from apps.members.listing import ListState
from apps.members.models import Delivery, Member, MemberQuerySet, RosterExport, registrations_of
from apps.members.purposes import ExportPurpose
from apps.notifications.sending import notify
from apps.offices.models import Office, paths_above

JOB = "members.export"
ASKED, ANSWERED, DROPPED = "members.export_asked", "members.export_answered", "members.export_dropped"
# Lazy: told in the language of who reads it.
_AGREED, _REFUSED = RosterExport.Stage.APPROVED.label, RosterExport.Stage.REFUSED.label


class NothingToExport(Refusal):
    """The list has nobody in it whom the asker may export."""

    code = "nothing_to_export"


class ExportRefused(Refusal):
    """The request is not in a state in which this may be done."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody asks for."""

    state: ListState
    file_format: RosterExport.Format
    purpose: ExportPurpose
    in_full: bool = False


@dataclass(frozen=True)
class Outlook:
    """What asking would mean, for the page on which one asks."""

    persons: int
    given: int
    # Given within 30 days once this is: who stands in the list and was given before is one person only.
    after: int
    by_category: bool

    @property
    def is_large(self) -> bool:
        return self.after > LIMIT


def exportable(state: ListState, by: Actor) -> MemberQuerySet:
    """The list, as far as the actor may export it."""
    return state.members(by, Permission.MEMBER_EXPORT)


def persons_of(state: ListState, by: Actor) -> list[int]:
    return list(exportable(state, by).order_by().values_list("pk", flat=True))


@transaction.atomic
def ask_for_export(*, wish: Wish, by: User) -> RosterExport:
    """Begin the export, or ask for a second person where it needs one. Raises NothingToExport, ExportRefused."""
    if wish.in_full and Permission.MEMBER_EXPORT_FULL not in by.permissions:
        raise ExportRefused(_("您的授权不包含导出完整号码"), field="in_full")
    persons = persons_of(wish.state, by)
    if not persons:
        raise NothingToExport(_("名单中没有您可以导出的成员"))
    export = RosterExport(
        asker=by,
        office=_office_above(by),
        stage=RosterExport.Stage.WAITING,
        listing=wish.state.as_json(by),
        file_format=wish.file_format,
        in_full=wish.in_full,
        purpose=wish.purpose,
        persons=len(persons),
        by_category=wish.state.uses_category,
    )
    if export.by_category or len(persons) > LIMIT or not _counted_alone(persons, by):
        return _ask_second_person(export)
    export.save()
    record(AuditEvent.Action.CREATE, target=export, by=by, rows=len(persons), purpose=wish.purpose.value)
    return _start(export)


def _counted_alone(persons: list[int], by: User) -> bool:
    """Counts the persons now, before the file is there: of two exports at once the second finds them."""
    try:
        count_in(persons, to=by, way=Delivery.Way.EXPORT)
    except Refusal:
        return False
    return True


def _ask_second_person(export: RosterExport) -> RosterExport:
    approvers = approvers_of(export.asker, export.office.path)
    if not approvers:
        raise ExportRefused(_("这份名单须经第二人同意，但本级和上级还没有其他业务管理员，请联系上级开通授权"))
    export.save()
    record(
        AuditEvent.Action.CREATE, target=export, by=export.asker, rows=export.persons, purpose=export.purpose
    )
    notify(
        approvers,
        ASKED,
        key=f"export:{export.pk}:asked",
        link=reverse("members:export_requests"),
        number=export.number,
        persons=export.persons,
    )
    return export


@transaction.atomic
def answer_export(*, export: RosterExport, agreed: bool, by: User) -> RosterExport:
    """The second person's word. Raises ExportRefused for one's own request and where the office is not one's own."""
    current = RosterExport.objects.select_for_update().select_related("asker").get(pk=export.pk)
    if current.asker_id == by.pk or not may_approve(by, current.office_path):
        raise ExportRefused(_("须由本级或上级的另一名业务管理员审批"))
    if not current.is_waiting:
        raise Conflict(_("这份申请已经处理或已过期，请刷新页面"))
    current.stage = RosterExport.Stage.APPROVED if agreed else RosterExport.Stage.REFUSED
    current.decided_by, current.decided_at = by, timezone.now()
    current.save()
    record(AuditEvent.Action.CHANGE, target=current, by=by, fields=["stage"], stage=current.stage)
    notify(
        current.asker,
        ANSWERED,
        key=f"export:{current.pk}:answered",
        link=reverse("members:exports"),
        number=current.number,
        answer=_AGREED if agreed else _REFUSED,
    )
    return current


@transaction.atomic
def start_export(*, export: RosterExport, by: User) -> RosterExport:
    """Begin what was agreed to, within 24 hours and for no more persons than were asked for. Raises ExportRefused."""
    current = RosterExport.objects.select_for_update().get(pk=export.pk)
    if current.asker_id != by.pk or current.stage != RosterExport.Stage.APPROVED or not current.is_approved:
        raise ExportRefused(_("没有有效的同意，或同意已超过 24 小时，请重新申请"))
    refuse_more_than_agreed(current, len(persons_of(ListState.from_json(current.listing, by), by)))
    return _start(current)


def refuse_more_than_agreed(export: RosterExport, persons: int) -> None:
    """Raises ExportRefused where the list has grown since it was agreed to."""
    if persons > export.persons:
        raise ExportRefused(
            _("名单已从 %(before)d 人变为 %(now)d 人，请重新申请")
            % {"before": export.persons, "now": persons}
        )


def _start(export: RosterExport) -> RosterExport:
    job = enqueue(JOB, params={"export": export.pk}, by=export.asker, key=f"{JOB}:{export.pk}")
    export.stage, export.job_id = RosterExport.Stage.STARTED, job.public_id
    export.save()
    return export


def drop_files_with(member: Member, *_rest: Any) -> None:
    """Somebody left: a file made within the last day that holds any registration of theirs goes at once."""
    numbers = AuditEvent.objects.filter(
        target_label=Member._meta.label_lower,
        target_id__in=list(map(str, registrations_of([member.pk]))),
        action=AuditEvent.Action.EXPORT,
        detail__has_key="export",
    ).values_list("detail__export", flat=True)
    holding = RosterExport.objects.filter(pk__in=[int(number[1:]) for number in numbers], file__isnull=False)
    for export in holding.select_related("file", "asker"):
        stored = export.file
        export.stage, export.file = RosterExport.Stage.DROPPED, None
        export.save()
        if stored:
            remove(stored)
        notify(
            export.asker,
            DROPPED,
            key=f"export:{export.pk}:dropped",
            link=reverse("members:exports"),
            number=export.number,
        )


# -- who may agree --------------------------------------------------------------------------------------------


def approvers_of(asker: Actor, office_path: str) -> list[User]:
    """Who else may agree: holders of the permission at the office or above it."""
    roles = [role.name for role in ROLES.values() if Permission.EXPORT_APPROVE in role.permissions]
    grants = Grant.objects.current(timezone.localdate()).filter(
        role__in=roles, office__path__in=paths_above(office_path)
    )
    return list(User.objects.filter(pk__in=grants.values("user"), is_active=True).exclude(pk=asker.pk))


def may_approve(by: Actor, office_path: str) -> bool:
    """Whether the actor is one of those who may agree, for whoever else asks."""
    return any(held.holds(office_path) for held in by.office_ranges(Permission.EXPORT_APPROVE))


def _office_above(asker: Actor) -> Office:
    """The lowest office above every part of the registry that the asker may export. Raises ExportRefused."""
    above = [set(paths_above(held.low)) for held in asker.office_ranges(Permission.MEMBER_EXPORT)]
    office = Office.objects.filter(path__in=set.intersection(*above)).order_by("-path").first()
    if office is None:
        raise ExportRefused(_("您的授权分属互不隶属的机构，请分别导出"))
    return office


def outlook(state: ListState, by: User) -> Outlook:
    """How many persons the list would give, and how many the user was given already."""
    count, given = exportable(state, by).order_by().count(), persons_given(by)
    # Above the limit it does not matter how many of them are new.
    after = persons_given(by, persons_of(state, by)) if count <= LIMIT else count
    return Outlook(persons=count, given=given, after=after, by_category=state.uses_category)
