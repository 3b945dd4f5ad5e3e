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
