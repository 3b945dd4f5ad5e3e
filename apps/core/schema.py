"""The OpenAPI document at /api/v1/schema/."""

from drf_spectacular.views import SpectacularAPIView

from apps.core.access import Permission


class SchemaView(SpectacularAPIView):
    """Whoever may see the tree of offices may see it, machines included."""

    required_permission = Permission.OFFICE_VIEW
