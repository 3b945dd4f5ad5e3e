from typing import ClassVar

from django.db.models import QuerySet
from rest_framework import viewsets
from rest_framework.serializers import BaseSerializer

from apps.core.access import Permission, actor_of
from apps.reports.api.serializers import ReportSerializer, ReportWithFiguresSerializer
from apps.reports.models import Report


class ReportViewSet(viewsets.ReadOnlyModelViewSet[Report]):
    """报告：自己机构及下级的报告和所用数据，不含个人信息。"""

    required_permission: ClassVar[Permission] = Permission.REPORT_EXPORT
    queryset = Report.objects.none()
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    def get_serializer_class(self) -> type[BaseSerializer[Report]]:
        return ReportWithFiguresSerializer if self.action == "retrieve" else ReportSerializer

    def get_queryset(self) -> QuerySet[Report]:
        reports = Report.objects.visible_to(actor_of(self.request), Permission.REPORT_EXPORT)
        return reports.select_related("scheme", "office")
