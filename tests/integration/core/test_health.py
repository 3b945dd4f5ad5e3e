"""What monitors ask: does it live, can it serve."""

import pytest
from django.test import Client

from apps.core.keycheck import claim_database
from apps.core.models import KeyCheck


def test_livez_answers_without_a_database(client: Client) -> None:
    response = client.get("/livez")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_readyz_is_ready(client: Client) -> None:
    claim_database()
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"ready": True, "failing": []})


@pytest.mark.django_db
def test_readyz_names_a_key_file_of_another_database(client: Client) -> None:
    KeyCheck.objects.all().delete()
    KeyCheck.objects.create(pk=1, fingerprint="another")
    response = client.get("/readyz")
    assert (response.status_code, response.json()["failing"]) == (503, ["data_key"])


@pytest.mark.django_db
def test_every_answer_carries_its_own_request_number(client: Client) -> None:
    first, second = (client.get("/livez", headers={"X-Request-ID": "张三"}) for _ in range(2))
    assert len(first.headers["X-Request-ID"]) == 36
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]
