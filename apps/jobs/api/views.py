from typing import ClassVar

from django.db.models import QuerySet
from rest_framework import viewsets

from apps.core.access import Permission, actor_of
from apps.jobs.api.serializers import JobSerializer
from apps.jobs.models import Job


class JobViewSet(viewsets.ReadOnlyModelViewSet[Job]):
    """My own jobs: state, progress, result."""

    required_permission: ClassVar[Permission] = Permission.OWN_ACCOUNT
    queryset = Job.objects.none()
    serializer_class = JobSerializer
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Job]:
        return Job.objects.of(actor_of(self.request))
