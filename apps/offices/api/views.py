from django_filters.rest_framework import CharFilter, DjangoFilterBackend, FilterSet
from rest_framework.viewsets import ReadOnlyModelViewSet

from apps.core.access import Permission, actor_of
from apps.core.paging import CursorPages
from apps.offices.api.serializers import OfficeSerializer
from apps.offices.models import Office, OfficeQuerySet


class OfficeFilter(FilterSet):
    """By kind, and by the office at the top (its code; itself included)."""

    below = CharFilter(method="filter_below", label="此机构及下级")

    class Meta:
        model = Office
        fields = ["kind"]

    def filter_below(self, offices: OfficeQuerySet, name: str, code: str) -> OfficeQuerySet:
        visible = Office.objects.visible_to(actor_of(self.request), Permission.OFFICE_VIEW)
        top = visible.filter(code=code).first()
        return offices.filter(path__startswith=top.path) if top else offices.none()


class OfficePages(CursorPages):
    ordering = "path"


class OfficeViewSet(ReadOnlyModelViewSet[Office]):
    """机构：自己可见范围内的机构树，按树的顺序。"""

    required_permission = Permission.OFFICE_VIEW
    queryset = Office.objects.none()
    serializer_class = OfficeSerializer
    pagination_class = OfficePages
    filter_backends = [DjangoFilterBackend]
    filterset_class = OfficeFilter
    lookup_field = "code"

    def get_queryset(self) -> OfficeQuerySet:
        return Office.objects.visible_to(actor_of(self.request), self.required_permission).with_parent_code()
