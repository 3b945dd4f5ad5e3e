"""The round of the year before: asked, judged, decided and published, by the same actions as any round."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from random import Random

from django.utils import timezone

from apps.accounts.models import User
from apps.assessment.actions import adopt_scheme, open_scheme
from apps.assessment.models import Examiner, Indicator, Scheme, Survey, SurveyedOffice
from apps.assessment.rollup import roll_up
from apps.assessment.rounds.judging import give_mark
from apps.assessment.rounds.moving import take_step
from apps.assessment.rounds.reviewing import name_examiners
from apps.assessment.surveys import tally
from apps.assessment.surveys.asking import SHORTEST, open_survey
from apps.assessment.surveys.closing import close_survey
from apps.assessment.surveys.questions import Ballot, Opinion, Question

TEXT = Path(__file__).with_suffix(".yaml")
JUDGES = ("assessor", "assessor2", "assessor3", "assessor4", "assessor5")
REASON = "做法有台账可查，成效有例可举"
# This year's survey may ask everybody: the two populations are then not nearly the same.
ASKED_PERCENT = 60
FEWEST_BALLOTS, MOST_BALLOTS = 14, 40
State = Scheme.State
# Each with its day of January.
STEPS = {State.REVIEW: 6, State.OBJECTION: 14, State.DECIDED: 26, State.PUBLISHED: 30}


def publish_last_year(users: dict[str, User], today: dt.date) -> None:
    """Small, and of the counties alone; each step is taken as of its day, by whoever takes it in any year."""
    year = today.year - 1
    random = Random(year)  # noqa: S311 - not for secrets
    scheme = adopt_scheme(
        TEXT.read_text(encoding="utf-8").format(year=year, next=today.year).encode(), by=None
    )
    open_scheme(scheme, by=None)
    roll_up(year, today=min(today, dt.date(today.year, 1, 5)))
    admin, leader = users["admin"], users["leader"]
    for group in scheme.groups.all():
        name_examiners(group, Examiner.Task.JUDGE, [users[name] for name in JUDGES], by=admin)
    _ask(scheme, admin, random)
    for became, day in STEPS.items():
        on = dt.date(today.year, 1, day)
        if on > today:
            # Early in January the round is still under way.
            return
        if became == State.OBJECTION:
            _judge(scheme, [users[name] for name in JUDGES], random)
        take_step(scheme, became, by=leader if became == State.DECIDED else admin, today=on)


def _ask(scheme: Scheme, by: User, random: Random) -> None:
    """A survey that went out, was answered and closed; the answers are counted in at once, not one by one."""
    asked = Indicator.objects.select_related("section").get(section__scheme=scheme, rule_kind="survey")
    closes_on = timezone.localdate() + dt.timedelta(days=SHORTEST)
    survey = open_survey(asked, percent=ASKED_PERCENT, closes_on=closes_on, by=by)
    for surveyed in survey.offices.filter(asked__gt=0):
        _answer(surveyed, random)
    close_survey(survey, by=by)
    year = scheme.year
    Survey.objects.filter(pk=survey.pk).update(
        opened_on=dt.date(year, 12, 1), closes_on=dt.date(year, 12, 21), closed_on=dt.date(year, 12, 22)
    )


def _answer(surveyed: SurveyedOffice, random: Random) -> None:
    for _ballot in range(min(surveyed.asked, random.randint(FEWEST_BALLOTS, MOST_BALLOTS))):
        surveyed.sealed = tally.add(surveyed.sealed, _opinions(random))
    surveyed.save(update_fields=["sealed"])


def _opinions(random: Random) -> Ballot:
    return {question: random.choices(list(Opinion), weights=[60, 27, 5, 8])[0] for question in Question}


def _judge(scheme: Scheme, judges: list[User], random: Random) -> None:
    for indicator in Indicator.objects.filter(section__scheme=scheme, rule_kind="judged"):
        for assessed in scheme.assessed_offices.select_related("office"):
            worth = random.randint(8, 13)
            for judge in judges:
                points = Decimal(worth + random.randint(-2, 2))
                give_mark(indicator, assessed.office, points=points, reason=REASON, by=judge, count=False)
