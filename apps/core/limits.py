"""How often one address may do something before it has to wait. For pages outside sign-in; sign-in has its own lock."""

import time

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from apps.core.client_address import client_address


def within_limit(request: HttpRequest, action: str, *, most: int, seconds: int) -> bool:
    """Count this request; False once the address has done `action` more than `most` times in the running span.

    The cache holds a keyed hash of the address, never the address.
    """
    span = int(time.time()) // seconds
    who = salted_hmac(
        "apps.core.limits", f"{action}:{client_address(request)}", algorithm="sha256"
    ).hexdigest()
    key = f"limit:{action}:{span}:{who[:24]}"
    cache.add(key, 0, timeout=2 * seconds)
    try:
        return cache.incr(key) <= most
    except ValueError:  # It ran out between the two calls: a new span has begun.
        return True
