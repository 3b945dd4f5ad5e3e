"""What an entry costs: the fields that the walks of docs/burden.md touch, counted in a real browser (`scripts/burden.py`)."""

from collections.abc import Callable

from playwright.sync_api import Page

from apps.members.models import Member
from apps.pairing.models import Pairing, Visit
from scripts.burden import MOST_FIELDS, WALKS, Pace, entry
from tests.e2e.conftest import SignIn


def test_entries_touch_few_fields(
    phone: Page, sign_in: SignIn, pairing: Pairing, make_member: Callable[..., Member]
) -> None:
    other = make_member("孙洱")
    Pairing.objects.create(
        office=other.office, cadre=pairing.cadre, member=other, started_on=pairing.started_on
    )
    sign_in(phone, pairing.cadre)
    costs = [entry(phone, walk, Pace()) for walk in WALKS]
    assert Visit.objects.count() == len(WALKS)
    assert [cost.fields for cost in costs] == [2, 1, 4]
    assert max(cost.fields for cost in costs) <= MOST_FIELDS
    # Each field once, the link and the button.
    assert [cost.touches - cost.fields for cost in costs] == [2, 2, 2]
