from typing import Any

from django import template

from apps.notifications.kinds import label_of

register = template.Library()


@register.filter
def message_label(kind: str) -> Any:
    """The name of a kind of message, as people read it."""
    return label_of(kind)
