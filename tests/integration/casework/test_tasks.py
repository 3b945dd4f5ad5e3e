import datetime as dt
from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.casework.assigning import answer_task, assign_task, cancel_task, send_task_back, sign_off_task
from apps.casework.climbing import climb
from apps.casework.clock import ask_extension, decide_extension
from apps.casework.models import Supervision, Task
from apps.casework.moving import CaseRefused
from apps.casework.states import TASK_MOVES, TaskState
from apps.core.refusals import Conflict
from apps.notifications.models import Notification
from tests.cast import Tree
from tests.integration.casework.conftest import OpenCase
from tests.queries import count_queries

OnDay = Callable[[str], None]


def test_task_from_word_to_sign_off(task: Task, town_cadre: User, county_leader: User, on_day: OnDay) -> None:
    assert Notification.objects.get(kind="casework.given").to == town_cadre
    on_day("2026-03-05")
    with pytest.raises(CaseRefused):
        answer_task(task=task, answer="已办", by=county_leader)
    done = answer_task(task=task, answer="已办", by=town_cadre)
    assert Notification.objects.get(kind="casework.answered").to == county_leader
    back = send_task_back(task=done, reason="没有写明时间", by=county_leader)
    assert (back.state, back.answered_on) == ("assigned", None)
    done = answer_task(task=back, answer="周五办结", by=town_cadre)
    with pytest.raises(CaseRefused):
        sign_off_task(task=done, by=town_cadre)
    assert sign_off_task(task=done, by=county_leader).signed_off_on == dt.date(2026, 3, 5)
    with pytest.raises(Conflict):
        cancel_task(task=done, reason="不要了", by=county_leader)


def test_task_climbs_the_same_ladder(task: Task, town_cadre: User) -> None:
    for today in ("2026-03-06", "2026-03-12", "2026-03-17"):
        climb(dt.date.fromisoformat(today))
    task.refresh_from_db()
    assert (task.yellow_on, task.red_on) == (dt.date(2026, 3, 6), dt.date(2026, 3, 12))
    assert Supervision.objects.get().task == task


def test_task_extension(task: Task, town_cadre: User, county_leader: User) -> None:
    asked = ask_extension(subject=task, reason="等会议", by=town_cadre)
    granted = decide_extension(subject=asked, grant=True, reason="同意", by=county_leader)
    assert granted.due_on == dt.date(2026, 3, 25)


def test_task_goes_only_down_and_to_departments(
    county_leader: User, tree: Tree, town_cadre: User, on_day: OnDay
) -> None:
    on_day("2026-03-02")
    due = dt.date(2026, 3, 9)
    for lead, by, code in (
        (tree.far_town, county_leader, "office"),
        (tree.town, town_cadre, "not_yours"),
    ):
        with pytest.raises(CaseRefused) as refused:
            assign_task(text="请办", office=tree.county, lead_office=lead, due_on=due, by=by)
        assert refused.value.code == code
    with pytest.raises(CaseRefused) as refused:
        assign_task(
            text="请办",
            office=tree.county,
            lead_office=tree.town,
            due_on=dt.date(2026, 3, 1),
            by=county_leader,
        )
    assert refused.value.field == "due_on"


def test_database_refuses_moves_outside_the_table(task: Task) -> None:
    for source in TaskState:
        for target in TaskState:
            fresh = Task.objects.get(pk=task.pk)
            fresh.pk, fresh.public_id = None, Task._meta.get_field("public_id").get_default()
            fresh._state.adding = True
            fresh.state, fresh.answered_on, fresh.signed_off_on = source, task.due_on, task.due_on
            fresh.save()
            try:
                with transaction.atomic():
                    Task.objects.filter(pk=fresh.pk).update(state=target)
                done = True
            except DatabaseError:
                done = False
            assert done is (source == target or (source, target) in TASK_MOVES), (source, target)


def test_task_is_handed_out_from_a_case(
    client: Client, open_case: OpenCase, county_leader: User, tree: Tree, on_day: OnDay
) -> None:
    on_day("2026-03-02")
    case = open_case()
    client.force_login(county_leader)
    url = f"{reverse('casework:assign')}?from=case:{case.public_id}"
    assert case.number in client.get(url).content.decode()
    said = {"text": "请尽快答复", "lead_office": tree.town.pk, "due_on": "2026-03-09"}
    assert client.post(url, said).status_code == 302
    task = Task.objects.get()
    page = client.get(reverse("casework:task", args=[task.public_id])).content.decode()
    assert reverse("casework:case", args=[case.public_id]) in page


def test_task_is_handed_out_from_a_figure(
    client: Client, county_leader: User, tree: Tree, on_day: OnDay
) -> None:
    on_day("2026-03-02")
    client.force_login(county_leader)
    source = "metric:cases.closed_on_time/990001/2026"
    said = {"text": "查明原因", "lead_office": tree.town.pk, "due_on": "2026-03-09"}
    client.post(f"{reverse('casework:assign')}?from={source}", said)
    task = Task.objects.get()
    assert (task.origin_kind, task.origin_ref) == tuple(source.split(":"))
    page = client.get(reverse("casework:task", args=[task.public_id])).content.decode()
    assert "诉求建议按期办结率 · 甲县" in page


@pytest.mark.parametrize(
    "source", ["case:nothing", "metric:no", "metric:a/b/c", "activity:7", "nobody:1", "", "case:", "x" * 300]
)
def test_unknown_source_is_left_out(
    client: Client, county_leader: User, tree: Tree, on_day: OnDay, source: str
) -> None:
    on_day("2026-03-02")
    client.force_login(county_leader)
    said = {"text": "请办", "lead_office": tree.town.pk, "due_on": "2026-03-09"}
    assert client.post(f"{reverse('casework:assign')}?from={source}", said).status_code == 302
    assert Task.objects.get().origin_kind == ""


def test_lists_narrow_by_view_deadline_and_lead(
    client: Client, task: Task, open_case: OpenCase, town_cadre: User, county_leader: User, on_day: OnDay
) -> None:
    case = open_case()
    on_day("2026-03-24")
    climb(dt.date(2026, 3, 27))
    client.force_login(town_cadre)
    for query, shown in (
        ("", True),
        ("?view=mine", True),
        ("?view=office", True),
        ("?due=overdue", True),
        ("?due=supervised", True),
        ("?due=waiting", False),
        ("?lead=990001100", True),
    ):
        page = client.get(f"{reverse('casework:cases')}{query}").content.decode()
        assert (case.number in page) is shown, query
    for query, shown in (("", True), ("?view=mine", False), ("?view=office", True), ("?due=overdue", True)):
        page = client.get(f"{reverse('casework:tasks')}{query}").content.decode()
        assert (task.number in page) is shown, query


def test_task_list_is_flat(client: Client, task: Task, county_leader: User, tree: Tree) -> None:
    client.force_login(county_leader)
    client.get(reverse("casework:tasks"))
    few = count_queries(client, reverse("casework:tasks"))
    for _ in range(6):
        assign_task(
            text="请办",
            office=tree.county,
            lead_office=tree.town,
            due_on=dt.date(2026, 3, 9),
            by=county_leader,
        )
    assert count_queries(client, reverse("casework:tasks")) == few
