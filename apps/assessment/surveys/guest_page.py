"""The page of those who were asked: five questions, one submit, for whoever holds the letter. Registered with `core.links`."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from apps.assessment.surveys.answering import Gone, answer, live_invitation
from apps.assessment.surveys.questions import FEWEST_ANSWERS, Opinion, Question
from apps.assessment.surveys.tokens import WORD
from apps.core import scope
from apps.core.links import gone, register


class BallotForm(forms.Form):
    """One choice to each question, none preset."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for question in Question:
            self.fields[question.value] = forms.ChoiceField(
                label=question.label, choices=Opinion.choices, widget=forms.RadioSelect
            )

    def ballot(self) -> dict[Question, Opinion]:
        return {question: Opinion(self.cleaned_data[question.value]) for question in Question}


def register_link() -> None:
    register(WORD, survey_page)


@sensitive_variables()
@scope.everything("the secret opens this one sheet, which names nobody")
def survey_page(request: HttpRequest, secret: str) -> HttpResponse:
    """Looking uses nothing up, and leaves no trace that an office could see."""
    today = timezone.localdate()
    form = BallotForm(request.POST if request.method == "POST" else None)
    try:
        _invitation, surveyed = live_invitation(secret, today)
        if request.method == "POST" and form.is_valid():
            answer(secret, form.ballot(), today)
            return render(request, "assessment/surveys/guest_done.html")
    except Gone:
        return gone(request)
    context = {
        "form": form,
        "office": surveyed.office,
        "survey": surveyed.survey,
        "asking": surveyed.survey.indicator.section.scheme.office,
        "fewest": FEWEST_ANSWERS,
    }
    return render(request, "assessment/surveys/guest.html", context, status=422 if form.errors else 200)
