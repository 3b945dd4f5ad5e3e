"""Working in the list: order, columns, views, many at once."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core.copying import insert_rows
from apps.members.bulk import Selection, forget_old_moves, move_members, undo_move
from apps.members.list_rows import COLUMNS
from apps.members.listing import ListState
from apps.members.models import BulkMove, ListSettings, Member, SavedView, name_columns
from apps.members.saved_views import ViewRefused, save_view
from tests.cast import Tree
from tests.queries import count_queries

LIST = "/members/"


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    settings.DEMO = True


@pytest.fixture
def admin(client: Client, county_admin: User) -> Client:
    client.force_login(county_admin)
    return client


def order_of(page: str, *names: str) -> list[str]:
    body = page.split("<tbody>")[1]
    return sorted(names, key=body.index)


# -- state ----------------------------------------------------------------------------------------------------


def test_state_travels_by_url_and_json(county_admin: User, tree: Tree) -> None:
    state = ListState(q="欧阳", office=tree.town.pk, contact="90", sort="strokes", descending=True, size=50)
    assert ListState.of(QueryDict(state.query(county_admin)), county_admin) == state
    assert ListState.from_json(state.as_json(county_admin), county_admin) == state


def test_search_words_are_read_by_their_user_alone(county_admin: User, city_admin: User) -> None:
    stored = ListState(q="欧阳").as_json(county_admin)
    assert "欧阳" not in str(stored)
    assert ListState.from_json(stored, city_admin).q == ""


@pytest.mark.parametrize(
    "query", ["office=x&size=7&order=name&view=1&contact=x&s=k1:zzz&page=x", "s=", "order=-"]
)
def test_nonsense_in_the_url_is_no_error(admin: Client, query: str) -> None:
    assert admin.get(f"{LIST}?{query}").status_code == 200


def test_typed_names_stand_in_no_url(admin: Client, make_member: Callable[..., Member]) -> None:
    make_member("欧阳修")
    answer = admin.post(LIST, {"q": "欧阳修"})
    assert answer.status_code == 302
    page = admin.get(answer.headers["Location"]).content.decode()
    assert "欧阳修" in page
    assert "%E6%AC%A7" not in page + answer.headers["Location"]
    part = admin.post(LIST, {"q": "欧阳修"}, headers={"HX-Request": "true"})
    assert part.headers["HX-Replace-Url"].startswith(f"{LIST}?s=")
    assert "<main" not in part.content.decode()


# -- order and columns ----------------------------------------------------------------------------------------


def test_order_of_strokes(admin: Client, make_member: Callable[..., Member]) -> None:
    names = ("丁一", "王芳", "王建国", "张三", "赵四")
    for name in reversed(names):
        make_member(name)
    page = admin.get(f"{LIST}?order=strokes").content.decode()
    assert order_of(page, *names) == list(names)
    assert 'aria-sort="ascending"' in page
    page = admin.get(f"{LIST}?order=-strokes").content.decode()
    assert order_of(page, *names) == list(reversed(names))


@pytest.mark.parametrize("order", ["strokes", "pinyin", "-strokes"])
def test_order_does_not_tell_hidden_names(
    client: Client, city_leader: User, make_member: Callable[..., Member], order: str
) -> None:
    client.force_login(city_leader)
    numbers = [make_member(name).record_number for name in ("赵四", "丁一", "安三")]
    page = client.get(f"{LIST}?order={order}").content.decode()
    assert order_of(page, *numbers) == (list(reversed(numbers)) if order[0] == "-" else numbers)


def test_who_was_never_contacted_waits_longest(admin: Client, make_member: Callable[..., Member]) -> None:
    make_member("甲近", last_contact_on="2026-11-01")
    make_member("乙远", last_contact_on="2025-01-01")
    make_member("丙无")
    page = admin.get(f"{LIST}?order=contact").content.decode()
    assert order_of(page, "甲近", "乙远", "丙无") == ["丙无", "乙远", "甲近"]
    late = admin.get(f"{LIST}?contact=365").content.decode()
    assert "甲近" not in late


def test_columns_are_kept_for_the_user(admin: Client, county_admin: User, member: Member) -> None:
    typed = {"show_number": "on", "place_number": 2, "show_office": "on", "place_office": 1}
    admin.post("/members/columns/", typed)
    assert ListSettings.objects.get(user=county_admin).columns == ["name", "office", "number"]
    page = admin.get(LIST).content.decode()
    assert member.record_number in page
    assert "成员类别</th>" not in page
    admin.post("/members/columns/", {"usual": "1"})
    assert "成员类别</th>" in admin.get(LIST).content.decode()


def test_list_costs_the_same_for_a_thousand_rows_in_every_column(
    admin: Client, county_admin: User, make_member: Callable[..., Member], tree: Tree
) -> None:
    ListSettings.objects.create(user=county_admin, columns=list(COLUMNS), size=100)
    make_member("甲一", phone="13812345678")
    admin.get(LIST)
    few = count_queries(admin, LIST)
    _many(tree, 1000)
    assert count_queries(admin, LIST) == few
    assert few <= 15


def _many(tree: Tree, number: int) -> None:
    """Rows without ceremony: those who wait for their confirmation need no consent yet."""
    given = {"office_id": tree.town.pk, "status_since": "2026-01-01", "status": "pending", "categories": []}
    given["entered_at_id"] = tree.county.pk
    rows = [
        {
            "public_id": uuid.uuid4(),
            "name": name,
            **name_columns(name),
            **given,
            "created_at": "2026-01-01T00:00:00Z",
        }
        for name in (f"王{chr(0x4E00 + n)}" for n in range(number))
    ]
    insert_rows(Member, rows)


def test_names_are_escaped(admin: Client, make_member: Callable[..., Member]) -> None:
    make_member("<b>甲")
    page = admin.get(LIST).content.decode()
    assert "&lt;b&gt;甲" in page
    assert "<b>甲" not in page


# -- views ----------------------------------------------------------------------------------------------------


def test_view_keeps_filters_order_and_columns(admin: Client, county_admin: User, tree: Tree) -> None:
    query = f"office={tree.other_town.pk}&order=strokes&contact=never&category=party"
    admin.post(f"/members/views/?{query}", {"name": "西镇未联系", "is_default": "on"})
    view = SavedView.objects.get()
    assert (view.name, view.is_default, view.state["order"]) == ("西镇未联系", True, "strokes")
    page = admin.get(LIST).content.decode()
    assert "西镇未联系</summary>" in page
    assert f'value="{tree.other_town.pk}" selected' in page


def test_emptied_filter_of_a_view_stays_empty(admin: Client, tree: Tree) -> None:
    admin.post(f"/members/views/?office={tree.town.pk}", {"name": "东镇"})
    view = SavedView.objects.get().public_id
    answer = admin.post(LIST, {"view": str(view), "office": ""})
    assert f'value="{tree.town.pk}" selected' not in admin.get(answer.headers["Location"]).content.decode()


def test_shared_view_is_offered_below_and_nowhere_else(
    admin: Client, county_admin: User, town_cadre: User, neighbour: User, tree: Tree
) -> None:
    admin.post("/members/views/?contact=never", {"name": "未联系", "share_at": tree.county.pk})
    assert SavedView.objects.for_reader(town_cadre).count() == 1
    assert SavedView.objects.for_reader(neighbour).count() == 0


def test_view_shared_in_a_town_is_seen_above_it(county_admin: User, town_cadre: User, tree: Tree) -> None:
    save_view(name="东镇", state=ListState(), share_at=tree.town, is_default=False, by=town_cadre)
    assert SavedView.objects.for_reader(county_admin).count() == 1


def test_shared_view_picks_nobody_by_category(county_admin: User, tree: Tree) -> None:
    state = ListState(category="party")
    with pytest.raises(ViewRefused):
        save_view(name="党派", state=state, share_at=tree.county, is_default=False, by=county_admin)
    view = save_view(name="党派", state=state, share_at=None, is_default=False, by=county_admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.filter(pk=view.pk).update(is_shared=True, office=tree.county)


def test_view_keeps_no_name(county_admin: User) -> None:
    state = ListState(q="欧阳修")
    view = save_view(name="找人", state=state, share_at=None, is_default=False, by=county_admin)
    assert "s" not in view.state
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.filter(pk=view.pk).update(state={"s": "k1:x"})


def test_sharing_outside_the_own_offices_is_refused(town_cadre: User, tree: Tree) -> None:
    with pytest.raises(ViewRefused):
        save_view(name="全县", state=ListState(), share_at=tree.county, is_default=False, by=town_cadre)


def test_view_of_somebody_else_stays(
    client: Client, county_admin: User, town_cadre: User, tree: Tree
) -> None:
    view = save_view(
        name="县里的", state=ListState(), share_at=tree.county, is_default=False, by=county_admin
    )
    client.force_login(town_cadre)
    client.post(reverse("members:forget_view", args=[view.public_id]))
    assert SavedView.objects.exists()


# -- many at once ---------------------------------------------------------------------------------------------


def test_ticked_rows_move_and_come_back(
    admin: Client, make_member: Callable[..., Member], tree: Tree, county_admin: User
) -> None:
    moving, staying = make_member("甲一"), make_member("乙二")
    ask = admin.post("/members/move/", {"member": str(moving.public_id)}).content.decode()
    assert "已选 1 人" in ask
    typed = {"member": str(moving.public_id), "office": tree.other_town.pk}
    page = admin.post("/members/move/", typed, follow=True).content.decode()
    assert "已调整 1 人" in page
    moving.refresh_from_db()
    staying.refresh_from_db()
    assert (moving.office, moving.office_path, staying.office) == (
        tree.other_town,
        tree.other_town.path,
        tree.town,
    )
    event = AuditEvent.objects.get(action="change", target_id=str(moving.pk))
    assert event.detail["fields"] == ["office"]
    admin.post(reverse("members:undo_move", args=[BulkMove.objects.get().public_id]))
    moving.refresh_from_db()
    assert (moving.office, moving.version) == (tree.town, 3)


def test_all_by_filter_move(county_admin: User, make_member: Callable[..., Member], tree: Tree) -> None:
    for name in ("甲一", "甲二", "乙三"):
        make_member(name)
    selection = Selection(ListState(q="甲"))
    move = move_members(selection=selection, office=tree.other_town, by=county_admin)
    assert len(move.members) == 2
    assert Member.objects.get(name="乙三").office == tree.town


def test_undo_leaves_and_names_who_was_edited_since(
    admin: Client, county_admin: User, make_member: Callable[..., Member], tree: Tree
) -> None:
    edited, same = make_member("改过"), make_member("没改")
    move = move_members(selection=Selection(ListState()), office=tree.other_town, by=county_admin)
    edited.refresh_from_db()
    edited.version += 1
    edited.save()
    assert undo_move(move=move, by=county_admin) == [edited.pk]
    page = admin.get(reverse("members:moved", args=[move.public_id])).content.decode()
    assert "改过" in page
    assert "没改" not in page
    same.refresh_from_db()
    assert same.office == tree.town


def test_withdrawn_people_are_never_touched(
    county_admin: User, make_member: Callable[..., Member], tree: Tree
) -> None:
    make_member("在册")
    gone = make_member("退出")
    gone.consents.update(withdrawn_on="2026-02-01")
    Member.objects.filter(pk=gone.pk).update(status="withdrawn")
    for ids in (None, (gone.public_id, Member.objects.get(name="在册").public_id)):
        move = move_members(selection=Selection(ListState(), ids), office=tree.other_town, by=county_admin)
        assert gone.pk not in move.members
        undo_move(move=move, by=county_admin)


def test_undo_passes_over_who_withdrew_since(
    county_admin: User, make_member: Callable[..., Member], tree: Tree
) -> None:
    gone = make_member("退出")
    move = move_members(selection=Selection(ListState()), office=tree.other_town, by=county_admin)
    Member.objects.filter(pk=gone.pk).update(status="withdrawn")
    assert undo_move(move=move, by=county_admin) == [gone.pk]
    gone.refresh_from_db()
    assert gone.office == tree.other_town


def test_paired_member_of_another_office_is_not_moved(
    tree: Tree, town_cadre: User, pairing: object, member: Member
) -> None:
    grant = town_cadre.grants.get()
    grant.office = tree.other_town
    grant.save()
    user = User.objects.get(pk=town_cadre.pk)
    assert not Selection(ListState(), (member.public_id,)).members(user).exists()


def test_nobody_ticked_says_so(admin: Client) -> None:
    assert "请先勾选成员" in admin.post("/members/move/", {}, follow=True).content.decode()


def test_letters_are_for_those_who_have_not_confirmed(
    admin: Client, member: Member, tree: Tree, county_admin: User
) -> None:
    Member.objects.create(name="待确", office=tree.county, status_since="2026-03-01", entered_at=tree.county)
    page = admin.post("/members/letters/", {"all": "1"}).content.decode()
    assert "待确" in page
    assert member.name not in page
    assert AuditEvent.objects.filter(action="print").count() == 1


def test_old_moves_are_forgotten(county_admin: User, member: Member, tree: Tree) -> None:
    move_members(selection=Selection(ListState()), office=tree.other_town, by=county_admin)
    today = BulkMove.objects.get().at.date()
    assert forget_old_moves(today + dt.timedelta(days=30)) == 0
    assert forget_old_moves(today + dt.timedelta(days=32)) == 1
