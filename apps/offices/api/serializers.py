from rest_framework import serializers

from apps.offices.models import Office


class OfficeSerializer(serializers.ModelSerializer[Office]):
    """An office as programs see it; offices are known by their code."""

    parent: serializers.Field = serializers.CharField(  # type: ignore[assignment]
        source="parent_code", allow_null=True, read_only=True, help_text="上级机构代码"
    )

    class Meta:
        model = Office
        fields = ["code", "name", "kind", "parent", "takes_part_from", "takes_part_until"]
