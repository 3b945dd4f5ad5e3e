"""What the shell asks about the demo: a banner stands on every page while invented people are in the system."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.dashboard.demo.load import demo_is_loaded


def demo(_request: HttpRequest) -> dict[str, object]:
    """Context processor: `demo_loaded`, asked of the database only in demo mode and only where it is shown."""
    return {"demo_loaded": SimpleLazyObject(lambda: settings.DEMO and demo_is_loaded())}
