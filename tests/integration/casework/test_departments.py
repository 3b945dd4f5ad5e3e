"""Departments and askers come with a link, once; what they may see and what it does."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.casework.actions import CaseRefused, accept_case, answer_case, close_case, record_verdict
from apps.casework.departments import give_asker_link, hand_out, record_reply
from apps.casework.models import Case, CaseLink, Reply
from apps.core.refusals import Conflict
from apps.files.models import StoredFile
from apps.files.uploads import UploadRefused
from apps.members.actions import withdraw_member
from apps.notifications.models import Notification
from apps.offices.models import Office
from tests.cast import Tree
from tests.integration.casework.conftest import OpenCase

OnDay = Callable[[str], None]
PDF = b"%PDF-1.4\n%%EOF"


def at(secret: str) -> str:
    return reverse("open_link", args=[secret])


def text_of(stored: StoredFile) -> str:
    return "\n".join(paragraph.text for paragraph in Document(str(stored.path)).paragraphs)


@pytest.fixture
def case(open_case: OpenCase, town_cadre: User, on_day: OnDay) -> Case:
    """Accepted on 2 March 2026, due on the 23rd."""
    on_day("2026-03-02")
    return accept_case(case=open_case(), by=town_cadre)


@pytest.fixture
def secret(case: Case, bureau: Office, town_cadre: User) -> str:
    return hand_out(case=case, office=bureau, may_be_named=False, by=town_cadre)[1]


def test_department_answers_once_without_an_account(
    guest: Client, secret: str, case: Case, town_cadre: User
) -> None:
    page = guest.get(at(secret)).content.decode()
    assert case.number in page
    assert "想办证" in page
    assert case.member is not None
    assert case.member.name not in page
    assert guest.post(at(secret), {"text": "补贴已核发"}).status_code == 200
    reply = Reply.objects.get()
    assert (reply.text, reply.via, reply.recorded_by) == ("补贴已核发", "link", None)
    assert Notification.objects.get(kind="casework.replied").to == town_cadre
    assert guest.get(at(secret)).status_code == 410
    assert guest.post(at(secret), {"text": "再答一次"}).status_code == 410
    assert Reply.objects.count() == 1


def test_looking_does_not_use_the_link_up(guest: Client, secret: str) -> None:
    assert [guest.get(at(secret)).status_code for _ in range(3)] == [200, 200, 200]


def test_wording_guard_reads_what_departments_write(guest: Client, secret: str) -> None:
    answer = guest.post(at(secret), {"text": "此人思想落后"})
    assert answer.status_code == 422
    assert "此人思想落后" in answer.content.decode()
    assert not Reply.objects.exists()


def test_department_sees_a_name_only_where_the_asker_agreed(
    guest: Client, case: Case, bureau: Office, town_cadre: User
) -> None:
    assert case.member is not None
    _link, secret = hand_out(case=case, office=bureau, may_be_named=True, by=town_cadre)
    assert case.member.name in guest.get(at(secret)).content.decode()


@pytest.mark.parametrize(("day", "status"), [("2026-03-30", 200), ("2026-03-31", 410)])
def test_link_lives_until_five_working_days_after_the_deadline(
    guest: Client, secret: str, on_day: OnDay, day: str, status: int
) -> None:
    on_day(day)
    assert guest.get(at(secret)).status_code == status


def test_new_link_ends_the_old_one(
    guest: Client, secret: str, case: Case, bureau: Office, town_cadre: User
) -> None:
    _link, newer = hand_out(case=case, office=bureau, may_be_named=False, by=town_cadre)
    assert [guest.get(at(each)).status_code for each in (secret, newer)] == [410, 200]


def test_link_ends_with_its_case_and_with_its_member(guest: Client, secret: str, case: Case) -> None:
    assert case.member is not None
    withdraw_member(member=case.member, on=dt.date(2026, 3, 2), by=None)
    assert guest.get(at(secret)).status_code == 410


def test_secret_is_kept_as_a_hash_and_out_of_the_log(secret: str, caplog: pytest.LogCaptureFixture) -> None:
    assert secret not in str(CaseLink.objects.values())
    assert AuditEvent.objects.filter(action="invite").exists()


@pytest.mark.parametrize("secret", ["d-guess", "a-guess", "x-guess", "guess"])
def test_guessed_links_are_gone(guest: Client, db: None, secret: str) -> None:
    assert guest.get(at(secret)).status_code == 410


def test_links_are_limited_by_address(guest: Client, db: None) -> None:
    codes = [guest.get(at("d-guess")).status_code for _ in range(64)]
    assert codes[0] == 410
    assert codes[-1] == 429


def test_only_departments_nearby_are_handed_a_case(
    case: Case, town_cadre: User, neighbour: User, bureau: Office, tree: Tree
) -> None:
    with pytest.raises(CaseRefused):
        hand_out(case=case, office=tree.county, may_be_named=False, by=town_cadre)
    with pytest.raises(CaseRefused):
        hand_out(case=case, office=bureau, may_be_named=False, by=neighbour)


def test_reply_is_recorded_for_a_department_with_its_scan(
    client: Client, case: Case, bureau: Office, town_cadre: User, county_admin: User, neighbour: User
) -> None:
    client.force_login(town_cadre)
    said = {"office": bureau.pk, "text": "已核发", "replied_on": "2026-03-02"}
    url = reverse("casework:reply", args=[case.public_id])
    assert client.post(url, said).status_code == 422  # no scan
    answer = client.post(url, {**said, "scan": SimpleUploadedFile("回函.pdf", PDF)})
    assert answer.status_code == 302
    reply = Reply.objects.get()
    assert (reply.via, reply.recorded_by) == ("paper", town_cadre)
    scan = reverse("casework:reply_scan", args=[case.public_id, reply.public_id])
    for user, status in ((town_cadre, 200), (neighbour, 404)):
        client.force_login(user)
        answer = client.get(scan)
        assert answer.status_code == status
        b"".join(answer) if answer.streaming else None  # read to its end, a file closes


def test_scan_is_checked_by_its_bytes(case: Case, bureau: Office, town_cadre: User) -> None:
    upload = SimpleUploadedFile("x.pdf", b"MZ not a pdf")
    with pytest.raises(UploadRefused):
        record_reply(
            case=case, office=bureau, text="已办", replied_on=dt.date(2026, 3, 2), scan=upload, by=town_cadre
        )


def test_page_offers_the_departments(client: Client, case: Case, bureau: Office, town_cadre: User) -> None:
    client.force_login(town_cadre)
    page = client.get(reverse("casework:case", args=[case.public_id])).content.decode()
    assert page.count(f'<option value="{bureau.pk}">') >= 2
    assert 'id="reply_scan"' in page


def test_handing_out_gives_letter_and_link_once(
    client: Client, case: Case, bureau: Office, town_cadre: User
) -> None:
    client.force_login(town_cadre)
    page = client.post(reverse("casework:hand_out", args=[case.public_id]), {"office": bureau.pk})
    assert page.status_code == 200
    assert "/l/d-" in page.content.decode()
    written = text_of(StoredFile.objects.get(purpose="export"))
    assert case.member is not None
    assert case.member.name not in written
    for expected in ("诉求建议事项交办单", "甲县人社局：", case.number, "想办证", "2026年3月23日"):
        assert expected in written


# -- the asker -------------------------------------------------------------------------------------------------------


@pytest.fixture
def answered(case: Case, town_cadre: User) -> Case:
    return answer_case(case=case, answer="已联系窗口", answered_on=dt.date(2026, 3, 2), by=town_cadre)


def test_asker_judges_by_link(guest: Client, answered: Case, town_cadre: User) -> None:
    _link, secret = give_asker_link(case=answered, by=town_cadre)
    assert "已联系窗口" in guest.get(at(secret)).content.decode()
    assert guest.post(at(secret), {"verdict": "unsatisfied"}).status_code == 422
    assert guest.post(at(secret), {"verdict": "unsatisfied", "why": "还没办成"}).status_code == 200
    answered.refresh_from_db()
    assert (answered.state, answered.verdict_via, answered.verdict_why) == ("reopened", "link", "还没办成")
    assert guest.get(at(secret)).status_code == 410


def test_asker_is_satisfied(guest: Client, answered: Case, town_cadre: User) -> None:
    _link, secret = give_asker_link(case=answered, by=town_cadre)
    guest.post(at(secret), {"verdict": "satisfied", "why": ""})
    answered.refresh_from_db()
    assert (answered.state, answered.verdict) == ("confirmed", "satisfied")


def test_asker_takes_their_case_back(guest: Client, case: Case, town_cadre: User) -> None:
    _link, secret = give_asker_link(case=case, by=town_cadre)
    page = guest.get(at(secret)).content.decode()
    assert "verdict" not in page
    guest.post(at(secret), {"withdraw": "1"})
    case.refresh_from_db()
    assert case.state == "withdrawn"
    step = case.steps.last()
    assert step is not None
    assert (step.step, step.via, step.by) == ("withdraw", "link", None)


def test_asker_opens_a_closed_case_once_by_link(guest: Client, answered: Case, town_cadre: User) -> None:
    heard = record_verdict(
        case=answered, verdict="satisfied", via="call", said_on=dt.date(2026, 3, 2), by=town_cadre
    )
    closed = close_case(case=heard, closed_on=dt.date(2026, 3, 2), deed_done=False, by=town_cadre)
    _link, secret = give_asker_link(case=closed, by=town_cadre)
    assert 'name="withdraw"' not in guest.get(at(secret)).content.decode()
    assert guest.post(at(secret), {"reason": ""}).status_code == 422
    assert guest.post(at(secret), {"withdraw": "1"}).status_code == 422
    assert guest.post(at(secret), {"reason": "窗口又退回了材料"}).status_code == 200
    closed.refresh_from_db()
    assert (closed.state, closed.closed_on) == ("reopened", None)
    again = answer_case(case=closed, answer="已补齐", answered_on=dt.date(2026, 3, 2), by=town_cadre)
    heard = record_verdict(
        case=again, verdict="satisfied", via="call", said_on=dt.date(2026, 3, 2), by=town_cadre
    )
    with pytest.raises(Conflict):
        give_asker_link(case=heard, by=town_cadre)


def test_nobodys_case_has_no_asker_link(open_case: OpenCase, town_cadre: User) -> None:
    with pytest.raises(Conflict):
        give_asker_link(case=open_case(member=None), by=town_cadre)


def test_answer_letter_names_the_asker_only_to_who_sees_the_name(
    client: Client, answered: Case, town_cadre: User
) -> None:
    client.force_login(town_cadre)
    assert client.post(reverse("casework:answer_letter", args=[answered.public_id])).status_code == 302
    written = text_of(StoredFile.objects.get(purpose="export"))
    assert answered.member is not None
    assert f"{answered.member.name}：" in written
    assert "已联系窗口" in written
    events = AuditEvent.objects.filter(action="export", target_label="members.member")
    assert events.count() == 1


def test_letter_is_a_word_file(client: Client, answered: Case, town_cadre: User) -> None:
    client.force_login(town_cadre)
    made = client.post(reverse("casework:answer_letter", args=[answered.public_id]), follow=True)
    body = b"".join(made)
    assert Document(BytesIO(body)).paragraphs[0].style.name == "Title"  # type: ignore[union-attr]
