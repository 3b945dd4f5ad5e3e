"""The one way to tell a user something."""

from collections.abc import Iterable
from typing import Any

from django.utils import translation

from apps.accounts.models import User
from apps.notifications.kinds import kind_named
from apps.notifications.models import Notification


def notify(to: User | Iterable[User], kind: str, *, key: str, link: str = "", **values: Any) -> int:
    """Put a message into the inbox of each user, in their own language; gives how many were told now.

    `key` says what it is about: the same key reaches a user once, however often this runs. `link` is a path inside
    the product. `values` fill the kind's subject: counts, days, record numbers, lazy labels. Raises KeyError for a
    kind nobody registered and NotForSubject for a typed text.
    """
    users = [to] if isinstance(to, User) else list(to)
    told = set(Notification.objects.filter(key=key, to__in=users).values_list("to_id", flat=True))
    fresh = [user for user in users if user.pk not in told]
    # ignore_conflicts: two at once tell once.
    Notification.objects.bulk_create(
        [
            Notification(to=user, kind=kind, key=key, subject=_subject(user, kind, values), link=link)
            for user in fresh
        ],
        ignore_conflicts=True,
    )
    return len(fresh)


def _subject(user: User, kind: str, values: dict[str, Any]) -> str:
    with translation.override(user.language):
        return kind_named(kind).subject_with(values)[:200]
