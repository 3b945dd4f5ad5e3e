"""Consent as a working object: which text, by whom witnessed, asked again; and no way into the registry without one."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.members import consent_text
from apps.members.actions import ConsentGiven, MemberRefused, confirm_consent, refuse_witness
from apps.members.consent_text import CONSENT_TEXTS, CURRENT_VERSION, ConsentText
from apps.members.models import Appointment, Consent, Member, Organization, WayOutNote
from apps.members.ownfile import codes, notes
from apps.members.witnesses import possible_witnesses
from apps.notifications.models import Notification
from apps.pairing.models import Pairing
from tests.cast import Tree

# Published texts never change: consents name them. A new wording is a new version with a line of its own here.
PUBLISHED = {"2026-1": "7db6dadf1b5c9e05d381c5bc9597ed4738801be46d593a08051eeb24d19f2ddf"}


def test_published_texts_read_as_they_were_signed() -> None:
    assert {version: text.sha256 for version, text in CONSENT_TEXTS.items()} == PUBLISHED


def test_text_says_that_refusing_costs_nothing() -> None:
    said = "".join(CONSENT_TEXTS[CURRENT_VERSION].paragraphs)
    assert "不登记、不同意、退出，不影响审批、补贴、评优、提名" in said
    assert set(CONSENT_TEXTS[CURRENT_VERSION].purposes) == set(Consent.Purpose.values)


def test_consent_keeps_the_hash_of_its_text(member: Member) -> None:
    assert member.consents.get().text_sha256 == PUBLISHED["2026-1"]


# -- no way in without one ----------------------------------------------------------------------------------

INSERT = """
INSERT INTO members_member (public_id, name, name_simplified, pinyin, pinyin_initials, strokes, phone, phone_index, email,
    gender, categories, status, status_since, contact_preference, version, created_at, office_id, office_path)
