from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.viewsets import ReadOnlyModelViewSet

from apps.activities.api.serializers import ActivitySerializer, VenueSerializer
from apps.activities.models import Activity, Venue
from apps.core.access import Permission, actor_of


class ActivityViewSet(ReadOnlyModelViewSet[Activity]):
    """活动：计划、举办情况和到场人数，不含报名名单。"""

    required_permission = Permission.ACTIVITY_VIEW
    queryset = Activity.objects.none()
    serializer_class = ActivitySerializer
    filter_backends = [DjangoFilterBackend]
    filterset_fields = ["kind", "state"]
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        activities = Activity.objects.visible_to(actor_of(self.request), self.required_permission)
        return activities.select_related("office", "venue", "programme")


class VenueViewSet(ReadOnlyModelViewSet[Venue]):
    """阵地。"""

    required_permission = Permission.ACTIVITY_VIEW
    queryset = Venue.objects.none()
    serializer_class = VenueSerializer
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        return Venue.objects.visible_to(actor_of(self.request), self.required_permission).select_related(
            "office"
        )
