from typing import Any

from django import template

from apps.jobs.kinds import label_of

register = template.Library()


@register.filter
def job_label(kind: str) -> Any:
    """The name of a kind of work, as people read it."""
    return label_of(kind)
