"""Every link to a member or an organization is declared, whatever app it stands in."""

import pytest

from apps.members.merging import Steps, of_members, of_organizations


@pytest.mark.parametrize("steps", [of_members, of_organizations])
def test_every_link_says_what_merging_does(steps: Steps) -> None:
    assert steps.links_without_a_step() == set()


@pytest.mark.parametrize(
    ("steps", "known"),
    [
        (of_members, {"pairing.Met.member", "members.Consent.member", "activities.SignUp.member"}),
        (of_organizations, {"pairing.Met.organization", "members.Appointment.organization"}),
    ],
)
def test_links_are_found_by_looking_at_the_models(steps: Steps, known: set[str]) -> None:
    assert known <= steps.links()


@pytest.mark.parametrize(
    ("steps", "name", "link"),
    [
        (of_members, "casework.cases", "casework.Case.member"),
        (of_organizations, "casework.cases", "casework.Case.organization"),
    ],
)
def test_a_link_nobody_declared_is_noticed(
    steps: Steps, name: str, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(steps._steps, name)
    assert steps.links_without_a_step() == {link}
