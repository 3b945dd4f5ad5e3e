from rest_framework import serializers

from apps.reports.models import Report


class ReportSerializer(serializers.ModelSerializer[Report]):
    """A report: whose, when, and the checksum of its figures."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    # Null where no scheme assesses the office.
    scheme = serializers.CharField(source="scheme.code", read_only=True, default=None, allow_null=True)
    office = serializers.CharField(source="office.code", read_only=True)

    class Meta:
        model = Report
        fields: tuple[str, ...] = ("id", "scheme", "year", "office", "is_final", "sha256", "made_at")
        read_only_fields = fields


class ReportWithFiguresSerializer(ReportSerializer):
    """One report with its figures, as the three formats print them."""

    snapshot = serializers.JSONField(read_only=True)

    class Meta(ReportSerializer.Meta):
        fields = (*ReportSerializer.Meta.fields, "snapshot")
        read_only_fields = fields
