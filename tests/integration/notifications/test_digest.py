import datetime as dt
from collections.abc import Iterator

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from apps.accounts.models import Grant, User
from apps.notifications import digest
from apps.notifications.digest import Source, forget_old, may_disturb, register, send_digests
from apps.notifications.models import MailSetting, Notification

CHINA = dt.timezone(dt.timedelta(hours=8))
# Monday 2 March 2026.
MORNING = dt.datetime(2026, 3, 2, 8, 30, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def waiting(county_admin: User, city_admin: User) -> Iterator[dict[int, int]]:
    """How many things wait for whom; only these sources speak in these tests."""
    counts = {county_admin.pk: 3, city_admin.pk: 0}
    kept = dict(digest._sources)
    digest._sources.clear()
    register(Source("tests.b", "待联系", lambda day: {county_admin.pk: 2}, order=2))
    register(Source("tests.a", "到期事项", lambda day: counts, order=1))
    yield counts
    digest._sources.clear()
    digest._sources.update(kept)


@pytest.mark.parametrize(
    ("when", "may"),
    [
        ("2026-03-02T08:00", True),
        ("2026-03-02T20:59", True),
        ("2026-03-02T07:59", False),
        ("2026-03-02T21:00", False),
        ("2026-03-02T03:00", False),
        ("2026-03-01T10:00", False),  # Sunday
        ("2026-02-28T10:00", True),  # a worked Saturday after Spring Festival
        ("2026-02-17T10:00", False),  # Spring Festival
        ("2026-10-01T10:00", False),
    ],
)
def test_nobody_is_disturbed_at_night_or_on_days_off(when: str, may: bool) -> None:
    assert may_disturb(dt.datetime.fromisoformat(when).replace(tzinfo=CHINA)) is may


def test_digest_is_one_row_with_counts(county_admin: User) -> None:
    assert send_digests(MORNING) == 1
    message = Notification.objects.get()
    assert message.to == county_admin
    assert message.subject == "今日提醒：到期事项 3，待联系 2"


def test_digest_comes_once_a_day(county_admin: User) -> None:
    assert [send_digests(MORNING), send_digests(MORNING + dt.timedelta(hours=5))] == [1, 0]
    assert send_digests(MORNING + dt.timedelta(days=1)) == 1


def test_digest_never_at_night(county_admin: User) -> None:
    assert send_digests(MORNING - dt.timedelta(hours=2)) == 0
    assert not Notification.objects.exists()


def test_digest_skips_who_left(county_admin: User) -> None:
    Grant.objects.filter(user=county_admin).update(ends_on=dt.date(2026, 2, 1))
    assert send_digests(MORNING) == 0


@pytest.fixture
def mailbox(settings: object, mailoutbox: list[EmailMessage]) -> list[EmailMessage]:
    settings.EMAIL_HOST = "mail.example.cn"  # type: ignore[attr-defined]
    settings.PUBLIC_URL = "https://tongxin.example.cn"  # type: ignore[attr-defined]
    return mailoutbox


def test_mail_goes_only_where_wanted(
    county_admin: User, mailbox: list[EmailMessage], django_capture_on_commit_callbacks: object
) -> None:
    setting = MailSetting.objects.create(user=county_admin, address="gan@example.cn")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        send_digests(MORNING)
    assert mailbox == []
    setting.is_wanted = True
    setting.save()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        send_digests(MORNING + dt.timedelta(days=1))
    [mail] = mailbox
    assert mail.to == ["gan@example.cn"]
    assert mail.subject == "同心：今日有 5 项提醒"
    assert "到期事项：3\n待联系：2" in mail.body
    assert "https://tongxin.example.cn/inbox/" in mail.body
    assert county_admin.name not in mail.subject + mail.body


def test_mail_server_that_fails_stops_nothing(
    county_admin: User, mailbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    setting = MailSetting.objects.create(user=county_admin, address="gan@example.cn", is_wanted=True)

    def broken(*args: object, **rest: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("apps.notifications.mail.send_mail", broken)
    assert digest.mail_digest(setting, []) is False


def test_messages_end_after_half_a_year(county_admin: User) -> None:
    send_digests(MORNING)
    Notification.objects.update(at=timezone.now() - dt.timedelta(days=181))
    assert forget_old(timezone.now()) == 1