SELECT gen_random_uuid(), '钱宜', '', '', '', '', '', '', '', '', '{}', %s, current_date, 'normal', 1, now(), %s, ''
FROM generate_series(1, 3)
"""


def insert_raw(office: int, status: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, [status, office])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", ["active", "moved", "deceased"])
def test_raw_insert_without_consent_fails_at_commit(tree: Tree, status: str) -> None:
    with pytest.raises(IntegrityError, match="has no consent"):
        insert_raw(tree.town.pk, status)
    assert not Member.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_pending_rows_need_none(tree: Tree) -> None:
    insert_raw(tree.town.pk, "pending")
    assert Member.objects.count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change", ["DELETE FROM members_consent", "UPDATE members_consent SET withdrawn_on = current_date"]
)
def test_last_consent_of_an_active_member_stays(member: Member, change: str) -> None:
    def take_it_away() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)

    with pytest.raises(IntegrityError, match="has no consent"):
        take_it_away()


# -- witnesses ----------------------------------------------------------------------------------------------


def confirm_by(witness: User | None, member: Member, by: User) -> None:
    given = ConsentGiven(
        given_on=timezone.localdate(), evidence=None, how=Consent.How.IN_PERSON, witness=witness
    )
    confirm_consent(member=member, consent=given, by=by)


@pytest.fixture
def waiting(tree: Tree) -> Member:
    return Member.objects.create(
        name="孙新", office=tree.town, entered_at=tree.county, status_since=timezone.localdate()
    )


def test_in_person_needs_a_witness(waiting: Member, county_admin: User, city_admin: User) -> None:
    with pytest.raises(MemberRefused, match="需要一名见证人"):
        confirm_by(None, waiting, county_admin)
    with pytest.raises(MemberRefused, match="经办人本人"):
        confirm_by(county_admin, waiting, county_admin)
    confirm_by(city_admin, waiting, county_admin)
    assert waiting.consents.get().witness == city_admin


def test_consent_in_person_is_entered_on_the_page(
    client: Client, waiting: Member, county_admin: User, city_admin: User, settings: Settings
) -> None:
    settings.DEMO = True
    client.force_login(county_admin)
    page = reverse("members:confirm", args=[waiting.public_id])
    said = {"how": "in_person", "given_on": f"{timezone.localdate()}"}
    assert "需要一名见证人" in client.post(page, said).text
    assert client.post(page, {**said, "witness": city_admin.pk}).status_code == 302
    assert (waiting.consents.get().how, waiting.consents.get().witness) == ("in_person", city_admin)
    assert Notification.objects.get(to=city_admin).kind == "members.named_as_witness"


def test_signed_sheet_needs_its_scan(
    client: Client, waiting: Member, county_admin: User, settings: Settings
) -> None:
    settings.DEMO = True
    client.force_login(county_admin)
    said = {"how": "signed_sheet", "given_on": f"{timezone.localdate()}"}
    answer = client.post(reverse("members:confirm", args=[waiting.public_id]), said)
    assert (answer.status_code, "请上传签字同意表的扫描件" in answer.text) == (422, True)


def test_paired_cadre_is_no_witness(pairing: Pairing, town_cadre: User, county_admin: User) -> None:
    given = ConsentGiven(given_on=timezone.localdate(), evidence=None, witness=town_cadre)
    with pytest.raises(MemberRefused, match="结对干部"):
        refuse_witness(pairing.member, given, county_admin)


def test_paired_cadre_is_not_offered_as_a_witness(
    pairing: Pairing, town_cadre: User, city_admin: User
) -> None:
    assert list(possible_witnesses(pairing.member)) == [city_admin]


def test_nobody_of_the_employer_is_a_witness(
    waiting: Member, town_cadre: User, county_admin: User, tree: Tree
) -> None:
    employer = Organization.objects.create(office=tree.town, name=tree.town.name, kind="institution")
    Appointment.objects.create(member=waiting, organization=employer, title="科员")
    with pytest.raises(MemberRefused, match="所在单位"):
        confirm_by(town_cadre, waiting, county_admin)


# -- a text that changes ------------------------------------------------------------------------------------


@pytest.fixture
def new_text(monkeypatch: pytest.MonkeyPatch) -> ConsentText:
    text = ConsentText(
        "2027-1", "新文本", ("registry",), ("不登记、不同意、退出，不影响审批、补贴、评优、提名。",)
    )
    texts = {**CONSENT_TEXTS, "2027-1": text}
    for module in (
        "consent_text",
        "ownfile.agreeing",
        "ownfile.held",
        "ownfile.notes",
        "ownfile.pages",
        "actions",
    ):
        for name, value in (("CONSENT_TEXTS", texts), ("CURRENT_VERSION", "2027-1")):
            monkeypatch.setattr(f"apps.members.{module}.{name}", value, raising=False)
    return text


def enter(client: Client, member: Member) -> None:
    code = codes.code_for_next_time(member)[1]
    proof = f"{member.birth_month:%Y.%m}" if member.birth_month else ""
    assert client.post("/l/my/", {"code": code, "proof": proof}).status_code == 302


def test_who_has_to_be_asked_again(
    member: Member, new_text: ConsentText, client: Client, town_cadre: User
) -> None:
    assert list(notes.to_ask_again(Member.objects.all())) == [member]
    enter(client, member)
    assert "同意书有了新的文本" in client.get("/my/").content.decode()
    assert new_text.title in client.get("/my/consent/").content.decode()
    client.post("/my/consent/")
    assert not notes.to_ask_again(Member.objects.all()).exists()
    given = member.consents.get(text_version="2027-1")
    assert (given.how, given.text_sha256, given.purposes) == ("own_link", new_text.sha256, ["registry"])
    assert given.recorded_by is None


def test_nobody_is_asked_again_while_the_text_stands(member: Member) -> None:
    assert consent_text.CURRENT_VERSION == "2026-1"
    assert not notes.to_ask_again(Member.objects.all()).exists()


def test_pending_member_confirms_by_the_own_link(client: Client, tree: Tree) -> None:
    waiting = Member.objects.create(name="孙新", office=tree.town, status_since=timezone.localdate())
    enter(client, waiting)
    assert "请您确认是否同意登记" in client.get("/my/").content.decode()
    client.post("/my/consent/")
    waiting.refresh_from_db()
    assert waiting.status == Member.Status.ACTIVE
    assert waiting.consents.get().how == Consent.How.OWN_LINK


def test_agreeing_twice_is_once(client: Client, member: Member) -> None:
    enter(client, member)
    client.post("/my/consent/")
    assert member.consents.count() == 1


# -- seven days later ---------------------------------------------------------------------------------------


@pytest.fixture
def week_old(make_member: Callable[..., Member]) -> Member:
    return make_member("钱宜", given_on=timezone.localdate() - dt.timedelta(days=7))


def test_a_letter_waits_for_who_has_no_address(week_old: Member, member: Member) -> None:
    assert notes.write_notes(timezone.localdate()) == {"letters": 1, "mailed": 0}
    assert notes.write_notes(timezone.localdate()) == {"letters": 0, "mailed": 0}
    assert list(notes.letters_to_print(Member.objects.all())) == [week_old]


def test_not_before_the_seventh_day(week_old: Member) -> None:
    notes.write_notes(timezone.localdate() - dt.timedelta(days=1))
    assert not WayOutNote.objects.exists()


def test_printing_takes_letters_off_the_list(
    client: Client, settings: Settings, week_old: Member, town_cadre: User
) -> None:
    settings.DEMO = True
    notes.write_notes(timezone.localdate())
    client.force_login(town_cadre)
    assert week_old.name in client.get("/members/letters-due/").content.decode()
    letter = client.post("/members/letters-due/").content.decode()
    code = letter.split('<p class="own-code select-all">')[1].split("<")[0]
    assert not notes.letters_to_print(Member.objects.all()).exists()
    assert Client().post("/l/my/", {"code": code, "proof": ""}).status_code == 302


def test_mail_goes_to_who_has_an_address(
    client: Client, settings: Settings, make_member: Callable[..., Member]
) -> None:
    settings.EMAIL_HOST, settings.PUBLIC_URL = "mail.example.cn", "https://tx.example.cn"
    person = make_member(
        "钱宜", given_on=timezone.localdate() - dt.timedelta(days=8), email="qian@example.cn"
    )
    assert notes.write_notes(timezone.localdate()) == {"letters": 0, "mailed": 1}
    (letter,) = mail.outbox
    assert letter.to == ["qian@example.cn"]
    assert person.name not in f"{letter.subject}{letter.body}"
    code = str(letter.body).split("/l/my-")[1].split("/")[0]
    assert client.post("/l/my/", {"code": code}).status_code == 302
    assert "您已登记满七天" in client.get("/my/").content.decode()
