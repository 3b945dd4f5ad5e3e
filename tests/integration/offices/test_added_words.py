"""用词提醒: an administrator adds words to the wording guard; nobody takes from its base list."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core.wording import validate_wording
from apps.offices.models import AddedWord
from apps.offices.words import WordRefused, add_word, retire_word

PAGE = "/offices/words/"
WORD = "特殊照顾户"
pytestmark = pytest.mark.usefixtures("known_anew")


@pytest.fixture
def added(city_admin: User, django_capture_on_commit_callbacks: object) -> AddedWord:
    validate_wording(f"他家是{WORD}")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        return add_word(word=WORD, by=city_admin)


def test_added_word_is_held_back_at_once_and_written_down(added: AddedWord) -> None:
    with pytest.raises(ValidationError):
        validate_wording(f"他家是{WORD}")
    event = AuditEvent.objects.get(target_label="offices.addedword")
    assert (event.action, WORD in str(event.detail)) == ("create", False)


def test_retired_word_passes_again_and_history_keeps_it(
    added: AddedWord, city_admin: User, django_capture_on_commit_callbacks: object
) -> None:
    pk = added.pk
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        retire_word(word=added, by=city_admin)
    validate_wording(WORD)
    events = AddedWord.events.rel.related_model.objects.filter(pgh_obj_id=pk)  # type: ignore[attr-defined]
    assert list(events.order_by("pgh_id").values_list("pgh_label", flat=True)) == ["insert", "delete"]


def test_word_is_retired_by_who_added_it_until_that_account_is_closed(
    added: AddedWord, city_admin: User, county_admin: User
) -> None:
    with pytest.raises(WordRefused):
        retire_word(word=added, by=county_admin)
    city_admin.is_active = False
    city_admin.save()
    retire_word(word=AddedWord.objects.get(), by=county_admin)
    assert not AddedWord.objects.exists()


@pytest.mark.parametrize("word", ["比较难缠", WORD])
def test_word_already_held_back_is_not_added_again(added: AddedWord, city_admin: User, word: str) -> None:
    with pytest.raises(WordRefused):
        add_word(word=word, by=city_admin)


def test_page_adds_and_retires(client: Client, city_admin: User) -> None:
    client.force_login(city_admin)
    assert client.post(PAGE, {"word": "字"}).status_code == 422
    assert WORD in client.post(PAGE, {"word": WORD}, follow=True).text
    client.post(f"{PAGE}{AddedWord.objects.get().pk}/retire/")
    assert WORD not in client.get(PAGE).text


def test_only_the_root_adds(client: Client, county_admin: User, town_cadre: User) -> None:
    for user in (county_admin, town_cadre):
        client.force_login(user)
        assert "添加一个词" not in client.get(PAGE).text
        assert client.post(PAGE, {"word": WORD}).status_code == 404
    assert not AddedWord.objects.exists()
