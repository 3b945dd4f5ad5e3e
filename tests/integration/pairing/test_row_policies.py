"""Row policies on pairs, visits and cases: what the database itself shows of them."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import ProgrammingError, models, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.casework.models import Case, CaseKind
from apps.core import scope
from apps.members.models import Member
from apps.offices.models import Office
from apps.pairing.models import Companion, Met, Pairing, Promise, Proposal, ProposalRun, Visit, VisitKind
from tests.cast import Tree

DAY = dt.date(2026, 3, 2)


@pytest.fixture
def visit(pairing: Pairing) -> Visit:
    """Of the cadre of 东镇 to their member there."""
    made = Visit.objects.create(
        office=pairing.office,
        cadre=pairing.cadre,
        entered_by=pairing.cadre,
        kind=VisitKind.HOME_VISIT,
        happened_on=DAY,
        content_digest="",
    )
    Met.objects.create(visit=made, member=pairing.member, office=pairing.office)
    Promise.objects.create(visit=made, office=pairing.office, text="送政策上门", due_on=DAY)
    Companion.objects.create(visit=made, user=pairing.cadre)
    return made


@pytest.fixture
def make_case(member: Member, tree: Tree) -> Callable[..., Case]:
    def make(lead: Office, **fields: object) -> Case:
        values = {
            "kind": CaseKind.REQUEST,
            "member": member,
            "text": "希望了解政策",
            "opened_on": DAY,
            "due_on": DAY,
        }
        return Case.objects.create(**{"office": member.office, "lead_office": lead, **values, **fields})

    return make


def _shown(model: type[models.Model], of: str) -> int:
    with scope.entered(of):
        return model._default_manager.count()


@pytest.mark.parametrize("model", [Pairing, Visit, Met, Promise, Companion])
def test_pairs_and_visits_are_shown_in_reach(
    model: type[models.Model],
    visit: Visit,
    member: Member,
    town_cadre: User,
    neighbour: User,
    county_admin: User,
) -> None:
    assert _shown(model, scope.of_actor(town_cadre)) == 1
    assert _shown(model, scope.of_actor(county_admin)) == 1
    assert _shown(model, scope.of_actor(neighbour)) == 0
    assert _shown(model, scope.of_member([member.pk])) == 1
    with pytest.raises(ProgrammingError, match="without a scope"), transaction.atomic():
        _shown(model, scope.NOBODY)


def test_proposal_is_shown_where_its_member_is(
    member: Member, town_cadre: User, county_admin: User, neighbour: User
) -> None:
    run = ProposalRun.objects.create(office=member.office, by=county_admin)
    Proposal.objects.create(run=run, office=member.office, member=member, cadre=neighbour)
    assert _shown(Proposal, scope.of_actor(town_cadre)) == 1
    assert _shown(Proposal, scope.of_actor(neighbour)) == 0


def test_visit_to_a_neighbours_member_is_shown_to_both(
    visit: Visit, make_member: Callable[..., Member], tree: Tree, neighbour: User, town_cadre: User
) -> None:
    """A group visit reaches people of other offices: contacts are counted over all, and its rows are joined to them."""
    theirs = make_member("孙南", office=tree.far_town)
    Met.objects.create(visit=visit, member=theirs, office=tree.far_town)
    assert _shown(Visit, scope.of_actor(neighbour)) == 1
    assert _shown(Member, scope.of_actor(town_cadre)) == 2
    assert _shown(Member, scope.of_actor(neighbour)) == 1


def test_case_is_shown_where_it_was_entered_and_where_it_is_led(
    make_case: Callable[..., Case], tree: Tree, town_cadre: User, neighbour: User, member: Member
) -> None:
    case = make_case(tree.town)
    assert _shown(Case, scope.of_actor(town_cadre)) == 1
    assert _shown(Case, scope.of_member([member.pk])) == 1
    assert _shown(Case, scope.of_actor(neighbour)) == 0
    case.assisting.add(tree.far_town)
    assert _shown(Case, scope.of_actor(neighbour)) == 1
    assert _shown(Member, scope.of_actor(neighbour)) == 1


def test_complaint_is_never_shown_to_whom_it_is_kept_from(
    make_case: Callable[..., Case], tree: Tree, town_cadre: User, county_admin: User
) -> None:
    make_case(tree.county, office=tree.county, confidential=True, kept_from=county_admin)
    assert _shown(Case, scope.of_actor(town_cadre)) == 0
    assert _shown(Case, scope.of_actor(county_admin)) == 0


@pytest.mark.parametrize("other_net_off", ["policies", "visible_to"])
def test_each_net_holds_alone(
    client: Client,
    visit: Visit,
    make_case: Callable[..., Case],
    tree: Tree,
    neighbour: User,
    other_net_off: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if other_net_off == "policies":
        monkeypatch.setattr(scope, "of_actor", lambda _actor: scope.EVERYTHING)
    else:
        for model in (Visit, Pairing, Case):
            monkeypatch.setattr(
                type(model._default_manager.all()), "visible_to", lambda self, *_args, **_kwargs: self.all()
            )
    case = make_case(tree.town)
    client.force_login(neighbour)
    assert client.get(reverse("pairing:visit", args=[visit.public_id])).status_code == 404
    assert client.get(reverse("casework:case", args=[case.public_id])).status_code == 404
