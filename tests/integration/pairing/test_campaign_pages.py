"""The pages of campaigns: an administrator chooses, brings, gives out; a cadre visits by the ordinary form; the end is printed."""

import datetime as dt
import io
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from docx import Document
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.casework.models import Case
from apps.core.credit_codes import check_sign
from apps.members.importing import outcomes
from apps.members.importing.batches import ask_to_apply, ask_to_undo
from apps.members.models import ImportBatch, Organization
from apps.pairing.models import Campaign, Target, Visit
from apps.pairing.rules import Asked
from tests.cast import Tree
from tests.fixtures.rosters import roster_file
from tests.integration.members.importing import worked
from tests.integration.pairing.campaigns import campaign_of, enterprise, given_to, visit_to, with_targets

_CODE = "91321283MA1MPGM60"
CODE = _CODE + check_sign(_CODE)


def page_of(campaign: Campaign, name: str = "campaign") -> str:
    return reverse(f"pairing:{name}", args=[campaign.public_id])


@pytest.fixture
def admin(client: Client, county_admin: User, settings: Settings) -> Client:
    settings.DEMO = True
    client.force_login(county_admin)
    return client


@pytest.fixture
def campaign(tree: Tree, county_admin: User) -> Campaign:
    today = timezone.localdate()
    return campaign_of(
        tree.county,
        county_admin,
        starts_on=today - dt.timedelta(days=30),
        ends_on=today + dt.timedelta(days=30),
    )


@pytest.fixture
def firm(tree: Tree) -> Organization:
    return enterprise(tree.town, "东风机械有限公司", credit_code=CODE)


def test_campaign_is_begun_and_organizations_chosen_by_filter(
    admin: Client, tree: Tree, firm: Organization
) -> None:
    enterprise(tree.far_town, "南方机械有限公司")
    Organization.objects.create(office=tree.town, name="东镇商会", kind="chamber")
    said = {
        "office": tree.county.pk,
        "title": "百企大走访",
        "purpose": "了解用工",
        "starts_on": "2026-03-01",
        "ends_on": "2026-06-30",
    }
    pick = admin.post("/campaigns/new/", said).headers["Location"]
    assert [name in admin.get(pick).text for name in ("东风机械", "南方机械", "东镇商会")] == [
        True,
        False,
        False,
    ]
    admin.post(f"{pick}?q=机械", {"all": "1"})
    assert [target.organization for target in Target.objects.all()] == [firm]
    assert "东风机械" not in admin.get(pick).text


def test_ticked_targets_are_given_to_a_cadre(
    admin: Client, campaign: Campaign, firm: Organization, county_admin: User, town_cadre: User
) -> None:
    (target,) = with_targets(campaign, county_admin, firm)
    asks = admin.post(page_of(campaign, "campaign_assign"), {"target": target.public_id})
    assert town_cadre.name in asks.text
    said = {"target": target.public_id, "stage": "give", "among": town_cadre.pk, "due_on": campaign.ends_on}
    admin.post(page_of(campaign, "campaign_assign"), said)
    target.refresh_from_db()
    assert (target.assignee, target.due_on) == (town_cadre, campaign.ends_on)


def test_who_was_sent_logs_the_visit_by_the_ordinary_form(
    client: Client, tree: Tree, campaign: Campaign, county_admin: User, town_cadre: User
) -> None:
    """Of an organization that stands at the county, which a town's cadre would not see otherwise."""
    firm = enterprise(tree.county, "县属机械有限公司")
    given_to(town_cadre, campaign, county_admin, *with_targets(campaign, county_admin, firm))
    client.force_login(town_cadre)
    assert firm.name in client.get("/today/").text
    form = client.get(f"/visits/new/?organization={firm.public_id}").text
    assert f'value="{firm.name}"' in form
    said = {
        "public_id": uuid.uuid4(),
        "organizations": firm.name,
        "kind": "home_visit",
        "happened_on": timezone.localdate(),
        "asked_kind": "request",
        "asked_text": "希望解决用工",
    }
    assert client.post("/visits/new/", said).status_code == 302
    page = client.get(page_of(campaign)).text
    assert all(
        words in page
        for words in ("已走访", Case.objects.get().number, Visit.objects.get().happened_on.strftime("%m-%d"))
    )
    assert firm.name not in client.get("/today/").text


def test_cadre_next_door_sees_nothing(
    client: Client, campaign: Campaign, firm: Organization, county_admin: User, neighbour: User
) -> None:
    with_targets(campaign, county_admin, firm)
    client.force_login(neighbour)
    assert client.get(page_of(campaign)).status_code == 404
    assert page_of(campaign) not in client.get("/campaigns/").text
    assert client.get("/visits/names/organizations/?q=东风").json() == {"names": []}


def test_cadre_of_a_town_sees_its_targets_and_changes_nothing(
    client: Client, tree: Tree, campaign: Campaign, firm: Organization, county_admin: User, town_cadre: User
) -> None:
    with_targets(campaign, county_admin, firm, enterprise(tree.other_town, "西风机械有限公司"))
    client.force_login(town_cadre)
    page = client.get(page_of(campaign)).text
    assert (firm.name in page, "西风机械" in page, "添加走访单位" in page) == (True, False, False)
    assert client.post(page_of(campaign, "campaign_assign"), {"all": "1"}).status_code == 403


