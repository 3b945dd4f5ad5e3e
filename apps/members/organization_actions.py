"""What is done to organizations: entered, changed, ended, a new term begun."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor
from apps.core.refusals import Conflict, Refusal
from apps.members.models import Appointment, Organization
from apps.members.organization_tree import DEEPEST, family_of, height_below, lines_above, same_party
from apps.members.organization_words import RefusedOrganization, refuse_organization
from apps.members.organizations import floors_of
from apps.offices.models import Office

# Who only belongs to an association goes on belonging to it when its officers change.
PLAIN_MEMBERSHIP = ("", "会员", "成员", "盟员", "社员", "党员")


class OrganizationRefused(Refusal):
    """The deed breaks a rule of organizations."""


@dataclass(frozen=True, kw_only=True)
class OrganizationParticulars:
    """What is entered of an organization; text is already cleaned. The office is chosen once."""

    name: str
    kind: str
    credit_code: str = ""
    parent: Organization | None = None
    term: int | None = None
    term_ends_on: dt.date | None = None


@transaction.atomic
def add_organization(*, office: Office, wanted: OrganizationParticulars, by: Actor) -> Organization:
    """A new organization of the office. Raises OrganizationRefused."""
    lock_organizations()
    organization = Organization(office=office, office_path=office.path)
    _write(organization, wanted)
    record(AuditEvent.Action.CREATE, target=organization, by=by)
    return organization


@transaction.atomic
def change_organization(
    *, organization: Organization, wanted: OrganizationParticulars, by: Actor
) -> Organization:
    """Name, kind, code, place in the tree, term. Raises OrganizationRefused."""
    current = _living(organization)
    changed = [
        name for name in wanted.__dataclass_fields__ if getattr(current, name) != getattr(wanted, name)
    ]
    _write(current, wanted)
    record(AuditEvent.Action.CHANGE, target=current, by=by, fields=changed)
    return current


@transaction.atomic
def move_organization(*, organization: Organization, office: Office, by: Actor) -> None:
    """Registered at another office from now on, with its posts and branches. Raises OrganizationRefused."""
    current = _living(organization)
    current.office, current.office_path = office, office.path
    _refuse_name(current)
    if current.parent and (why := wrong_parent(current, current.parent)):
        raise OrganizationRefused(why, field="office")
    for branch in current.branches.filter(ended_on__isnull=True).select_related("office"):
        if why := wrong_parent(branch, current):
            raise OrganizationRefused(
                _("下级组织“%(name)s”：%(why)s") % {"name": branch.name, "why": why}, field="office"
            )
    current.save()
    record(AuditEvent.Action.CHANGE, target=current, by=by, fields=["office"])


@transaction.atomic
def end_organization(*, organization: Organization, on: dt.date, by: Actor) -> int:
    """The organization is no more: its appointments end on the same day. Gives how many. Branches must have gone before."""
    current = _living(organization)
    _refuse_future(on)
    if current.branches.filter(ended_on__isnull=True).exists():
        raise OrganizationRefused(_("还有下级组织，请先终止下级组织，或改挂到其他组织下"))
    current.ended_on = on
    current.save(update_fields=["ended_on"])
    ended = end_posts(Appointment.objects.filter(organization=current), on)
    record(AuditEvent.Action.CHANGE, target=current, by=by, fields=["ended_on"], appointments=ended)
    return ended


@transaction.atomic
def renew_organization(
    *,
    organization: Organization,
    on: dt.date,
    term: int | None,
    term_ends_on: dt.date,
    ends_posts: bool,
    by: Actor,
) -> int:
    """换届 on that day: a new term; with `ends_posts` the offices of the old one end, plain membership stays.

    Gives how many appointments ended.
    """
    current = _living(organization)
    _refuse_future(on)
    if term_ends_on <= on:
        raise OrganizationRefused(_("新一届任期止要晚于换届日期"), field="term_ends_on")
    if term is not None and current.term is not None and term <= current.term:
        raise OrganizationRefused(
            _("现在是第 %(term)d 届，新的届次要更大") % {"term": current.term}, field="term"
        )
    current.term, current.term_ends_on = term, term_ends_on
    current.save(update_fields=["term", "term_ends_on"])
    posts = Appointment.objects.filter(organization=current).exclude(title__in=PLAIN_MEMBERSHIP)
    ended = end_posts(posts, on) if ends_posts else 0
    record(
        AuditEvent.Action.CHANGE, target=current, by=by, fields=["term", "term_ends_on"], appointments=ended
    )
    return ended


def end_posts(posts: models.QuerySet[Any], on: dt.date) -> int:
    """End those of the appointments or seats that are held, and began by then; later ones end on the day they began."""
    held = posts.filter(ends_on__isnull=True)
    late = held.filter(starts_on__gt=on).update(ends_on=F("starts_on"))
    return late + held.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on)).update(ends_on=on)


def lock_organizations() -> None:
    """One change of the tree at a time: two at once could close a loop that neither sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('members.organizations'), 0)")


