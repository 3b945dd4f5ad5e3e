"""What the check for duplicates reads of a form that is still being typed, or was sent."""

from django import forms

from apps.core.forms import MonthField, PersonNameField, PhoneField
from apps.members.actions import Particulars
from apps.members.forms import split_organizations
from apps.members.lookalikes import Typed
from apps.members.merges import CHOSEN
from apps.members.models import Member

# The names of the inputs that the page sends with the check.
WATCHED = ("name", "phone", "birth_month", "employer", "associations")


class TypedSearch(forms.Form):
    """The inputs of the member form that tell people apart. What is half-typed counts as not typed."""

    name = PersonNameField(required=False)
    phone = PhoneField(required=False)
    birth_month = MonthField(required=False)
    gender = forms.ChoiceField(required=False, choices=Member.Gender.choices)
    employer = forms.CharField(required=False, max_length=100)
    associations = forms.CharField(required=False, max_length=200)

    def typed(self, member: Member | None) -> Typed:
        self.is_valid()
        said = self.cleaned_data
        return Typed(
            name=said.get("name", ""),
            phone=said.get("phone", ""),
            birth_month=said.get("birth_month"),
            gender=said.get("gender", ""),
            organizations=_organizations(
                said.get("employer", ""), split_organizations(said.get("associations", ""))
            ),
            member=member,
        )


class MergeForm(forms.Form):
    """What the merged registration takes from the duplicate, and the versions that were compared."""

    kept_version = forms.IntegerField(widget=forms.HiddenInput)
    duplicate_version = forms.IntegerField(widget=forms.HiddenInput)
    take = forms.MultipleChoiceField(required=False, choices=[(field, field) for field in CHOSEN])


def typed_of(particulars: Particulars, member: Member | None) -> Typed:
    """A whole form, as the check reads it."""
    return Typed(
        name=particulars.name,
        phone=particulars.phone,
        birth_month=particulars.birth_month,
        gender=particulars.gender,
        organizations=_organizations(particulars.employer, particulars.associations),
        member=member,
    )


def _organizations(employer: str, associations: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name for name in (employer.strip(), *associations) if name)
