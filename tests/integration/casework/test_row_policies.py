"""Row policies on what belongs to a case or task: shown where the case or task is."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.casework import assigning
from apps.casework.climbing import issue_supervision
from apps.casework.models import Case, CaseLink, Reply, StepTaken, Supervision, Task
from apps.core import scope
from apps.offices.models import Office
from tests.cast import Tree
from tests.integration.casework.conftest import OpenCase

RED = dt.date(2026, 4, 20)
# Histories.
SUPERVISED, HANDED_OUT = apps.get_model("casework.SupervisionEvent"), apps.get_model("casework.TaskEvent")


def _shown(model: type[models.Model], to: User) -> int:
    with scope.entered(scope.of_actor(to)):
        return model._default_manager.count()


@pytest.fixture
def case(open_case: OpenCase, bureau: Office, town_cadre: User) -> Case:
    """With a step, a supervision, a reply and a link."""
    made = open_case()
    issue_supervision(made, RED)
    Reply.objects.create(case=made, office=bureau, text="已办", replied_on=RED, via="link")
    CaseLink.objects.create(
        case=made, purpose=CaseLink.Purpose.ASKER, digest="d", made_by=town_cadre, last_day=RED
    )
    return made


@pytest.mark.parametrize("model", [StepTaken, Supervision, Reply, CaseLink, SUPERVISED])
def test_what_belongs_to_a_case_is_shown_where_the_case_is(
    case: Case, model: type[models.Model], town_cadre: User, county_admin: User, neighbour: User, tree: Tree
) -> None:
    assert _shown(model, town_cadre) == 1
    assert _shown(model, county_admin) == 1
    assert _shown(model, neighbour) == 0
    case.assisting.add(tree.far_town)
    assert _shown(model, neighbour) == 1


def test_what_belongs_to_a_complaint_is_not_shown_to_whom_it_is_kept_from(
    case: Case, county_admin: User, town_cadre: User
) -> None:
    Case.objects.filter(pk=case.pk).update(confidential=True, kept_from=county_admin)
    assert [_shown(model, county_admin) for model in (StepTaken, Supervision, Reply, CaseLink)] == [0] * 4


@pytest.mark.parametrize("model", [Task, StepTaken, HANDED_OUT])
def test_task_is_shown_where_it_was_handed_out_and_where_it_is_led(
    task: Task,
    model: type[models.Model],
    county_leader: User,
    town_cadre: User,
    neighbour: User,
    tree: Tree,
) -> None:
    assert _shown(model, county_leader) == 1
    assert _shown(model, town_cadre) == 1
    assert _shown(model, neighbour) == 0
    task.assisting.add(tree.far_town)
    assert _shown(model, neighbour) == 1


def test_task_that_was_handed_down_is_answered_from_below(task: Task, town_cadre: User) -> None:
    with scope.entered(scope.of_actor(town_cadre)):
        assigning.answer_task(task=task, answer="已落实", by=town_cadre)
    assert StepTaken.objects.filter(task=task).count() == 2


@pytest.mark.parametrize("other_net_off", ["policies", "visible_to"])
def test_each_net_holds_alone_for_a_task(
    client: Client, task: Task, neighbour: User, other_net_off: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if other_net_off == "policies":
        monkeypatch.setattr(scope, "of_actor", lambda _actor: scope.EVERYTHING)
    else:
        monkeypatch.setattr(
            type(Task.objects.all()), "visible_to", lambda self, *_args, **_kwargs: self.all()
        )
    client.force_login(neighbour)
    assert client.get(reverse("casework:task", args=[task.public_id])).status_code == 404
