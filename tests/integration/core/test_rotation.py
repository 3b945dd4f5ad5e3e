"""A new data key: everything is read before, in the middle and after; killed in the middle it goes on."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.core import crypto, rotation
from apps.members.models import Member


@pytest.fixture
def key_file(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    settings.DATA_KEY_FILE = tmp_path / "data.key"
    crypto.forget_keys()
    crypto.create_key_file(settings.DATA_KEY_FILE)
    yield settings.DATA_KEY_FILE
    crypto.forget_keys()


@pytest.fixture
def people(key_file: Path, make_member: Callable[..., Member]) -> list[Member]:
    made = [
        make_member(f"钱{sign}", phone=f"1381234567{n}", email=f"q{n}@example.cn")
        for n, sign in enumerate("甲乙丙")
    ]
    for person in made:
        person.email = f"new-{person.email}"
        person.save()  # the history holds ciphertext too
    return made


def phones() -> list[str]:
    return [member.phone for member in Member.objects.order_by("pk")]


def old_values() -> int:
    return rotation.how_many_left()


@pytest.mark.parametrize("suite", ["aes", "sm4"])
def test_everything_is_read_after_a_rotation(
    people: list[Member], key_file: Path, settings: Settings, suite: str
) -> None:
    before, marks = phones(), list(Member.objects.order_by("pk").values_list("phone_index", flat=True))
    events = apps.get_model("members", "MemberEvent").objects
    history = events.count()
    settings.DATA_SUITE = suite
    call_command("rotate_keys")
    assert crypto.keys().current == {"aes": "k2", "sm4": "k2-sm4"}[suite]
    assert old_values() == 0
    assert phones() == before
    assert [str(event.email) for event in events.order_by("-pgh_id")[:1]] == ["new-q2@example.cn"]
    assert events.count() == history  # the same value is no change
    assert list(Member.objects.order_by("pk").values_list("phone_index", flat=True)) == marks
    call_command("rotate_keys", "--retire")
    assert list(json.loads(key_file.read_text())["keys"]) == [crypto.keys().current]
    assert phones() == before


def test_killed_in_the_middle_it_goes_on(people: list[Member], monkeypatch: pytest.MonkeyPatch) -> None:
    before, seal, calls = phones(), rotation.seal_batch, []
    monkeypatch.setattr(rotation, "BATCH", 1)

    def killed(*args: object) -> int:
        calls.append(1)
        if len(calls) > 2:
            raise KeyboardInterrupt
        return seal(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(rotation, "seal_batch", killed)
    with pytest.raises(KeyboardInterrupt):
        call_command("rotate_keys")
    assert phones() == before  # old and new beside each other
    assert old_values() > 0
    with pytest.raises(CommandError):
        call_command("rotate_keys", "--retire")
    monkeypatch.setattr(rotation, "seal_batch", seal)
    call_command("rotate_keys")
    assert crypto.keys().current == "k2"
    assert old_values() == 0
    assert phones() == before


def test_second_factors_are_sealed_anew(key_file: Path, town_cadre: User) -> None:
    Authenticator.objects.filter(user=town_cadre).update(data={"secret": get_adapter().encrypt("JBSWY3DP")})
    call_command("rotate_keys")
    secret = Authenticator.objects.get(user=town_cadre).data["secret"]
    assert secret.startswith("k2:")
    assert get_adapter().decrypt(secret) == "JBSWY3DP"
