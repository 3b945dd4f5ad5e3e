"""结对建议: made by a job, seen, accepted in part, by the same rules as a pair begun by hand."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.core.refusals import Refusal
from apps.jobs.models import Job
from apps.jobs.running import Work, run_job
from apps.members.models import ContactPreference, Member
from apps.pairing.models import Pairing, Proposal, ProposalRun
from apps.pairing.proposing.accepting import ask_to_accept
from apps.pairing.proposing.making import KEPT_FOR, ask_for_proposals, expire, make_proposals
from tests.cast import Tree
from tests.queries import count_queries

START = dt.date(2026, 1, 1)


@pytest.fixture
def run(member: Member, town_cadre: User, county_admin: User, tree: Tree) -> ProposalRun:
    return make_proposals(office=tree.county, by=county_admin)


def url_of(run: ProposalRun) -> str:
    return reverse("pairing:proposal", args=[run.public_id])


def work_of(client: Client, answer: object) -> None:
    """Do the job that the answer leads to."""
    job = Job.objects.order_by("-pk").first()
    assert job is not None
    assert run_job(job.pk)


def test_unpaired_member_is_proposed_and_nothing_is_applied(run: ProposalRun, town_cadre: User) -> None:
    (one,) = Proposal.objects.filter(run=run)
    assert (one.cadre, one.state) == (town_cadre, Proposal.State.OPEN)
    assert "own_town" in one.reasons
    assert not Pairing.objects.exists()


def test_paired_and_reluctant_members_are_left_out(
    pairing: Pairing, make_member: Callable[..., Member], county_admin: User, tree: Tree
) -> None:
    quiet = make_member("孙静")
    Member.objects.filter(pk=quiet.pk).update(contact_preference=ContactPreference.NONE)
    with pytest.raises(Refusal):
        make_proposals(office=tree.county, by=county_admin)


def test_cadre_whom_the_member_asked_to_change_is_not_proposed(
    member: Member, town_cadre: User, county_admin: User, tree: Tree
) -> None:
    Pairing.objects.create(
        office=member.office,
        member=member,
        cadre=town_cadre,
        started_on=START,
        ended_on=dt.date(2026, 2, 1),
        end_reason=Pairing.EndReason.MEMBER_ASKED,
    )
    made = make_proposals(office=tree.county, by=county_admin)
    (one,) = made.proposals.all()
    assert (one.cadre, one.reasons) == (None, ["asked_to_change"])


def test_job_makes_them_and_page_accepts_what_was_ticked(
    client: Client, member: Member, town_cadre: User, county_admin: User, tree: Tree
) -> None:
    client.force_login(county_admin)
    answer = client.post(reverse("pairing:proposals"), {"office": tree.county.code})
    assert answer.status_code == 302
    work_of(client, answer)
    run = ProposalRun.objects.get()
    page = client.get(url_of(run))
    assert member.name in page.content.decode()
    (one,) = run.proposals.all()
    client.post(url_of(run), {"proposal": [one.pk], f"cadre-{one.pk}": town_cadre.pk})
    work_of(client, answer)
    assert Pairing.objects.get().cadre == town_cadre
    assert Proposal.objects.get().state == Proposal.State.ACCEPTED


def test_nothing_ticked_asks_for_a_tick(client: Client, run: ProposalRun, county_admin: User) -> None:
    client.force_login(county_admin)
    jobs = Job.objects.count()
    assert "请先勾选" in client.post(url_of(run), {}).content.decode()
    assert Job.objects.count() == jobs


def test_cadre_who_does_not_reach_the_member_cannot_be_chosen(
    client: Client, run: ProposalRun, county_admin: User, neighbour: User
) -> None:
    client.force_login(county_admin)
    (one,) = run.proposals.all()
    client.post(url_of(run), {"proposal": [one.pk], f"cadre-{one.pk}": neighbour.pk})
    assert not Job.objects.exists()


def test_member_paired_meanwhile_is_refused_with_the_reason(
    client: Client, run: ProposalRun, member: Member, town_cadre: User, county_admin: User
) -> None:
    (one,) = run.proposals.all()
    job = ask_to_accept(run=run, chosen={one.pk: town_cadre.pk}, by=county_admin)
    Pairing.objects.create(office=member.office, member=member, cadre=town_cadre, started_on=START)
    run_job(job.pk)
    one.refresh_from_db()
    assert (one.state, one.refusal) == (Proposal.State.REFUSED, "paired")
    client.force_login(county_admin)
    assert "该成员已有结对干部" in client.get(url_of(run)).content.decode()


def test_ended_grant_stops_the_job(member: Member, county_admin: User, tree: Tree) -> None:
    job = ask_for_proposals(office=tree.county, by=county_admin)
    county_admin.grants.update(ends_on=dt.date(2026, 1, 1))
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert not ProposalRun.objects.exists()


def test_proposals_are_gone_after_30_days(run: ProposalRun) -> None:
    ProposalRun.objects.update(at=timezone.now() - KEPT_FOR - dt.timedelta(hours=1))
    assert expire(Work(Job(), 1))["deleted"]
    assert not Proposal.objects.exists()


def test_pages_are_flat(
    client: Client, run: ProposalRun, make_member: Callable[..., Member], county_admin: User, tree: Tree
) -> None:
    client.force_login(county_admin)
    client.get(url_of(run))  # the session's first page looks for the second factor
    few = count_queries(client, url_of(run))
    for number in range(6):
        make_member(f"钱{'甲乙丙丁戊己'[number]}")
    many = make_proposals(office=tree.county, by=county_admin)
    assert many.proposals.count() == 7
    assert count_queries(client, url_of(many)) == few <= 15
