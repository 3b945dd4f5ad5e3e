"""What a survey that has ended says of an office, for scores and pages. Nothing before, nothing of fewer than ten."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from apps.assessment.evidence import Answers
from apps.assessment.models import Scheme, SurveyCount, SurveyedOffice
from apps.assessment.numbers import percent
from apps.assessment.surveys.questions import FEWEST_ANSWERS, GOOD, SCORED, VALID, Opinion, Question
from apps.core.small_numbers import is_few

# Too few valid answers: the rule reads it as not applicable.
NOT_ENOUGH = Answers(0, 0)
Numbers = dict[Opinion, int]


def answers_of(scheme: Scheme) -> dict[tuple[int, int], Answers]:
    """By indicator and office, for every survey of the scheme that has ended. Two queries."""
    ended = SurveyedOffice.objects.filter(
        survey__indicator__section__scheme=scheme, survey__closed_on__isnull=False
    ).select_related("survey")
    counts = counts_of(ended)
    return {
        (each.survey.indicator_id, each.office_id): _scored(counts.get(each.pk, {}).get(SCORED))
        for each in ended
    }


def counts_of(offices: Iterable[SurveyedOffice]) -> dict[int, dict[Question, Numbers]]:
    """By id of the surveyed office and question. One query."""
    found: dict[int, dict[Question, Numbers]] = {}
    rows = SurveyCount.objects.filter(surveyed__in=[each.pk for each in offices])
    for office, question, opinion, number in rows.values_list("surveyed_id", "question", "opinion", "number"):
        found.setdefault(office, {}).setdefault(Question(question), {})[Opinion(opinion)] = number
    return found


def _scored(numbers: Numbers | None) -> Answers:
    if numbers is None:
        return NOT_ENOUGH
    found = Answers(sum(numbers[each] for each in GOOD), sum(numbers[each] for each in VALID))
    return found if found.valid >= FEWEST_ANSWERS else NOT_ENOUGH


@dataclass(frozen=True)
class QuestionResult:
    """A question's answers at one office. Without a rate there were too few valid ones."""

    question: Question
    numbers: Numbers

    @property
    def valid(self) -> int:
        return sum(self.numbers[each] for each in VALID)

    @property
    def rate(self) -> Fraction | None:
        if self.valid < FEWEST_ANSWERS:
            return None
        return Fraction(sum(self.numbers[each] for each in GOOD), self.valid)

    @property
    def shown_rate(self) -> str:
        return percent(round(self.rate, 3)) if self.rate is not None else "—"

    @property
    def columns(self) -> list[tuple[str, int | None]]:
        """How often each opinion was given, unless one was given by a handful: then none, since they add up."""
        hidden = any(is_few(number) for number in self.numbers.values())
        return [(str(opinion.label), None if hidden else self.numbers[opinion]) for opinion in Opinion]


def questions_of(counts: dict[Question, Numbers]) -> list[QuestionResult]:
    return [QuestionResult(question, counts[question]) for question in Question if question in counts]
