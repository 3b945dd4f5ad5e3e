from typing import Any

from rest_framework import serializers

from apps.members.models import Category, Member, Organization
from apps.members.naming import Naming


class MemberSerializer(serializers.ModelSerializer[Member]):
    """A member as programs see it. Names and categories only where the naming rule shows them; never a phone number."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    record_number = serializers.CharField(read_only=True, help_text="编号")
    name = serializers.CharField(allow_null=True, read_only=True, help_text="无权查看时为 null")
    office = serializers.CharField(source="office.code", read_only=True, help_text="机构代码")
    categories = serializers.ListField(
        child=serializers.ChoiceField(choices=Category.choices),
        allow_null=True,
        read_only=True,
        help_text="无权查看姓名时为 null",
    )

    class Meta:
        model = Member
        fields = ["id", "record_number", "name", "office", "categories", "status", "status_since"]

    def to_representation(self, instance: Member) -> dict[str, Any]:
        shown = super().to_representation(instance)
        naming: Naming = self.context["naming"]
        if not naming.shows(instance.pk, instance.office_path):
            shown |= {"name": None, "categories": None}
        return shown


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    office = serializers.CharField(source="office.code", read_only=True, help_text="机构代码")

    parent = serializers.UUIDField(  # type: ignore[assignment]  # a declared field is no attribute of the class
        source="parent.public_id", allow_null=True, default=None, read_only=True, help_text="上级组织的 id"
    )

    class Meta:
        model = Organization
        fields = ["id", "name", "kind", "office", "credit_code", "parent", "term", "term_ends_on", "ended_on"]
        read_only_fields = fields
