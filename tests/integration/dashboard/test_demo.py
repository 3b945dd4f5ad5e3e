import pytest
from django.db import connection

from apps.accounts.models import User
from apps.activities.models import Activity
from apps.assessment.models import MetricFact, Publication, Result, SurveyedOffice
from apps.assessment.rounds.verifying import verify
from apps.assessment.surveys.questions import FEWEST_ANSWERS
from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.casework.models import Case
from apps.dashboard.demo.load import DemoRefused, clear_demo, demo_is_loaded, load_demo
from apps.dashboard.demo.people import ACCOUNTS
from apps.members.models import Consent, Member
from apps.offices.models import Office, OfficeKind
from apps.pairing.models import DutyEntry, Met, Pairing, PairingYear, Visit
from apps.pairing.rebuild import rebuild_all
from tests.demo import DEMO_DAY

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("demo_city"),
    pytest.mark.xdist_group("demo"),
]


def test_demo_has_the_size_of_the_real_case() -> None:
    assert Member.objects.count() == 812
    assert User.objects.filter(grants__role="cadre").distinct().count() == 160
    assert Office.objects.filter(kind=OfficeKind.COUNTY).count() == 6
    assert {a.username for a in ACCOUNTS} <= set(User.objects.values_list("username", flat=True))


def test_demo_progress_is_what_a_recount_gives() -> None:
    assert PairingYear.objects.filter(year=2026).count() > 700
    assert rebuild_all(2026).none


def test_demo_has_nothing_in_the_future() -> None:
    assert not Visit.objects.filter(happened_on__gt=DEMO_DAY).exists()
    assert not Case.objects.filter(answered_on__gt=DEMO_DAY).exists()
    assert not Activity.objects.filter(held_on__gt=DEMO_DAY).exists()
    assert not Pairing.objects.filter(started_on__gt=DEMO_DAY).exists()


def test_demo_has_the_year_before_with_its_published_round() -> None:
    published = Publication.objects.get(scheme__year=DEMO_DAY.year - 1)
    assert verify(published) == []
    assert Result.objects.filter(scheme=published.scheme).exclude(grade="").count() == 6
    asked = SurveyedOffice.objects.filter(survey__indicator__section__scheme=published.scheme)
    assert asked.filter(sheets__gte=FEWEST_ANSWERS).count() == 6
    for year in ("2025", "2026"):
        assert MetricFact.objects.filter(metric="duties.fulfilled", period=year).count() > 100


def test_demo_active_members_have_a_consent_and_pending_none() -> None:
    with_consent = set(Consent.objects.values_list("member", flat=True))
    assert set(Member.objects.active().values_list("pk", flat=True)) <= with_consent
    assert not with_consent & set(
        Member.objects.filter(status=Member.Status.PENDING).values_list("pk", flat=True)
    )


def test_demo_is_never_mixed_with_other_records() -> None:
    with pytest.raises(DemoRefused):
        load_demo("city", DEMO_DAY)


def test_clear_demo_leaves_the_tree_and_the_one_who_cleared() -> None:
    admin = User.objects.get(username="sysadmin")
    seen = User.objects.get(username="leader")
    record(AuditEvent.Action.READ, by=seen)

    clear_demo(by=admin)

    assert not demo_is_loaded()
    for model in (Member, Visit, Met, DutyEntry, Pairing, PairingYear, Case, Activity):
        assert not model.objects.exists()
    assert Office.objects.count() > 100
    assert set(User.objects.filter(is_active=True)) == {admin}
    # Whoever the audit log names stays, disabled; the 160 cadres that it does not name are gone.
    assert {admin, seen} <= set(User.objects.all())
    assert User.objects.count() < 20


def test_clear_demo_leaves_what_was_published_as_it_was() -> None:
    clear_demo(by=None)
    published = Publication.objects.get()
    assert verify(published) == []
    assert not Result.objects.exclude(scheme=published.scheme).exists()


def test_clear_demo_leaves_no_name_in_any_history() -> None:
    name = Member.objects.values_list("name", flat=True)[0]
    clear_demo(by=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM members_memberevent WHERE name = %s", [name])
        assert cursor.fetchone() == (0,)


def test_clear_demo_refuses_a_system_without_demo() -> None:
    clear_demo(by=None)
    with pytest.raises(DemoRefused):
        clear_demo(by=None)
