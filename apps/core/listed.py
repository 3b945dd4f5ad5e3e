"""Several things named in a row, as the reader's language joins them."""

from collections.abc import Iterable

from django.utils.translation import gettext as _


def listed(things: Iterable[object]) -> str:
    """甲、乙、丙; in English: A, B, C."""
    return _("、").join(str(thing) for thing in things)
