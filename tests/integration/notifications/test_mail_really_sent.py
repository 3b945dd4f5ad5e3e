"""The digest over real SMTP: it arrives where it should, and holds nothing about anybody."""

import datetime as dt
from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.notifications.digest import send_digests
from apps.notifications.models import MailSetting
from apps.pairing.models import Pairing
from tests.integration.notifications.smtp import MailServer

CHINA = dt.timezone(dt.timedelta(hours=8))
# Monday 2 March 2026.
MORNING = dt.datetime(2026, 3, 2, 8, 30, tzinfo=CHINA)


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.PUBLIC_URL = "https://tongxin.example.cn"
        yield server


def send(callbacks: object) -> None:
    with callbacks(execute=True):  # type: ignore[operator]
        assert send_digests(MORNING) == 1


def test_digest_arrives_and_names_nobody(
    server: MailServer, pairing: Pairing, django_capture_on_commit_callbacks: object
) -> None:
    """The pair of January was never met: its first contact is overdue."""
    cadre, member = pairing.cadre, pairing.member
    MailSetting.objects.create(user=cadre, address="gan@example.cn", is_wanted=True)
    send(django_capture_on_commit_callbacks)
    (raw,) = server.letters
    letter = message_from_bytes(raw, policy=policy.default)
    body = letter.get_body().get_content()  # type: ignore[union-attr]
    assert server.envelope[-1].upper() == "RCPT TO:<GAN@EXAMPLE.CN>"
    assert letter["Subject"] == "同心：今日有 1 项提醒"
    assert "到期或逾期的联系：1" in body
    assert "https://tongxin.example.cn/inbox/" in body
    said = f"{letter['Subject']}{letter['From']}{body}"
    personal = (member.name, cadre.name, cadre.username, member.record_number, str(member.public_id))
    assert not [words for words in personal if words in said]


def test_nothing_is_mailed_to_who_did_not_ask(
    server: MailServer, pairing: Pairing, django_capture_on_commit_callbacks: object
) -> None:
    send(django_capture_on_commit_callbacks)
    assert server.letters == []


def test_users_who_left_get_no_mail(
    server: MailServer, pairing: Pairing, town_cadre: User, django_capture_on_commit_callbacks: object
) -> None:
    MailSetting.objects.create(user=town_cadre, address="gan@example.cn", is_wanted=True)
    User.objects.filter(pk=town_cadre.pk).update(is_active=False)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert send_digests(MORNING) == 0
    assert server.letters == []
