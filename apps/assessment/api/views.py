from django_filters.rest_framework import CharFilter, DjangoFilterBackend, FilterSet
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ReadOnlyModelViewSet

from apps.assessment.api.serializers import ResultDetailSerializer, ResultSerializer, SchemeSerializer
from apps.assessment.models import Result, ResultQuerySet, Scheme, SchemeQuerySet
from apps.core.access import Permission, actor_of
from apps.core.paging import CursorPages


class SchemePages(CursorPages):
    ordering = "code"


class SchemeViewSet(ReadOnlyModelViewSet[Scheme]):
    """考核方案：与自己机构有关的方案，含指标和计分规则。"""

    required_permission = Permission.ASSESSMENT_VIEW
    queryset = Scheme.objects.none()
    serializer_class = SchemeSerializer
    pagination_class = SchemePages
    filter_backends = [DjangoFilterBackend]
    filterset_fields = ["year", "state"]
    lookup_field = "code"
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> SchemeQuerySet:
        found = Scheme.objects.visible_to(actor_of(self.request), self.required_permission)
        return found.select_related("office").prefetch_related("sections__indicators")


class ResultFilter(FilterSet):
    """By scheme and by office, each by its code."""

    scheme = CharFilter(field_name="scheme__code", label="方案代码")
    office = CharFilter(field_name="office__code", label="机构代码")

    class Meta:
        model = Result
        fields = ["standing"]


class ResultPages(CursorPages):
    ordering = "pk"


class ResultViewSet(ReadOnlyModelViewSet[Result]):
    """考核结果：自己机构及下级的得分；单条含每项指标的数据和算式。"""

    required_permission = Permission.ASSESSMENT_VIEW
    queryset = Result.objects.none()
    pagination_class = ResultPages
    filter_backends = [DjangoFilterBackend]
    filterset_class = ResultFilter

    def get_serializer_class(self) -> type[BaseSerializer[Result]]:
        return ResultDetailSerializer if self.action == "retrieve" else ResultSerializer

    def get_queryset(self) -> ResultQuerySet:
        found = Result.objects.visible_to(actor_of(self.request), self.required_permission)
        return found.select_related("scheme", "office", "group")
