"""A survey in the hand: five questions and one submit, without JavaScript too."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from apps.assessment.models import SurveyedOffice, SurveyInvitation
from apps.assessment.surveys import tokens
from apps.assessment.surveys.questions import Question
from tests.e2e.conftest import HAND
from tests.guards.world import Cast
from tests.guards.world.assessment import at_survey, fill


@pytest.fixture
def secret(cast: Cast, server: LiveServer) -> str:
    fill(cast)
    at_survey(cast)
    surveyed = SurveyedOffice.objects.filter(asked__gt=0).get()
    invitation = SurveyInvitation.objects.filter(sheet=surveyed.public_id).first()
    assert invitation is not None
    return tokens.secret_of(invitation.pk)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_survey_is_answered_in_the_hand(
    secret: str, open_context: Callable[..., BrowserContext], javascript: bool
) -> None:
    page = open_context(viewport=HAND, java_script_enabled=javascript, has_touch=True).new_page()
    page.goto(f"/l/{secret}/")
    for question in Question:
        page.get_by_role("group", name=str(question.label)).get_by_label("基本满意").check()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="已提交")).to_be_visible()
    page.goto(f"/l/{secret}/")
    expect(page.get_by_role("heading", name="链接已失效")).to_be_visible()
