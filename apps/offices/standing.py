"""已有文字的清点: texts written before a word was added are not read again; how many there are is counted.

By office and kind, never which: nothing is shown, changed or erased by it. Set-based, one statement for each table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.apps import apps
from django.db import models, transaction
from django.db.models import Count, F, Func, Q, QuerySet, Value
from django.db.models.functions import Concat

from apps.core.access import Actor, Permission
from apps.core.fields import GuardedCharField, GuardedTextField
from apps.core.privacy import our_models
from apps.core.small_numbers import is_few, own_paths
from apps.offices.models import Office, StandingTexts
from apps.offices.words import added_words

# As the guard reads: without spaces and invisible characters.
_BETWEEN_LETTERS = "[\\s\u200b-\u200f\u2060\ufeff]+"
_BETWEEN_COLUMNS = "|"

Model = type[models.Model]


@transaction.atomic
def count_standing() -> int:
    """Counts anew, for the words as they are now. Gives how many texts were found."""
    StandingTexts.objects.all().delete()
    words = added_words()
    found = (
        [row for model, office in _texts_of_offices() for row in _counted(model, office, words)]
        if words
        else []
    )
    StandingTexts.objects.bulk_create(found)
    return sum(row.texts for row in found)


def _texts_of_offices() -> Iterator[tuple[Model, str]]:
    """Every table with guarded texts, and the way from its rows to their office."""
    for model in our_models():
        if not hasattr(model, "pgh_tracked_model") and _guarded(model) and (office := _way_to_office(model)):
            yield model, office


def _guarded(model: Model) -> list[str]:
    columns = model._meta.concrete_fields
    return [column.name for column in columns if isinstance(column, GuardedCharField | GuardedTextField)]


def _way_to_office(model: Model) -> str:
    """The row's own office, else that of what it belongs to: member__office."""
    relations = [column for column in model._meta.concrete_fields if isinstance(column, models.ForeignKey)]
    own = (each.name for each in relations if each.related_model is Office)
    through = (
        f"{each.name}__{_way_to_office(each.related_model)}" for each in relations if _holds_office(each)
    )
    return next(own, "") or next(through, "")


def _holds_office(relation: "models.ForeignKey[models.Model, models.Model]") -> bool:
    return any(each.related_model is Office for each in relation.related_model._meta.concrete_fields)


def _counted(model: Model, office: str, words: tuple[str, ...]) -> list[StandingTexts]:
    said = Func(
        Concat(*_separated(_guarded(model)), output_field=models.TextField()),
        Value(_BETWEEN_LETTERS),
        Value(""),
        Value("g"),
        function="regexp_replace",
        output_field=models.TextField(),
    )
    any_word = reduce(or_, (Q(said__contains=word) for word in words))
    held = model._base_manager.annotate(said=said).filter(any_word)
    numbers = held.order_by().values_list(F(f"{office}_id")).annotate(texts=Count("pk"))
    return [StandingTexts(office_id=pk, kind=model._meta.label, texts=texts) for pk, texts in numbers if pk]


def _separated(columns: list[str]) -> list[F | Value]:
    """Of one column too: Concat wants two."""
    return [part for column in columns for part in (F(column), Value(_BETWEEN_COLUMNS))]


@dataclass(frozen=True)
class Standing:
    """One line for the administrator: 3 联系记录 of 东镇. `texts` is None where they are too few to be said."""

    office: str
    kind: str
    texts: int | None


def standing_for(actor: Actor) -> list[Standing]:
    """What was counted last, by office in the order of the tree; few are said of the own office only."""
    rows: QuerySet[StandingTexts] = StandingTexts.objects.select_related("office").order_by(
        "office__path", "kind"
    )
    own = own_paths(actor, Permission.OFFICE_MANAGE)
    return [
        Standing(
            row.office.name,
            str(apps.get_model(row.kind)._meta.verbose_name),
            None if is_few(row.texts) and row.office.path not in own else row.texts,
        )
        for row in rows
    ]
