"""Every link to a member is declared, whatever app it stands in."""

import pytest

from apps.members import merging
from apps.members.merging import links_to_members, links_without_a_step


def test_every_link_to_a_member_says_what_merging_does() -> None:
    assert links_without_a_step() == set()


def test_links_are_found_by_looking_at_the_models() -> None:
    assert {"pairing.Met.member", "members.Consent.member", "activities.SignUp.member"} <= links_to_members()


def test_a_link_nobody_declared_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(merging._steps, "casework.cases")
    assert links_without_a_step() == {"casework.Case.member"}
