from functools import cached_property
from typing import Any

from django_filters.rest_framework import CharFilter, DjangoFilterBackend, FilterSet
from rest_framework.viewsets import ReadOnlyModelViewSet

from apps.casework.api.serializers import CaseSerializer
from apps.casework.models import Case, CaseQuerySet
from apps.core.access import Permission, actor_of
from apps.members.naming import Naming
from apps.offices.choices import chosen_office


class CaseFilter(FilterSet):
    office = CharFilter(method="filter_office", label="登记机构代码，含下级")

    class Meta:
        model = Case
        fields = ["kind", "state"]

    def filter_office(self, cases: CaseQuerySet, name: str, code: str) -> CaseQuerySet:
        office = chosen_office(actor_of(self.request), Permission.CASE_VIEW, code)
        return cases.of_office(office) if office else cases.none()


class CaseViewSet(ReadOnlyModelViewSet[Case]):
    """诉求建议事项：状态和期限，不含内容。"""

    required_permission = Permission.CASE_VIEW
    queryset = Case.objects.none()
    serializer_class = CaseSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = CaseFilter
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> CaseQuerySet:
        cases = Case.objects.visible_to(actor_of(self.request), Permission.CASE_VIEW)
        return cases.select_related("office", "lead_office", "member", "organization")

    @cached_property
    def _naming(self) -> Naming:
        return Naming.of(actor_of(self.request))

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "naming": self._naming}
