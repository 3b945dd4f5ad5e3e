"""另加的词: words that administrators add to the wording guard. Its base list stands in code: nobody takes from it."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor
from apps.core.refusals import Refusal
from apps.core.wording import findings, forget_added_words
from apps.offices.models import AddedWord

# What is to be done, in the transaction of the change, where the list became another: registered by who stands above.
_when_changed: list[Callable[[], Any]] = []


def when_changed(do: Callable[[], Any]) -> None:
    """Called in `ready()` of an app above."""
    _when_changed.append(do)


class WordRefused(Refusal):
    """The word cannot be added or retired so."""


def added_words() -> tuple[str, ...]:
    """Registered with `core.wording`."""
    return tuple(AddedWord.objects.values_list("word", flat=True))


@transaction.atomic
def add_word(*, word: str, by: Actor) -> AddedWord:
    """Texts that hold it are refused from now on; what stands already stays. Raises WordRefused."""
    if AddedWord.objects.filter(word=word).exists() or findings(word):
        raise WordRefused(_("这个词已经不能填写，无需再加。"), field="word")
    added = AddedWord.objects.create(word=word, added_by_id=by.pk)
    record(AuditEvent.Action.CREATE, target=added, by=by)
    _changed()
    return added


def may_retire(word: AddedWord, actor: Actor) -> bool:
    """Who added it; where that account is closed, whoever may edit the list."""
    return word.added_by_id == actor.pk or not word.added_by.is_active


@transaction.atomic
def retire_word(*, word: AddedWord, by: Actor) -> None:
    """It may be written again; the history keeps it. Raises WordRefused."""
    if not may_retire(word, by):
        raise WordRefused(_("只有添加的人可以停用这个词。"))
    record(AuditEvent.Action.VOID, target=word, by=by)
    word.delete()
    _changed()


def _changed() -> None:
    transaction.on_commit(forget_added_words)
    for do in _when_changed:
        do()
