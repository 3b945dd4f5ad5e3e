"""A visit is logged, changed and voided; everything it moves moves with it."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.casework.actions import answer_case, close_case
from apps.casework.models import Case
from apps.core.refusals import Conflict
from apps.members.models import ContactPreference, Member
from apps.offices.models import Office
from apps.pairing.actions import edit_visit, log_visit, void_visit
from apps.pairing.findings import Refused
from apps.pairing.models import DutyEntry, Met, Pairing, PairingYear, Visit
from apps.pairing.rules import Asked, VisitContent
from tests.cast import Tree

MARCH = dt.date(2026, 3, 5)


@pytest.fixture
def said(member: Member) -> Callable[..., VisitContent]:
    """What a visit says, with little typed."""

    def say(**changed: Any) -> VisitContent:
        return VisitContent(
            **{"members": (member.public_id,), "kind": "talk", "happened_on": MARCH, **changed}
        )

    return say


Say = Callable[..., VisitContent]


def log(content: VisitContent, by: User, **options: Any) -> Visit:
    return log_visit(
        public_id=options.pop("public_id", None) or uuid.uuid4(),
        content=content,
        by=by,
        among=Member.objects.all(),
        **options,
    ).visit


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [finding.code for finding in refused.value.findings]


def year_of(pairing: Pairing) -> PairingYear:
    return PairingYear.objects.get(pairing=pairing, year=2026)


def test_visit_moves_progress_and_last_contact(pairing: Pairing, town_cadre: User, said: Say) -> None:
    visit = log(said(text="聊了厂里用工的事"), town_cadre)
    assert visit.office == pairing.office
    assert year_of(pairing).talk[2] == year_of(pairing).contacts[2] == year_of(pairing).done[2] == 1
    assert Member.objects.get(pk=pairing.member_id).last_contact_on == MARCH
    assert AuditEvent.objects.filter(target_label="pairing.visit", target_id=str(visit.pk)).count() == 1


def test_phone_call_is_a_contact_and_fulfils_no_duty(pairing: Pairing, town_cadre: User, said: Say) -> None:
    log(said(kind="phone"), town_cadre)
    assert (sum(year_of(pairing).contacts), sum(year_of(pairing).done)) == (1, 0)
    assert not DutyEntry.objects.exists()


def test_same_uuid_twice_is_one_visit(pairing: Pairing, town_cadre: User, said: Say) -> None:
    public_id = uuid.uuid4()
    first = log_visit(public_id=public_id, content=said(), by=town_cadre, among=Member.objects.all())
    again = log_visit(public_id=public_id, content=said(), by=town_cadre, among=Member.objects.all())
    assert (first.is_new, again.is_new, first.visit) == (True, False, again.visit)
    assert sum(year_of(pairing).talk) == 1


def test_same_uuid_for_something_else_is_a_conflict(pairing: Pairing, town_cadre: User, said: Say) -> None:
    public_id = uuid.uuid4()
    log(said(), town_cadre, public_id=public_id)
    with pytest.raises(Conflict):
        log(said(text="另一次"), town_cadre, public_id=public_id)
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"happened_on": dt.date(2099, 1, 1)}, "future"),
        ({"happened_on": dt.date(2025, 12, 31)}, "not_paired"),
        ({"members": ()}, "required"),
        ({"kind": "stakeout"}, "kind"),
        ({"asked": (Asked(kind="gossip", text="x"),)}, "asked"),
    ],
)
def test_visit_is_refused(
    pairing: Pairing, town_cadre: User, said: Say, changed: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        log(said(**changed), town_cadre, confirmed=True)
    assert code in codes(refused)
    assert not Visit.objects.exists()


def test_withdrawn_member_is_not_visited(
    pairing: Pairing, town_cadre: User, member: Member, said: Say
) -> None:
    Member.objects.filter(pk=member.pk).update(status=Member.Status.WITHDRAWN)
    with pytest.raises(Refused) as refused:
        log(said(), town_cadre)
    assert codes(refused) == ["not_active"]


def test_somebody_elses_member_is_refused(pairing: Pairing, neighbour: User, said: Say) -> None:
    with pytest.raises(Refused) as refused:
        log(said(), neighbour)
    assert codes(refused) == ["not_paired"]


def test_third_contact_in_a_month_warns_and_passes_when_confirmed(
    pairing: Pairing, town_cadre: User, said: Say
) -> None:
    for day in (1, 2):
        log(said(kind="phone", happened_on=MARCH.replace(day=day)), town_cadre)
    with pytest.raises(Refused) as refused:
        log(said(), town_cadre)
    assert codes(refused) == ["too_often"]
    assert refused.value.needs_confirmation_only
    log(said(), town_cadre, confirmed=True)
    assert year_of(pairing).contacts[2] == 3


def test_member_who_wants_the_phone_only_warns(
    pairing: Pairing, town_cadre: User, member: Member, said: Say
) -> None:
    Member.objects.filter(pk=member.pk).update(contact_preference=ContactPreference.PHONE_ONLY)
    with pytest.raises(Refused) as refused:
        log(said(), town_cadre)
    assert codes(refused) == ["asked_for_phone"]


def test_what_was_asked_becomes_a_case(pairing: Pairing, town_cadre: User, said: Say) -> None:
    asked = (Asked(kind="request", text="想申请技改补贴"), Asked(kind="suggestion", text="建议错峰供电"))
    visit = log(said(asked=asked), town_cadre)
    assert [case.due_on for case in Case.objects.order_by("pk")] == [
        dt.date(2026, 3, 26),
        dt.date(2026, 4, 17),
    ]
    assert set(Case.objects.values_list("origin_kind", "origin_id")) == {("visit", visit.pk)}
    assert year_of(pairing).suggestion[2] == 1


def test_case_with_a_result_counts_as_a_deed(pairing: Pairing, town_cadre: User, said: Say) -> None:
    log(said(asked=(Asked(kind="request", text="办证"),)), town_cadre)
    case = answer_case(
        case=Case.objects.get(), answer="已办好", answered_on=dt.date(2026, 3, 9), by=town_cadre
    )
    close_case(case=case, closed_on=dt.date(2026, 4, 1), deed_done=True, by=town_cadre)
    assert year_of(pairing).deed[3] == 1
    assert year_of(pairing).done[11] == 1


def test_edit_moves_the_counts_and_keeps_history(pairing: Pairing, town_cadre: User, said: Say) -> None:
    visit = log(said(), town_cadre)
    edit_visit(
        visit=visit,
        version=1,
        content=said(kind="home_visit", happened_on=dt.date(2026, 8, 1)),
        by=town_cadre,
        among=Member.objects.all(),
    )
    year = year_of(pairing)
    assert (sum(year.talk), year.visit[7], year.contacts[7], year.contacts[2]) == (0, 1, 1, 0)
    assert Member.objects.get(pk=pairing.member_id).last_contact_on == dt.date(2026, 8, 1)
    versions = Visit.objects.get().events.order_by("pk")  # type: ignore[attr-defined]
    assert list(versions.values_list("kind", flat=True)) == ["talk", "home_visit"]


def test_edit_of_an_old_version_is_a_conflict(pairing: Pairing, town_cadre: User, said: Say) -> None:
    visit = log(said(), town_cadre)
    edit_visit(visit=visit, version=1, content=said(text="一"), by=town_cadre, among=Member.objects.all())
    with pytest.raises(Conflict):
        edit_visit(visit=visit, version=1, content=said(text="二"), by=town_cadre, among=Member.objects.all())


def test_void_takes_out_everything_the_visit_moved(pairing: Pairing, town_cadre: User, said: Say) -> None:
    visit = log(said(asked=(Asked(kind="suggestion", text="建议"),)), town_cadre)
    void_visit(visit=visit, version=1, reason="重复登记", by=town_cadre)
    year = year_of(pairing)
    assert sum(year.contacts) == sum(year.talk) == sum(year.suggestion) == sum(year.done) == 0
    assert Member.objects.get(pk=pairing.member_id).last_contact_on is None
    assert Case.objects.get().state == Case.State.WITHDRAWN
    with pytest.raises(Conflict):
        void_visit(visit=visit, version=2, reason="再次", by=town_cadre)


def test_group_visit_counts_for_each(
    pairing: Pairing, town_cadre: User, make_member: Callable[..., Member], said: Say
) -> None:
    other = make_member("孙洱")
    second = Pairing.objects.create(
        office=other.office, cadre=town_cadre, member=other, started_on=dt.date(2026, 1, 1)
    )
    visit = log(said(members=(pairing.member.public_id, other.public_id), kind="forum"), town_cadre)
    assert Met.objects.filter(visit=visit).count() == 2
    assert year_of(pairing).contacts[2] == year_of(second).contacts[2] == 1


def test_visit_is_credited_to_the_office_of_that_day(
    pairing: Pairing, town_cadre: User, tree: Tree, said: Say
) -> None:
    town_cadre.grants.update(ends_on=dt.date(2026, 5, 31))
    town_cadre.grants.create(role="cadre", office=tree.county, starts_on=dt.date(2026, 6, 1))
    early, late = said(), said(happened_on=dt.date(2026, 6, 2))
    offices: list[Office] = [log(content, town_cadre).office for content in (early, late)]
    assert offices == [tree.town, tree.county]


def test_today_is_allowed(pairing: Pairing, town_cadre: User, said: Say) -> None:
    assert log(said(happened_on=timezone.localdate()), town_cadre).pk
