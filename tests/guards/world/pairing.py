import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from apps.accounts.models import Grant, User
from apps.accounts.roles import RoleName
from apps.casework.actions import accept_case, open_case
from apps.members.models import Consent, Member
from apps.pairing.actions import log_visit
from apps.pairing.models import (
    Deputy,
    Duty,
    DutyKind,
    DutyPeriod,
    Pairing,
    PairingPlan,
    PlannedPassing,
    Promise,
    Proposal,
    ProposalRun,
    Visit,
)
from apps.pairing.rules import Asked, VisitContent
from tests.fixtures.rosters import roster_file
from tests.guards.world import CANARY, Cast, Page

START = dt.date(2026, 1, 1)


def fill(cast: Cast) -> None:
    plan = PairingPlan.objects.create(office=cast.tree.county, year=2026)
    Duty.objects.create(plan=plan, kind=DutyKind.TALK, number=1, per=DutyPeriod.QUARTER)
    pairing(cast)
    visit(cast)


def pairing(cast: Cast) -> Pairing:
    found = Pairing.objects.filter(member=cast.member).first()
    return found or Pairing.objects.create(
        office=cast.member.office, member=cast.member, cadre=cast.cadre, started_on=START
    )


def visit(cast: Cast) -> Visit:
    content = VisitContent(
        members=(pairing(cast).member.public_id,),
        kind="phone",
        happened_on=dt.date(2026, 3, 2),
        text=f"{CANARY}聊家常",
        asked=(Asked(kind="request", text=f"{CANARY}想办证"),),
    )
    return log_visit(
        public_id=uuid.uuid4(), content=content, by=cast.cadre, among=Member.objects.all(), confirmed=True
    ).visit


def said(cast: Cast) -> dict[str, Any]:
    return {
        "public_id": uuid.uuid4(),
        "version": 1,
        "members": [pairing(cast).member.public_id],
        "kind": "talk",
        "happened_on": "2026.5.4",
        "confirmed": "on",
    }


def promise(cast: Cast) -> dict[str, Any]:
    made = Promise.objects.create(
        visit=visit(cast), office=cast.tree.town, text=f"{CANARY}送材料", due_on=dt.date(2026, 4, 1)
    )
    return {"public_id": made.public_id}


def deputy(cast: Cast) -> dict[str, Any]:
    today = timezone.localdate()
    let = Deputy.objects.create(
        cadre=cast.cadre, deputy=cast.office_admin, starts_on=today, ends_on=today + dt.timedelta(days=9)
    )
    return {"number": let.pk}


def planned(cast: Cast) -> dict[str, Any]:
    """A case of the cadre that somebody else is to have next month."""
    case = open_case(
        member=pairing(cast).member,
        kind="request",
        text=f"{CANARY}想办证",
        office=cast.tree.town,
        opened_on=timezone.localdate(),
        by=cast.cadre,
    )
    accept_case(case=case, by=cast.cadre)
    to_come = PlannedPassing.objects.create(
        kind="case",
        subject=case.pk,
        held_by=cast.cadre,
        first_on=timezone.localdate() + dt.timedelta(days=30),
        by=cast.office_admin,
    )
    return {"number": to_come.pk}


def colleague(cast: Cast) -> dict[str, Any]:
    other, is_new = User.objects.get_or_create(
        username="colleague", defaults={"name": "贾同", "password": "!"}
    )
    if is_new:
        # At the city, so that both sides find them.
        Grant.objects.create(user=other, role=RoleName.CADRE, office=cast.tree.city, starts_on=START)
    return {"deputy": other.name, "ends_on": timezone.localdate() + dt.timedelta(days=9)}


def somebody_unpaired(cast: Cast) -> dict[str, Any]:
    member = cast.make_member(f"{CANARY}乙", office=cast.tree.town)
    assert Consent.objects.filter(member=member).exists()
    return {"member_id": member.public_id}


PLAN = {"capacity": 8, "from_on": "2026-12-01", "why": "会议决定", "confirmed": "on"} | {
    f"{kind}_{name}": value for kind in DutyKind for name, value in (("number", 1), ("per", "year"))
}


def _list(*rows: list[str]) -> Callable[[Cast], dict[str, Any]]:
    """An upload of a pair list or a ledger."""
    return lambda cast: {"office": cast.tree.town.pk, "sheet": roster_file(rows)}


PAGES = {
    "pairing:import_pairs": Page(
        post=_list(["姓名", "干部", "开始日期"], [f"{CANARY}无", "无", "2026-01-01"])
    ),
    "pairing:import_pairs_template": Page(),
    "pairing:import_visits": Page(
        post=_list(["日期", "干部", "对象", "方式"], ["2026-01-01", "无", f"{CANARY}无", "走访"])
    ),
    "pairing:import_visits_template": Page(),
    "pairing:unpaired": Page(post=lambda cast: {"q": "钱"}),
    "pairing:log_visit": Page(post=said),
    "pairing:visit": Page(kwargs=lambda cast: {"public_id": visit(cast).public_id}),
    "pairing:edit_visit": Page(kwargs=lambda cast: {"public_id": visit(cast).public_id}, post=said),
    "pairing:void_visit": Page(
        kwargs=lambda cast: {"public_id": visit(cast).public_id},
        post=lambda cast: {"version": 1, "reason": "重复登记"},
    ),
    "pairing:keep_promise": Page(kwargs=promise, post=lambda cast: {}),
    "pairing:deputies": Page(post=colleague),
    "pairing:end_deputy": Page(kwargs=deputy, post=lambda cast: {}),
    "pairing:pair": Page(kwargs=lambda cast: {"public_id": pairing(cast).public_id}),
    "pairing:start": Page(
        kwargs=somebody_unpaired, post=lambda cast: {"cadre": cast.cadre.pk, "started_on": "2026-02-01"}
    ),
    "pairing:end": Page(
        kwargs=lambda cast: {"public_id": pairing(cast).public_id},
        post=lambda cast: {"ended_on": dt.date.today().isoformat(), "reason": "hand_over"},  # noqa: DTZ011
    ),
    "pairing:plan": Page(
        kwargs=lambda cast: {"code": cast.tree.county.code, "year": 2026}, post=lambda cast: PLAN
    ),
}


def leaving(cast: Cast) -> dict[str, Any]:
    """The first step of a hand-over, as it stands in the address."""
    return {"cadre": pairing(cast).cadre_id, "why": "left", "last_on": timezone.localdate()}


def said_by_machine(cast: Cast) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "members": [str(pairing(cast).member.public_id)],
        "kind": "phone",
        "happened_on": "2026-05-05",
        "confirmed": True,
    }


def proposal_run(cast: Cast) -> dict[str, Any]:
    run = ProposalRun.objects.create(office=cast.tree.county, by=cast.office_admin)
    member = cast.make_member(f"{CANARY}议")
    Proposal.objects.create(run=run, office=member.office, member=member, cadre=cast.cadre)
    return {"public_id": run.public_id}


PAGES |= {
    "pairing:first_week": Page(post=lambda cast: {"step": "plan"}),
    "pairing:call_off": Page(kwargs=planned, post=lambda cast: {}),
    "pairing:hand_over": Page(query=leaving, post=lambda cast: {"stage": "apply"}),
    "pairing:proposals": Page(post=lambda cast: {"office": cast.tree.county.code}),
    "pairing:proposal": Page(kwargs=proposal_run, post=lambda cast: {"all": "1"}),
    "api:visit-list": Page(post=said_by_machine),
    "api:visit-detail": PAGES["pairing:visit"],
    "api:pairing-detail": PAGES["pairing:pair"],
}
