"""Where a request came from, believing only the reverse proxies that we were told of."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

# A reverse proxy on this machine, over a unix socket, has no address.
LOCAL = "127.0.0.1"


def client_address(request: HttpRequest) -> str:
    """The address that the outermost trusted proxy saw; without trusted proxies X-Forwarded-For is ignored (A11)."""
    seen = request.META.get("REMOTE_ADDR", "")
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if 0 < settings.TRUSTED_PROXIES <= len(forwarded):
        seen = forwarded[-settings.TRUSTED_PROXIES]
    try:
        return str(ipaddress.ip_address(seen.strip()))
    except ValueError:
        return LOCAL
