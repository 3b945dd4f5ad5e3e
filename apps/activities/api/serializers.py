from rest_framework import serializers

from apps.activities.models import Activity, Venue


class ActivitySerializer(serializers.ModelSerializer[Activity]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    office = serializers.CharField(source="office.code", read_only=True, help_text="机构代码")
    venue = serializers.UUIDField(source="venue.public_id", read_only=True)
    programme = serializers.CharField(source="programme.name", read_only=True)

    class Meta:
        model = Activity
        fields = [
            "id",
            "office",
            "kind",
            "title",
            "programme",
            "venue",
            "planned_for",
            "state",
            "held_on",
            "came",
            "has_minutes",
        ]


class VenueSerializer(serializers.ModelSerializer[Venue]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    office = serializers.CharField(source="office.code", read_only=True, help_text="机构代码")

    class Meta:
        model = Venue
        fields = ["id", "office", "name", "opened_on", "closed_on"]
