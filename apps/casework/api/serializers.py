from rest_framework import serializers

from apps.casework.models import Case
from apps.members.naming import Naming


class CaseSerializer(serializers.ModelSerializer[Case]):
    """A case without its text: that is read on its page."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    number = serializers.CharField(read_only=True)
    office = serializers.CharField(source="office.code", read_only=True, help_text="登记机构代码")
    lead_office = serializers.CharField(source="lead_office.code", read_only=True, help_text="主办机构代码")
    asker = serializers.SerializerMethodField(help_text="姓名，或不能显示姓名时的编号；不记名的为空")

    class Meta:
        model = Case
        fields = [
            "id",
            "number",
            "kind",
            "state",
            "office",
            "lead_office",
            "asker",
            "opened_on",
            "due_on",
            "answered_on",
            "closed_on",
            "deed_done",
            "adopted_on",
        ]

    def get_asker(self, case: Case) -> str:
        naming: Naming = self.context["naming"]
        return naming.label_of(case.member) if case.member else case.asker_name
