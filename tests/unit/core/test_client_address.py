import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from apps.core.client_address import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "10.0.0.9"),
        (0, "1.2.3.4", "10.0.0.9"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.9"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "no address", "127.0.0.1"),
    ],
)
def test_only_trusted_proxies_are_believed(
    settings: Settings, proxies: int, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == address


def test_unix_socket_has_no_address(settings: Settings) -> None:
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) == "127.0.0.1"
