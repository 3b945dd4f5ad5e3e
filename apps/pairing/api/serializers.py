from typing import Any

from rest_framework import serializers

from apps.casework.models import CaseKind
from apps.core.texts import ShortText
from apps.members.models import Organization
from apps.pairing.models import Pairing, PairingYear, Visit, VisitKind
from apps.pairing.rules import MOST_MET, Asked, VisitContent


class AskedSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=CaseKind.choices)
    text = ShortText()


class NewVisitSerializer(serializers.Serializer[Any]):
    """A visit as the client writes it; `id` is the client's own UUID."""

    id = serializers.UUIDField()
    members = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_MET, required=False)
    organizations = serializers.SlugRelatedField(
        slug_field="public_id", queryset=Organization.objects.none(), many=True, required=False
    )
    kind = serializers.ChoiceField(choices=VisitKind.choices)
    happened_on = serializers.DateField()
    text = ShortText(required=False, allow_blank=True, default="")
    asked = AskedSerializer(many=True, required=False)
    late_reason = ShortText(
        required=False, allow_blank=True, default="", max_length=100, help_text="时段已封账时必填"
    )
    confirmed = serializers.BooleanField(
        required=False, default=False, help_text="已核对警告（如一个月联系超过两次），仍要保存"
    )

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        if offered := self.context.get("organizations"):
            fields["organizations"].child_relation.queryset = offered
        return fields

    def content(self) -> VisitContent:
        said = self.validated_data
        return VisitContent(
            members=tuple(said.get("members", ())),
            organizations=tuple(said.get("organizations", ())),
            kind=said["kind"],
            happened_on=said["happened_on"],
            text=said["text"],
            asked=tuple(Asked(**asked) for asked in said.get("asked", ())),
            late_reason=said["late_reason"],
        )


class VisitSerializer(serializers.ModelSerializer[Visit]):
    """A visit in a list: whom it met as the reader may see it, never its text."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    number = serializers.CharField(read_only=True)
    office = serializers.CharField(source="office.code", read_only=True, help_text="机构代码")
    cadre = serializers.CharField(source="cadre.name", read_only=True)
    met = serializers.SerializerMethodField(help_text="姓名，或不能显示姓名时的编号")
    is_voided = serializers.SerializerMethodField()

    class Meta:
        model = Visit
        fields = ["id", "number", "kind", "happened_on", "office", "cadre", "met", "is_voided"]

    def get_met(self, visit: Visit) -> list[str]:
        labels: dict[int, list[str]] = self.context["met"]
        return labels.get(visit.pk, [])

    def get_is_voided(self, visit: Visit) -> bool:
        return visit.voided_at is not None


class OneVisitSerializer(VisitSerializer):
    """A visit by itself; `text` is null where the reader may not see it."""

    text = serializers.SerializerMethodField()

    class Meta(VisitSerializer.Meta):
        fields = [*VisitSerializer.Meta.fields, "text", "version"]

    def get_text(self, visit: Visit) -> str | None:
        return visit.text if self.context["shows_text"] else None


class PairingSerializer(serializers.ModelSerializer[Pairing]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    office = serializers.CharField(source="office.code", read_only=True, help_text="机构代码")
    cadre = serializers.CharField(source="cadre.name", read_only=True)
    member = serializers.SerializerMethodField(help_text="姓名，或不能显示姓名时的编号")
    due = serializers.SerializerMethodField(help_text="本年应完成的职责数")
    done = serializers.SerializerMethodField(help_text="本年已完成的职责数")

    class Meta:
        model = Pairing
        fields = ["id", "office", "cadre", "member", "started_on", "ended_on", "end_reason", "due", "done"]

    def get_member(self, pairing: Pairing) -> str:
        label: str = self.context["label"](pairing.member)
        return label

    def get_due(self, pairing: Pairing) -> int:
        years: list[PairingYear] = pairing.this_year  # type: ignore[attr-defined]
        return sum(sum(year.due) for year in years)

    def get_done(self, pairing: Pairing) -> int:
        years: list[PairingYear] = pairing.this_year  # type: ignore[attr-defined]
        return sum(sum(year.done) for year in years)
