from functools import cached_property
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django_filters.rest_framework import CharFilter, DateFilter, DjangoFilterBackend, FilterSet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from apps.accounts.requests import signed_in
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Permission, actor_of
from apps.core.paging import CursorPages
from apps.core.problems import problem
from apps.members.models import Organization
from apps.members.naming import Naming
from apps.offices.choices import chosen_office
from apps.pairing.actions import log_visit
from apps.pairing.api.serializers import (
    NewVisitSerializer,
    OneVisitSerializer,
    PairingSerializer,
    VisitSerializer,
)
from apps.pairing.findings import Refused
from apps.pairing.models import Met, Pairing, PairingYear, Visit
from apps.pairing.queries import met_labels, own_members, text_shown


class OfOffice(FilterSet):
    """By office (its code) and everything below it."""

    office = CharFilter(method="filter_office", label="机构代码，含下级")

    def filter_office(self, rows: Any, name: str, code: str) -> Any:
        office = chosen_office(actor_of(self.request), Permission.PAIRING_VIEW, code)
        return rows.of_office(office) if office else rows.none()


class VisitFilter(OfOffice):
    first = DateFilter(field_name="happened_on", lookup_expr="gte", label="从")
    last = DateFilter(field_name="happened_on", lookup_expr="lte", label="到")

    class Meta:
        model = Visit
        fields = ["kind"]


class VisitViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Visit]):
    """联系记录：写一次，同一编号再写一次得到同一条。"""

    required_permission = Permission.PAIRING_VIEW
    required_permissions = {"POST": Permission.VISIT_LOG}
    queryset = Visit.objects.none()
    serializer_class = VisitSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = VisitFilter
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    pagination_class = CursorPages

    def get_queryset(self) -> Any:
        visits = Visit.objects.visible_to(actor_of(self.request), Permission.PAIRING_VIEW)
        return visits.select_related("office", "cadre")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        met = met_labels([visit.pk for visit in rows], Naming.of(actor_of(request)))
        return self.get_paginated_response(VisitSerializer(rows, many=True, context={"met": met}).data)

    @extend_schema(responses=OneVisitSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(self._one(request, self.get_object()))

    @extend_schema(
        request=NewVisitSerializer,
        responses={
            201: OneVisitSerializer,
            200: OpenApiResponse(OneVisitSerializer, description="此前已写入"),
            409: OpenApiResponse(description="此编号已用于另一条记录"),
            422: OpenApiResponse(description="不符合规定；errors 逐条说明"),
        },
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        offered = {
            "organizations": Organization.objects.visible_to(actor_of(request), Permission.VISIT_LOG),
        }
        said = NewVisitSerializer(data=request.data, context=offered)
        said.is_valid(raise_exception=True)
        try:
            logged = log_visit(
                public_id=said.validated_data["id"],
                content=said.content(),
                by=signed_in(request),
                among=own_members(signed_in(request), timezone.localdate()),
                confirmed=said.validated_data["confirmed"],
            )
        except Refused as refused:
            return _findings(refused)
        return Response(self._one(request, logged.visit), status=201 if logged.is_new else 200)

    def _one(self, request: Request, visit: Visit) -> Any:
        naming = Naming.of(actor_of(request))
        rows = Met.objects.filter(visit=visit, member__isnull=False).select_related("member")
        members = [row.member for row in rows if row.member]
        shows_text = text_shown(visit, members, naming, signed_in(request))
        if shows_text and visit.cadre_id != actor_of(request).pk:
            for member in members:
                record(AuditEvent.Action.READ, target=member, by=actor_of(request), visit=visit.pk)
        context = {"met": met_labels([visit.pk], naming), "shows_text": shows_text}
        return OneVisitSerializer(visit, context=context).data


def _findings(refused: Refused) -> Response:
    """422 with every finding; `code` "confirm" where the same again with `confirmed` goes through."""
    errors = [
        {"field": finding.field, "code": finding.code, "detail": str(finding.message)}
        for finding in refused.findings
    ]
    code = "confirm" if refused.needs_confirmation_only else refused.code
    return problem(422, code, refused.message, field=refused.field, errors=errors)


class PairingFilter(OfOffice):
    class Meta:
        model = Pairing
        fields: list[str] = []


class PairingViewSet(ReadOnlyModelViewSet[Pairing]):
    """结对：谁结对谁，本年职责完成多少。"""

    required_permission = Permission.PAIRING_VIEW
    queryset = Pairing.objects.none()
    serializer_class = PairingSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = PairingFilter
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Pairing]:
        years = PairingYear.objects.filter(year=timezone.localdate().year)
        return (
            Pairing.objects.visible_to(actor_of(self.request), Permission.PAIRING_VIEW)
            .select_related("office", "cadre", "member")
            .prefetch_related(Prefetch("years", years, to_attr="this_year"))
        )

    @cached_property
    def _naming(self) -> Naming:
        return Naming.of(actor_of(self.request))

    def get_serializer_context(self) -> dict[str, Any]:
        return {
            **super().get_serializer_context(),
            "label": self._naming.label_of,
        }
