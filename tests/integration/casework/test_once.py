"""A form that is sent twice enters one case: in the own file and where cases are entered."""

import uuid

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.accounts.models import User
from apps.casework.models import Case
from apps.members.models import Member
from apps.members.ownfile.access import open_session

pytestmark = pytest.mark.django_db
TYPED = {"kind": "request", "text": "想办证"}


@pytest.fixture(params=["own file", "office"])
def sender(
    request: pytest.FixtureRequest, client: Client, member: Member, town_cadre: User
) -> tuple[Client, str, dict[str, str]]:
    """Who sends a form, where to, and what."""
    if request.param == "office":
        client.force_login(town_cadre)
        return (
            client,
            f"{reverse('casework:new')}?member={member.public_id}",
            TYPED | {"opened_on": "2026-03-02"},
        )
    return own(client, member), reverse("casework:own_new"), TYPED


def own(client: Client, member: Member) -> Client:
    """The member, inside their own file."""
    answer = HttpResponse()
    open_session(RequestFactory().get("/"), answer, member)
    client.cookies.update(answer.cookies)
    return client


def test_twice_is_once(sender: tuple[Client, str, dict[str, str]]) -> None:
    client, where, typed = sender
    key = client.get(where).context["form"]["public_id"].value()
    answers = [client.post(where, typed | {"public_id": str(key)}) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Case.objects.get().steps.count() == 1
    other = client.post(where, typed | {"public_id": str(key), "text": "另一件事"})
    assert (other.status_code, "刷新页面" in other.text) == (422, True)
    assert Case.objects.count() == 1
    assert client.post(where, typed | {"public_id": str(uuid.uuid4())}).status_code == 302
    assert Case.objects.count() == 2
