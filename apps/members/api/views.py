from typing import Any

from django.utils.translation import gettext as _
from django_filters.rest_framework import (
    BooleanFilter,
    CharFilter,
    ChoiceFilter,
    DateFilter,
    DjangoFilterBackend,
    FilterSet,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from apps.core.access import Permission, actor_of
from apps.core.paging import CursorPages
from apps.members.api.serializers import MemberSerializer, OrganizationSerializer
from apps.members.delivering import NeedsSecondPerson, hand_out
from apps.members.models import Category, Delivery, Member, MemberQuerySet, Organization
from apps.members.naming import Naming
from apps.offices.models import Office, ScopedQuerySet


class BelowFilter(FilterSet):
    """By the office at the top: its code; itself included."""

    office = CharFilter(method="filter_office", label="此机构及下级（代码）")

    def filter_office(self, rows: ScopedQuerySet, name: str, code: str) -> ScopedQuerySet:
        top = Office.objects.filter(code=code).first()
        return rows.of_office(top) if top else rows.none()


class MemberFilterSet(BelowFilter):
    category = ChoiceFilter(method="filter_category", choices=Category.choices, label="成员类别")

    class Meta:
        model = Member
        fields = ["status"]

    def filter_category(self, members: MemberQuerySet, name: str, category: str) -> MemberQuerySet:
        # As on the page: a filter must not tell what the answer hides.
        return members.filter(Naming.of(actor_of(self.request)).named(), categories__contains=[category])


class OrganizationFilterSet(BelowFilter):
    ended = BooleanFilter(field_name="ended_on", lookup_expr="isnull", exclude=True, label="已终止")
    name = CharFilter(lookup_expr="contains", label="名称中的文字")
    due_by = DateFilter(field_name="term_ends_on", lookup_expr="lte", label="在此日或之前换届")

    class Meta:
        model = Organization
        fields = ["kind", "credit_code"]


class MemberViewSet(ReadOnlyModelViewSet[Member]):
    """统战成员：自己可见范围内的登记。姓名和类别按查看规则给出，不含联系方式。

    每名用户 30 天内经导出、打印和接口取得的不同人员合计不超过 200 人，按类别筛选须经第二人同意：超过时答 422，
    code 为 second_person_required。
    """

    required_permission = Permission.MEMBER_VIEW
    queryset = Member.objects.none()
    serializer_class = MemberSerializer
    pagination_class = CursorPages
    filter_backends = [DjangoFilterBackend]
    filterset_class = MemberFilterSet
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> MemberQuerySet:
        members: MemberQuerySet = Member.objects.visible_to(actor_of(self.request), self.required_permission)
        return members.select_related("office")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "naming": Naming.of(actor_of(self.request))}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if request.query_params.get("category"):
            raise NeedsSecondPerson(
                _("按成员类别筛选的名单须经第二人同意，请在成员列表中申请导出"), field="category"
            )
        members = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        hand_out([member.pk for member in members], to=actor_of(request), way=Delivery.Way.API)
        return self.get_paginated_response(self.get_serializer(members, many=True).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        member = self.get_object()
        hand_out([member.pk], to=actor_of(request), way=Delivery.Way.API)
        return Response(self.get_serializer(member).data)


class OrganizationViewSet(ReadOnlyModelViewSet[Organization]):
    """团体和单位：自己可见范围内的登记，不含成员。"""

    required_permission = Permission.MEMBER_VIEW
    queryset = Organization.objects.none()
    serializer_class = OrganizationSerializer
    pagination_class = CursorPages
    filter_backends = [DjangoFilterBackend]
    filterset_class = OrganizationFilterSet
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> ScopedQuerySet:
        found: ScopedQuerySet = Organization.objects.visible_to(
            actor_of(self.request), self.required_permission
        )
        return found.select_related("office", "parent")
