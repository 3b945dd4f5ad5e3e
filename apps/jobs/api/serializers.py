from rest_framework import serializers

from apps.jobs.kinds import label_of
from apps.jobs.models import Job


class JobSerializer(serializers.ModelSerializer[Job]):
    """A piece of long work of the one who asks."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    title = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = (
            "id",
            "kind",
            "title",
            "state",
            "progress",
            "result",
            "error",
            "created_at",
            "started_at",
            "finished_at",
        )
        read_only_fields = fields

    def get_title(self, job: Job) -> str:
        return str(label_of(job.kind))
