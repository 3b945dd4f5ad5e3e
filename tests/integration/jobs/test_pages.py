import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.jobs.kinds import Kind, register
from apps.jobs.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(county_admin: User) -> Job:
    register(Kind("tests.page", "导出试验", lambda work: {}))
    return Job.objects.create(kind="tests.page", key="page", owner=county_admin, progress=40)


def url(job: Job) -> str:
    return reverse("jobs:detail", args=[job.public_id])


def test_job_list_shows_only_my_own(client: Client, county_admin: User, city_admin: User, job: Job) -> None:
    client.force_login(county_admin)
    assert "导出试验" in client.get(reverse("jobs:list")).content.decode()
    client.force_login(city_admin)
    assert "还没有任务" in client.get(reverse("jobs:list")).content.decode()


def test_job_page_polls_until_it_is_over(client: Client, county_admin: User, job: Job) -> None:
    client.force_login(county_admin)
    page = client.get(url(job)).content.decode()
    assert "40%" in page
    assert "every 2s" in page
    htmx = {"HX-Request": "true"}
    assert client.get(url(job), headers=htmx).status_code == 200
    Job.objects.update(
        state="done", progress=100, result={"links": [{"label": "表.xlsx", "url": "/files/1/"}]}
    )
    response = client.get(url(job), headers=htmx)
    assert response.status_code == 286
    assert b"<html" not in response.content
    assert 'href="/files/1/"' in response.content.decode()


def test_job_page_of_another_does_not_exist(client: Client, city_admin: User, job: Job) -> None:
    client.force_login(city_admin)
    assert client.get(url(job)).status_code == 404


def test_job_page_says_why_it_failed(client: Client, county_admin: User, job: Job) -> None:
    Job.objects.update(state="failed", error="本方案尚未开始")
    client.force_login(county_admin)
    assert "本方案尚未开始" in client.get(url(job)).content.decode()


def test_job_api_gives_only_my_own(client: Client, county_admin: User, city_admin: User, job: Job) -> None:
    client.force_login(county_admin)
    found = client.get(reverse("api:job-list")).json()["results"]
    assert [(row["id"], row["progress"], row["title"]) for row in found] == [
        (str(job.public_id), 40, "导出试验")
    ]
    client.force_login(city_admin)
    assert client.get(reverse("api:job-list")).json()["results"] == []
    assert client.get(reverse("api:job-detail", args=[job.public_id])).status_code == 404


def test_job_failed_is_put_back_in_the_queue_by_its_owner_only(
    client: Client, county_admin: User, city_admin: User, job: Job
) -> None:
    Job.objects.update(state="failed", attempt=3, error="多次中断")
    again = reverse("jobs:again", args=[job.public_id])
    client.force_login(city_admin)
    assert client.post(again).status_code == 404
    client.force_login(county_admin)
    client.post(again)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.error) == ("queued", 0, "")


def test_job_done_is_not_done_again(client: Client, county_admin: User, job: Job) -> None:
    Job.objects.update(state="done", progress=100)
    client.force_login(county_admin)
    client.post(reverse("jobs:again", args=[job.public_id]))
    job.refresh_from_db()
    assert job.state == "done"


def test_scheduled_page_is_the_system_administrators(
    client: Client, system_admin: User, county_admin: User, job: Job
) -> None:
    Job.objects.create(
        kind="files.sweep", key="a", state="failed", error="磁盘已满", params={"slot": "2026-11-22"}
    )
    Job.objects.create(kind="files.sweep", key="b", state="done", params={"slot": "2026-11-21"})
    client.force_login(system_admin)
    page = client.get(reverse("jobs:scheduled")).content.decode()
    assert "2026-11-21" in page
    assert "磁盘已满" in page
    assert "导出试验" not in page
    assert "2026-11-21" not in client.get(reverse("jobs:scheduled"), {"state": "failed"}).content.decode()
    client.force_login(county_admin)
    assert client.get(reverse("jobs:scheduled")).status_code == 403