def _living(organization: Organization) -> Organization:
    lock_organizations()
    current = (
        Organization.objects.select_for_update(of=("self",))
        .select_related("office", "parent")
        .get(pk=organization.pk)
    )
    if current.ended_on:
        raise Conflict(_("这个组织已经终止，不能再修改"), code="ended")
    return current


def _refuse_future(on: dt.date) -> None:
    if on > timezone.localdate():
        raise OrganizationRefused(_("日期不能晚于今天"), field="on")


def _write(organization: Organization, wanted: OrganizationParticulars) -> None:
    for name in wanted.__dataclass_fields__:
        setattr(organization, name, getattr(wanted, name))
    _refuse_name(organization)
    _refuse_code(organization)
    _refuse_parent(organization)
    try:
        with transaction.atomic():
            organization.save()
    except IntegrityError:
        # An import entered the same in between.
        raise Conflict(_("本机构已有同名的团体或单位"), field="name") from None


def _refuse_name(organization: Organization) -> None:
    try:
        refuse_organization(organization.name)
    except RefusedOrganization as error:
        raise OrganizationRefused(str(error), field="name") from None
    same = Organization.objects.filter(office_id=organization.office_id, name=organization.name)
    if same.exclude(pk=organization.pk).exists():
        raise OrganizationRefused(_("本机构已有同名的团体或单位"), field="name")


def _refuse_code(organization: Organization) -> None:
    same = Organization.objects.filter(credit_code=organization.credit_code).exclude(pk=organization.pk)
    if organization.credit_code and same.exists():
        # Without a name: it may stand in another county.
        raise OrganizationRefused(
            _("这个代码已登记在另一个单位名下，请核对；查不到时请联系上级"), field="credit_code"
        )


def _refuse_parent(organization: Organization) -> None:
    parent, family = organization.parent, family_of(organization.kind)
    if organization.pk and organization.branches.exclude(kind__in=family).exists():
        raise OrganizationRefused(_("下级组织与这个类型不同类，请先调整下级组织"), field="kind")
    if parent is None:
        return
    if why := wrong_parent(organization, parent):
        raise OrganizationRefused(why, field="parent")


def wrong_parent(organization: Organization, parent: Organization) -> str:
    """Why it cannot stand there, or ""."""
    if parent.kind not in family_of(organization.kind):
        return _("上级组织要与本组织同类，如民主党派支部挂在总支下、商会挂在工商联下")
    if not same_party(organization.name, parent.name):
        return _("上级组织属于另一个党派，请核对")
    if parent.office_path not in floors_of(organization.office_path):
        return _("上级组织要登记在本机构或上级机构")
    if parent.ended_on:
        return _("上级组织已经终止")
    above = [parent.pk, *lines_above(parent)]
    if organization.pk in above:
        return _("上级组织是本组织的下级，不能循环")
    if len(above) + (height_below(organization) if organization.pk else 0) > DEEPEST:
        return _("组织层级最多 %(most)d 层") % {"most": DEEPEST}
    return ""
