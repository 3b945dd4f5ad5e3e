"""Who is asked, by whom, and who never is."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.assessment.actions import adopt_scheme, open_scheme
from apps.assessment.models import Indicator, Survey, SurveyedOffice, SurveyInvitation
from apps.assessment.surveys.asking import SurveyRefused, may_be_asked, open_survey
from apps.assessment.surveys.closing import ASKED_KNOWN_FOR, close_survey, forget_the_asked
from apps.core.refusals import Conflict
from apps.members.models import Consent, ContactPreference, Member
from apps.offices.models import Office
from apps.pairing.models import Pairing
from tests.cast import YEAR_START, Tree
from tests.integration.assessment.surveys.conftest import soon, text_of

pytestmark = pytest.mark.django_db


def asked(survey: Survey, office: Office) -> set[int]:
    sheet = SurveyedOffice.objects.get(survey=survey, office=office).public_id
    return set(SurveyInvitation.objects.filter(sheet=sheet).values_list("member", flat=True))


def next_survey(city_admin: User) -> Survey:
    """Another scheme of the same offices, with a survey of its own."""
    open_scheme(adopt_scheme(text_of("S-2"), by=None), by=None)
    again = Indicator.objects.get(name="成员满意度", section__scheme__code="S-2")
    return open_survey(again, closes_on=soon(), by=city_admin)


def test_everybody_who_may_be_asked_is(survey: Survey, people: list[Member], tree: Tree) -> None:
    assert asked(survey, tree.county) == {member.pk for member in people}


def test_an_office_of_four_is_left_out(survey: Survey, tree: Tree) -> None:
    far = SurveyedOffice.objects.get(survey=survey, office=tree.other_county)
    assert (far.asked, far.left_out) == (0, "too_few")


def test_who_wants_no_contact_is_never_asked(tree: Tree, make_member: Callable[..., Member]) -> None:
    make_member(contact_preference=ContactPreference.NONE)
    assert not may_be_asked(tree.county).exists()


def test_who_agreed_to_the_register_alone_is_never_asked(tree: Tree, member: Member) -> None:
    Consent.objects.filter(member=member).update(purposes=["registry"])
    assert not may_be_asked(tree.county).exists()


def test_who_has_not_confirmed_is_never_asked(tree: Tree, make_member: Callable[..., Member]) -> None:
    make_member(status=Member.Status.PENDING)
    assert not may_be_asked(tree.county).exists()


@pytest.mark.parametrize(("role", "place"), [(RoleName.CADRE, "city"), (RoleName.OFFICE_ADMIN, "county")])
def test_no_cadre_and_no_assessed_office_sends(
    indicator: Indicator,
    people: list[Member],
    make_user: Callable[..., User],
    tree: Tree,
    role: RoleName,
    place: str,
) -> None:
    by = make_user("sender", role, getattr(tree, place))
    with pytest.raises(SurveyRefused):
        open_survey(indicator, closes_on=soon(), by=by)


def test_nobody_paired_with_the_asked_sends(
    indicator: Indicator, people: list[Member], city_admin: User
) -> None:
    Pairing.objects.create(office=people[0].office, cadre=city_admin, member=people[0], started_on=YEAR_START)
    with pytest.raises(SurveyRefused):
        open_survey(indicator, closes_on=soon(), by=city_admin)


def test_a_survey_goes_out_once(survey: Survey, indicator: Indicator, city_admin: User) -> None:
    with pytest.raises(Conflict):
        open_survey(indicator, closes_on=soon(), by=city_admin)


def test_a_closing_day_must_leave_time(indicator: Indicator, people: list[Member], city_admin: User) -> None:
    with pytest.raises(SurveyRefused):
        open_survey(indicator, closes_on=timezone.localdate(), by=city_admin)


def test_the_next_survey_asks_five_people_less(survey: Survey, city_admin: User, tree: Tree) -> None:
    """The same thirty may be asked: two results over nearly the same people could be subtracted."""
    again = next_survey(city_admin)
    assert len(asked(survey, tree.county) ^ asked(again, tree.county)) == 5


def test_a_survey_of_nearly_the_same_few_is_not_made(
    indicator: Indicator, people: list[Member], city_admin: User, tree: Tree
) -> None:
    Member.objects.filter(pk__in=[member.pk for member in people[12:]]).update(
        contact_preference=ContactPreference.NONE
    )
    open_survey(indicator, closes_on=soon(), by=city_admin)
    again = SurveyedOffice.objects.get(survey=next_survey(city_admin), office=tree.county)
    assert (again.asked, again.left_out) == (0, "too_close")


def test_after_two_years_nobody_knows_who_was_asked(survey: Survey, city_admin: User) -> None:
    close_survey(survey, by=city_admin)
    today = timezone.localdate()
    assert forget_the_asked(today + ASKED_KNOWN_FOR) == 0
    assert forget_the_asked(today + 2 * ASKED_KNOWN_FOR) == 30
