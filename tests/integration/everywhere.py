"""A row about one member in every declared place, by app; texts are to be filled in by whoever asks."""

import datetime as dt
import uuid

from django.utils import timezone

from apps.accounts.models import User
from apps.activities.models import Activity, SignUp
from apps.assessment.models import SurveyInvitation
from apps.casework.actions import open_case
from apps.casework.models import Reply, Supervision, Task, Via
from apps.files.models import StoredFile
from apps.members.appointing import take_back
from apps.members.models import (
    Appointment,
    Correction,
    Delivery,
    DuplicateCandidate,
    ErasureHold,
    Member,
    Merge,
    Organization,
    OwnFileCode,
    OwnFileSession,
    PublicSeat,
    TakenBack,
    WayOutNote,
)
from apps.pairing.actions import log_visit
from apps.pairing.models import HandoverNote, Pairing, Promise, Proposal, ProposalRun
from apps.pairing.rules import VisitContent

TODAY = dt.date(2026, 11, 20)


def in_casework(person: Member, scan: StoredFile, cadre: User, admin: User) -> None:
    office = person.office
    case = open_case(kind="request", text="x", office=office, by=cadre, opened_on=TODAY, member=person)
    Task.objects.create(
        text="x",
        office=office,
        lead_office=office,
        assigned_on=TODAY,
        due_on=TODAY,
        origin_kind="case",
        origin_ref=str(case.public_id),
        assigned_by=admin,
    )
    Supervision.objects.create(case=case, office=office, issued_on=TODAY, due_on=TODAY)
    Reply.objects.create(
        case=case,
        office=office,
        text="x",
        scan=scan,
        recorded_by=cadre,
        replied_on=TODAY,
        via=Via.values[0],
    )


def in_the_registry(person: Member, other: Member, admin: User) -> None:
    office = person.office
    firm = Organization.objects.create(name="某企业", kind="enterprise", office=office)
    Appointment.objects.create(member=person, organization=firm, title="x")
    PublicSeat.objects.create(member=person, kind="deputy", level="county")
    mistaken = Appointment.objects.create(member=person, organization=firm, title="金丝雀")
    take_back(held=mistaken, reason=TakenBack.Reason.OTHER_PERSON, by=admin)
    first, second = sorted([person, other], key=lambda each: each.pk)
    DuplicateCandidate.objects.create(first=first, second=second, reasons=["same_name"], office=office)
    Merge.objects.create(kept=person, duplicate=other, office=office, undone_at=timezone.now())
    Delivery.objects.create(user=admin, day=TODAY, person=person.pk, way="export")
    ErasureHold.objects.create(
        member=person,
        office=office,
        clause="dispute",
        asked_on=TODAY - dt.timedelta(days=300),
        ends_on=TODAY - dt.timedelta(days=200),
        asked_by=admin,
    )


def in_pairing(pairing: Pairing, admin: User) -> None:
    person, office, cadre = pairing.member, pairing.member.office, pairing.cadre
    said = VisitContent(members=(person.public_id,), kind="talk", happened_on=dt.date(2026, 3, 5))
    visit = log_visit(public_id=uuid.uuid4(), content=said, by=cadre, among=Member.objects.all()).visit
    Promise.objects.create(visit=visit, office=office, text="x", due_on=TODAY)
    HandoverNote.objects.create(
        pairing=pairing, office=office, predecessor=cadre, text="x", ends_on=TODAY, created_by=admin
    )
    run = ProposalRun.objects.create(office=office, by=admin)
    Proposal.objects.create(run=run, office=office, member=person)
    activity = Activity.objects.create(
        office=office, title="座谈", kind="service", planned_for=TODAY, planned_on=TODAY
    )
    SignUp.objects.create(activity=activity, member=person, office=office)


def in_the_own_file(person: Member) -> None:
    now = timezone.now()
    Correction.objects.create(member=person, field="name", wanted="x", asked_on=TODAY)
    OwnFileCode.objects.create(member=person, via="letter", mark="x", made_on=TODAY, last_day=TODAY)
    OwnFileSession.objects.create(member=person, digest="x", idle_until=now, ends_at=now)
    WayOutNote.objects.get_or_create(member=person, defaults={"due_on": TODAY, "how": "letter"})
    SurveyInvitation.objects.create(sheet=uuid.uuid4(), member=person, digest="x")