@pytest.mark.parametrize(
    ("row", "kind", "said"),
    [
        (["东风机械有限公司", "", "董干", ""], "new", ""),
        (["写错的名字", CODE, "", ""], "new", ""),
        (["无此公司", "", "", ""], "error", "先登记"),
        (["", _CODE + "0", "", ""], "error", "校验不通过"),
        (["东风机械有限公司", "", "没这个人", ""], "error", "没有这位干部"),
        (["东风机械有限公司", "", "", "2020-01-01"], "error", "起止日期之内"),
        (["静安寺管理委员会", "", "", ""], "error", "不作为登记内容"),
    ],
)
def test_listed_organization_is_found_by_code_then_name(
    admin: Client,
    campaign: Campaign,
    firm: Organization,
    town_cadre: User,
    row: list[str],
    kind: str,
    said: str,
) -> None:
    batch = sent(admin, campaign, row)
    (outcome,) = outcomes.kept(batch.outcomes)
    assert outcome.kind == kind
    assert said in "；".join(sentence for _column, sentence in outcome.reasons)


def sent(admin: Client, campaign: Campaign, *rows: list[str]) -> ImportBatch:
    sheet = roster_file([["单位名称", "统一社会信用代码", "走访干部", "完成期限"], *rows])
    assert admin.post(page_of(campaign, "campaign_import"), {"sheet": sheet}).status_code == 302
    return worked(ImportBatch.objects.latest("pk"))


@pytest.mark.django_db(transaction=True)
def test_imported_list_is_entered_and_taken_back_but_for_what_was_visited(
    admin: Client, tree: Tree, campaign: Campaign, firm: Organization, county_admin: User, town_cadre: User
) -> None:
    enterprise(tree.other_town, "西风机械有限公司")
    batch = sent(admin, campaign, [firm.name, "", "董干", ""], ["西风机械有限公司", "", "", ""])
    ask_to_apply(batch, county_admin)
    worked(batch)
    assert Target.objects.filter(campaign=campaign).count() == 2
    visit_to(firm, town_cadre, happened_on=timezone.localdate())
    batch.refresh_from_db()
    ask_to_undo(batch, county_admin)
    worked(batch)
    assert [target.organization for target in Target.objects.all()] == [firm]
    assert "已经走访" in admin.get(f"/members/import/{batch.pk}/").text


def test_summary_closes_the_campaign_and_is_printed_in_word(
    admin: Client, campaign: Campaign, firm: Organization, county_admin: User, town_cadre: User
) -> None:
    given_to(town_cadre, campaign, county_admin, *with_targets(campaign, county_admin, firm))
    visit_to(firm, town_cadre, happened_on=timezone.localdate(), asked=(Asked(kind="request", text="用工"),))
    admin.post(page_of(campaign, "close_campaign"), {"summary": "共性问题是用工。"})
    assert "走访已结束" in admin.get(page_of(campaign)).text
    answer = admin.post(page_of(campaign, "campaign_word"), follow=True)
    document = Document(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert "应走访1家，已走访1家；走访中提出诉求建议1件" in words
    assert "共性问题是用工。" in words
    assert rows == [
        ["机构", "应走访", "已走访", "提出", "已答复", "已办结"],
        ["东镇", "1", "1", "1", "0", "0"],
    ]


def test_suggestions_tell_two_of_one_name_apart_and_the_form_takes_them(
    client: Client, tree: Tree, county_admin: User, make_user: Any
) -> None:
    cadre = make_user("county_cadre", "cadre", tree.county, "贾干")
    one, _other = enterprise(tree.town, "华联超市"), enterprise(tree.other_town, "华联超市")
    client.force_login(cadre)
    names = client.get("/visits/names/organizations/?q=華聯").json()["names"]
    assert names == ["华联超市（东镇）", "华联超市（西镇）"]
    said = {
        "public_id": uuid.uuid4(),
        "organizations": names[0],
        "kind": "home_visit",
        "happened_on": timezone.localdate(),
    }
    assert client.post("/visits/new/", said).status_code == 302
    assert Visit.objects.get().met.get().organization == one


def test_page_is_flat(
    admin: Client, tree: Tree, campaign: Campaign, firm: Organization, county_admin: User, town_cadre: User
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert admin.get(page_of(campaign)).status_code == 200
        return len(seen)

    def visited(*organizations: Organization) -> None:
        given_to(town_cadre, campaign, county_admin, *with_targets(campaign, county_admin, *organizations))
        for organization in organizations:
            visit_to(
                organization,
                town_cadre,
                happened_on=timezone.localdate(),
                asked=(Asked(kind="request", text="用工"),),
            )

    visited(firm)
    queries()  # the first page of a session writes it
    few = queries()
    visited(*[enterprise(tree.other_town, f"西{n}厂") for n in range(12)])
    assert queries() == few <= 15
