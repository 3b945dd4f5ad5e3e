"""What an audit row is about, in the words of the pages."""

from django import template
from django.apps import apps

register = template.Library()


@register.filter
def target_word(label: str) -> str:
    """The Chinese name of a model label such as "members.Member"; what is no model stays as it is."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return label
