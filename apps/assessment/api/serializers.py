from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.assessment.explaining import explain, speaks_of_few
from apps.assessment.models import Indicator, Result, Scheme, Section
from apps.core.access import Actor


class IndicatorSerializer(serializers.ModelSerializer[Indicator]):
    """An indicator with its rule as data and in words."""

    rule = serializers.SerializerMethodField(help_text="计分规则（文字，由规则数据生成）")

    class Meta:
        model = Indicator
        fields = [
            "name",
            "points",
            "groups",
            "metric",
            "rule_kind",
            "rule_data",
            "rule",
            "evidence_required",
            "note",
        ]

    def get_rule(self, indicator: Indicator) -> str:
        return indicator.rule.text()


class SectionSerializer(serializers.ModelSerializer[Section]):
    indicators = IndicatorSerializer(many=True, read_only=True)

    class Meta:
        model = Section
        fields = ["name", "part", "points", "group_points", "cap", "indicators"]


class SchemeSerializer(serializers.ModelSerializer[Scheme]):
    """A scheme as programs see it; schemes are known by their code."""

    office = serializers.CharField(source="office.code", read_only=True)
    sections = SectionSerializer(many=True, read_only=True)

    class Meta:
        model = Scheme
        fields = [
            "code",
            "name",
            "basis",
            "year",
            "office",
            "assessed",
            "state",
            "entry_deadline",
            "sections",
        ]


class ResultSerializer(serializers.ModelSerializer[Result]):
    """An office's total; `total` and `grade` stand only when every item is decided."""

    scheme = serializers.CharField(source="scheme.code", read_only=True)
    office = serializers.CharField(source="office.code", read_only=True)
    office_name = serializers.CharField(source="office.name", read_only=True)
    group = serializers.CharField(source="group.name", read_only=True)
    total = serializers.SerializerMethodField(help_text="总分；有未评项或待集体研究时为空")

    class Meta:
        model = Result
        fields = [
            "id",
            "scheme",
            "office",
            "office_name",
            "group",
            "standing",
            "base",
            "bonus",
            "deduction",
            "total",
            "earned",
            "countable",
            "not_applicable",
            "grade",
            "as_of",
        ]

    @extend_schema_field(serializers.DecimalField(max_digits=6, decimal_places=2, allow_null=True))
    def get_total(self, result: Result) -> str | None:
        return str(result.total) if result.standing == "final" else None


class ItemSerializer(serializers.Serializer[Any]):
    """One indicator of a result, with the figure and the sum in words."""

    section = serializers.CharField()
    indicator = serializers.CharField()
    state = serializers.CharField()
    points = serializers.DecimalField(max_digits=6, decimal_places=2, allow_null=True)
    numerator = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    denominator = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]  # the base class has an attribute of this name
    steps = serializers.CharField()


class ResultDetailSerializer(ResultSerializer):
    items = serializers.SerializerMethodField()

    class Meta(ResultSerializer.Meta):
        fields = [*ResultSerializer.Meta.fields, "items"]

    @extend_schema_field(ItemSerializer(many=True))
    def get_items(self, result: Result) -> Any:
        return ItemSerializer(_items(result, self.context["request"].user), many=True).data


def _items(result: Result, actor: Actor) -> list[dict[str, Any]]:
    hide_people = speaks_of_few(result, actor)
    return [
        {
            "section": part.section.name,
            "indicator": line.indicator.name,
            "state": line.state.value,
            "points": line.points,
            "numerator": line.figure.numbers[0] if line.figure else None,
            "denominator": line.figure.numbers[1] if line.figure else None,
            "source": line.source,
            "steps": line.steps,
        }
        for part in explain(result, hide_people=hide_people)
        for line in part.lines
    ]
