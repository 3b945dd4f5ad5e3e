from apps.notifications.models import Notification
from tests.guards.world import CANARY, Cast, Page


def a_message(cast: Cast) -> Notification:
    message, _new = Notification.objects.get_or_create(
        to=cast.office_admin, key="guards", defaults={"kind": "jobs.done", "subject": f"{CANARY}消息"}
    )
    return message


PAGES = {
    "notifications:follow": Page(kwargs=lambda cast: {"public_id": a_message(cast).public_id}),
    "notifications:mail": Page(post=lambda cast: {"is_wanted": "on", "address": "gan@example.cn"}),
}


def fill(cast: Cast) -> None:
    a_message(cast)
