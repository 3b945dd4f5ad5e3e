"""任职 and 公职席位 on the member's page: entered, changed, ended; what ended stays."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.core.refusals import Refusal
from apps.members import appointing
from apps.members.appointing import Post, Seat
from apps.members.forms import initial_of
from apps.members.models import Appointment, Member, Organization, PublicSeat
from apps.members.organizations import set_employer
from tests.cast import Tree

TODAY = timezone.localdate


@pytest.fixture
def member(tree: Tree, make_member: Callable[..., Member]) -> Member:
    return make_member("职一")


@pytest.fixture
def chamber(tree: Tree) -> Organization:
    return Organization.objects.create(office=tree.county, name="甲县商会", kind="chamber")


def test_post_from_the_members_page(
    client: Client, town_cadre: User, member: Member, chamber: Organization
) -> None:
    client.force_login(town_cadre)
    page = reverse("members:appoint", args=[member.public_id])
    assert "甲县商会" in client.get(page).content.decode()
    typed = {"organization": "甲县商会", "title": "副会长", "starts_on": "2024.3.1", "term": "5"}
    assert client.post(page, typed).status_code == 302
    post = member.appointments.get()
    assert (post.organization, post.title, post.term) == (chamber, "副会长", 5)
    again = client.post(page, typed)
    assert again.status_code == 422
    assert "仍在任" in again.content.decode()


def test_post_in_a_new_organization_is_entered_with_it(
    client: Client, town_cadre: User, member: Member, tree: Tree
) -> None:
    client.force_login(town_cadre)
    page = reverse("members:appoint", args=[member.public_id])
    client.post(page, {"organization": "甲县律师协会", "title": "会员"})
    client.post(page, {"organization": "东镇机械有限公司", "title": "董事长"})
    kinds = Organization.objects.values_list("name", "kind", "office")
    assert set(kinds) == {
        ("甲县律师协会", "professional", tree.county.pk),
        ("东镇机械有限公司", "enterprise", tree.town.pk),
    }
    refused = client.post(page, {"organization": "甲县佛教协会", "title": "会员"})
    assert refused.status_code == 422
    assert "不作为登记内容" in refused.content.decode()


def test_post_from_the_organizations_page(
    client: Client, county_admin: User, member: Member, chamber: Organization
) -> None:
    client.force_login(county_admin)
    choose = client.post(reverse("organizations:choose_member", args=[chamber.public_id]), {"q": "zy"})
    link = reverse("members:appoint", args=[member.public_id])
    assert f"{link}?organization={chamber.public_id}" in choose.content.decode()
    answer = client.post(f"{link}?organization={chamber.public_id}", {"title": "会长"})
    assert answer["Location"] == reverse("organizations:detail", args=[chamber.public_id])
    assert member.appointments.get().title == "会长"


def test_post_elsewhere_cannot_be_named_in_the_url(
    client: Client, town_cadre: User, member: Member, tree: Tree
) -> None:
    far = Organization.objects.create(office=tree.far_town, name="南镇商会", kind="chamber")
    client.force_login(town_cadre)
    page = reverse("members:appoint", args=[member.public_id])
    for wanted in (far.public_id, "nonsense"):
        assert client.get(page, {"organization": str(wanted)}).status_code == 404


def test_ended_post_stays_and_another_term_is_another_row(
    town_cadre: User, member: Member, chamber: Organization
) -> None:
    first = appointing.appoint(
        member=member, organization=chamber, post=Post(title="会长", term=4), by=town_cadre
    )
    appointing.end_appointment(appointment=first, on=TODAY(), by=town_cadre)
    appointing.appoint(member=member, organization=chamber, post=Post(title="会长", term=5), by=town_cadre)
    rows = Appointment.objects.filter(member=member).order_by("pk").values_list("term", "ends_on")
    assert list(rows) == [(4, TODAY()), (5, None)]
    with pytest.raises(Refusal, match="已经结束"):
        appointing.end_appointment(appointment=first, on=TODAY(), by=town_cadre)


@pytest.mark.parametrize(
    ("post", "sentence"),
    [
        (Post(title="", starts_on=dt.date(2999, 1, 1)), "不能晚于今天"),
        (Post(title="", starts_on=dt.date(2024, 1, 1), term_ends_on=dt.date(2023, 1, 1)), "不能早于任职起"),
    ],
)
def test_post_dates_refused(
    town_cadre: User, member: Member, chamber: Organization, post: Post, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        appointing.appoint(member=member, organization=chamber, post=post, by=town_cadre)


def test_posts_raise_the_version_of_the_member(
    town_cadre: User, member: Member, chamber: Organization
) -> None:
    before = Member.objects.get(pk=member.pk).version
    appointing.appoint(member=member, organization=chamber, post=Post(title="会长"), by=town_cadre)
    assert Member.objects.get(pk=member.pk).version == before + 1


def test_second_work_post_survives_an_edit(town_cadre: User, member: Member, tree: Tree) -> None:
    set_employer(member, "一公司", "董事长", TODAY())
    second = Organization.objects.create(office=tree.town, name="二公司", kind="enterprise")
    appointing.appoint(member=member, organization=second, post=Post(title="董事"), by=town_cadre)
    shown = initial_of(member)
    assert (shown["employer"], shown["title"]) == ("一公司", "董事长")
    set_employer(member, "一公司", "董事长", TODAY())
    assert member.appointments.filter(ends_on=None).count() == 2
    set_employer(member, "三公司", "经理", TODAY())
    held = member.appointments.filter(ends_on=None).values_list("organization__name", flat=True)
    assert set(held) == {"二公司", "三公司"}


def test_seat_taken_changed_and_ended(client: Client, town_cadre: User, member: Member) -> None:
    client.force_login(town_cadre)
    typed = {"kind": "cppcc_member", "level": "county", "sector": "economy", "term": "15"}
    page = reverse("members:take_seat", args=[member.public_id])
    assert client.post(page, typed).status_code == 302
    assert "仍在任" in client.post(page, typed).content.decode()
    seat = PublicSeat.objects.get()
    client.post(
        reverse("members:change_seat", args=[member.public_id, seat.pk]), {**typed, "sector": "education"}
    )
    client.post(reverse("members:end_seat", args=[member.public_id, seat.pk]), {"on": "2026-01-05"})
    seat.refresh_from_db()
    assert (seat.sector, seat.ends_on) == ("education", dt.date(2026, 1, 5))
    assert (
        "县（市、区）政协委员"
        in client.get(reverse("members:detail", args=[member.public_id])).content.decode()
    )


def test_no_conference_in_towns(town_cadre: User, member: Member) -> None:
    with pytest.raises(Refusal, match="乡镇不设政协"):
        appointing.take_seat(member=member, seat=Seat(kind="cppcc_member", level="town"), by=town_cadre)
    for wrong in (
        {"kind": "cppcc_member", "level": "town"},
        {"kind": "deputy", "level": "city", "sector": "press"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            PublicSeat.objects.create(member=member, **wrong)


def test_neighbour_finds_no_post(
    client: Client, neighbour: User, member: Member, chamber: Organization
) -> None:
    post = Appointment.objects.create(member=member, organization=chamber)
    client.force_login(neighbour)
    page = reverse("members:end_post", args=[member.public_id, post.pk])
    assert client.post(page, {"on": "2026-01-01"}).status_code == 404
