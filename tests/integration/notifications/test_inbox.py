import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.core.refusals import Refusal
from apps.jobs.kinds import Kind as JobKind
from apps.jobs.kinds import register as register_job
from apps.jobs.models import Job
from apps.jobs.reaping import reap
from apps.jobs.running import run_job
from apps.notifications.kinds import Kind, register
from apps.notifications.models import MailSetting, Notification
from apps.notifications.sending import notify
from tests.queries import count_queries

register(Kind("tests.told", "试验", "%(number)s 到期"))
INBOX = "/inbox/"


@pytest.fixture
def told(county_admin: User) -> Notification:
    notify(county_admin, "tests.told", key="a", link="/offices/", number="S0000001")
    return Notification.objects.get()


def test_same_key_is_told_once(county_admin: User, city_admin: User, told: Notification) -> None:
    assert notify([county_admin, city_admin], "tests.told", key="a", number="S0000001") == 1
    assert Notification.objects.count() == 2


def test_following_a_message_reads_it(client: Client, county_admin: User, told: Notification) -> None:
    client.force_login(county_admin)
    page = client.get(INBOX).content.decode()
    assert "S0000001 到期" in page
    assert "条未读" in page
    answer = client.post(reverse("notifications:follow", args=[told.public_id]))
    assert answer.headers["Location"] == "/offices/"
    told.refresh_from_db()
    assert told.read_at is not None
    assert "条未读" not in client.get(INBOX).content.decode()


def test_looking_at_pages_reads_nothing(client: Client, county_admin: User, told: Notification) -> None:
    client.force_login(county_admin)
    client.get(INBOX)
    bell = reverse("notifications:bell")
    assert "bell-count" in client.get(bell, headers={"HX-Request": "true"}).content.decode()
    assert client.get(bell).headers["Location"] == INBOX
    assert Notification.objects.unread().count() == 1


def test_nobody_reads_anothers_inbox(client: Client, city_admin: User, told: Notification) -> None:
    client.force_login(city_admin)
    assert "S0000001" not in client.get(INBOX).content.decode()
    assert client.post(reverse("notifications:follow", args=[told.public_id])).status_code == 404
    client.post(reverse("notifications:read_all"))
    assert Notification.objects.unread().count() == 1


def test_all_read_at_once(client: Client, county_admin: User, told: Notification) -> None:
    client.force_login(county_admin)
    client.post(reverse("notifications:read_all"))
    assert not Notification.objects.unread().exists()
    assert "没有消息" in client.get(INBOX, {"state": "unread"}).content.decode()


def test_inbox_is_flat(client: Client, county_admin: User, told: Notification) -> None:
    client.force_login(county_admin)
    client.get(INBOX)  # the first page of a session writes it
    few = count_queries(client, INBOX)
    for n in range(15):
        notify(county_admin, "tests.told", key=f"b{n}", number="S0000001")
    assert count_queries(client, INBOX) == few


@pytest.fixture
def job(county_admin: User) -> Job:
    return Job.objects.create(kind="tests.told", key="t", owner=county_admin)


def test_work_done_lands_in_its_owners_inbox(job: Job) -> None:
    register_job(JobKind("tests.told", "导出试验", lambda work: {}))
    run_job(job.pk)
    message = Notification.objects.get()
    assert (message.to, message.link) == (job.owner, f"/jobs/{job.public_id}/")
    assert message.subject == "导出试验：已完成，可以取件"


def test_work_failed_is_told_each_time(job: Job) -> None:
    def fails(work: object) -> dict[str, object]:
        raise Refusal("没有数据")

    register_job(JobKind("tests.told", "导出试验", fails))
    run_job(job.pk)
    # The key holds the moment; within a test's transaction it stands still.
    Notification.objects.update(key="earlier")
    Job.objects.update(state="queued", attempt=0)
    run_job(job.pk)
    assert Notification.objects.filter(kind="jobs.failed").count() == 2


def test_work_given_up_is_told(job: Job) -> None:
    Job.objects.update(state="running", attempt=3, lease_until="2026-01-01T00:00Z")
    reap()
    assert Notification.objects.get().kind == "jobs.failed"


def test_scheduled_work_tells_nobody(db: None) -> None:
    register_job(JobKind("tests.told", "导出试验", lambda work: {}))
    run_job(Job.objects.create(kind="tests.told", key="t").pk)
    assert not Notification.objects.exists()


def test_mail_setting_is_kept_encrypted(client: Client, county_admin: User) -> None:
    client.force_login(county_admin)
    url = reverse("notifications:mail")
    assert client.post(url, {"is_wanted": "on"}).status_code == 422
    client.post(url, {"is_wanted": "on", "address": "gan@example.cn"})
    assert MailSetting.objects.get().address == "gan@example.cn"
    assert "example" not in str(MailSetting.objects.values_list("address", flat=True)[0])
    client.post(url, {"address": "gan@example.cn"})
    assert MailSetting.objects.get().is_wanted is False
