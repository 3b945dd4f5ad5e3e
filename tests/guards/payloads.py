"""Sixty pieces of code, as somebody would type them into a text field; and how to plant them into every one there is."""

from collections.abc import Sequence
from itertools import count

from django.db import DataError, IntegrityError, models, transaction
from django.utils.html import escape

from apps.core.fields import GuardedCharField, GuardedTextField
from apps.core.privacy import our_models

SCRIPT = "alert(1)"
HEADS = ("", '"', "'", ">", '">', "'>", "</title>", "</textarea>", "-->", "{{7*7}}", "${7*7}", "]]>")
BODIES = (
    f"<script>{SCRIPT}</script>",
    f"<img src=x onerror={SCRIPT}>",
    f"<svg/onload={SCRIPT}>",
    f'<a href="javascript:{SCRIPT}">x</a>',
    f"<iframe srcdoc='<script>{SCRIPT}</script>'>",
)
# The shortest of them, for names of fifty characters.
CODE = BODIES[2]
PAYLOADS = [head + body for head in HEADS for body in BODIES]
# Typed by people though the wording guard does not read them: names of people, offices, files.
NAMING = frozenset({"name", "title", "file_name", "subject", "definition", "purpose_text"})


def raw(page: str) -> list[str]:
    """What of them stands in a page as code."""
    return [body for body in BODIES if body in page]


def shown(page: str) -> bool:
    """Whether any of them stands there as text."""
    return escape(f"={SCRIPT}>") in page or escape(f">{SCRIPT}<") in page


def plant_everywhere(texts: Sequence[str] = PAYLOADS) -> int:
    """Into each typed column of each row, one that fits. How many cells."""
    number = count()
    planted = 0
    for model in our_models():
        if hasattr(model, "pgh_tracked_model") or getattr(model, "append_only", False):
            continue
        fitting = {column.name: _fitting(column, texts) for column in _typed(model)}
        for pk in list(model._base_manager.values_list("pk", flat=True)) if fitting else ():
            planted += _plant(
                model, pk, {name: fit[next(number) % len(fit)] for name, fit in fitting.items()}
            )
    return planted


def _fitting(column: "models.Field[str, str]", texts: Sequence[str]) -> list[str]:
    return [text for text in texts if len(text) <= (column.max_length or 300)] or [""]


def _typed(model: type[models.Model]) -> "list[models.Field[str, str]]":
    return [
        column
        for column in model._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField) and not column.choices
        if isinstance(column, GuardedCharField | GuardedTextField) or column.name in NAMING
    ]


def _plant(model: type[models.Model], pk: object, texts: dict[str, str]) -> int:
    """All at once; where a constraint keeps one of them out, each by itself. How many stand there."""
    try:
        with transaction.atomic():
            return model._base_manager.filter(pk=pk).update(**texts) and sum(map(bool, texts.values()))
    except (IntegrityError, DataError):
        return sum(_plant(model, pk, {name: text}) for name, text in texts.items()) if len(texts) > 1 else 0
