"""A browser's own description as two words that people know."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()

# The first mark found names it: most browsers claim to be Chrome and Safari as well.
_BROWSERS = (
    ("MicroMessenger/", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def _first(marks: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for mark, name in marks if mark in text), "")


@register.filter
def browser_name(user_agent: str) -> str:
    """For example "Chrome · Windows"; 其他浏览器 when nothing in it is known."""
    known = [_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)]
    return " · ".join(filter(None, known)) or _("其他浏览器")
