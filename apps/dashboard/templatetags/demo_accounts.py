"""The accounts of the demo city on the sign-in page, each one click away. In demo mode only."""

from typing import NamedTuple

from django import template
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.dashboard.demo.people import ACCOUNTS, PASSWORD, Account

register = template.Library()

# By the length of an office's code.
_LEVELS = {4: _("市"), 6: _("县"), 9: _("镇")}


class DemoAccount(NamedTuple):
    username: str
    label: str
    password: str


@register.simple_tag
def demo_accounts() -> list[DemoAccount]:
    """Nothing outside demo mode: there is no default account then."""
    if not settings.DEMO:
        return []
    return [DemoAccount(account.username, _label(account), PASSWORD) for account in ACCOUNTS]


def _label(account: Account) -> str:
    level = _LEVELS.get(len(account.office_code), "")
    return f"{account.role.label} · {level}" if level else str(account.role.label)
