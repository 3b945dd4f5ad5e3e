"""The number in the top bar of every page: one count over an index, asked for only where it is shown."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.notifications.models import Notification


def inbox(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `unread` in every template."""

    def count() -> int:
        user = getattr(request, "user", None)
        return Notification.objects.of(user).unread_count() if user and user.is_authenticated else 0

    return {"unread": SimpleLazyObject(count)}
