"""Many keys as one array: `IN (…)` of 100,000 parameters takes longer to write and to read than to run."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Field, Func, TextField, Value

_TYPES: dict[type, type["Field[Any, Any]"]] = {int: BigIntegerField, str: TextField}


class AnyOf(Func):
    """`filter(AnyOf("pk", keys))`: `pk = ANY(array)`. `of`: what the keys are, numbers or texts."""

    output_field = BooleanField()
    conditional = True
    template = "%(expressions)s::%(type)s[])"
    arg_joiner = " = ANY("

    def __init__(
        self, name: str, keys: Sequence[int] | Sequence[str], of: type[int] | type[str] = int
    ) -> None:
        array = Value(list(keys), output_field=ArrayField(_TYPES[of]()))
        super().__init__(name, array, type="bigint" if of is int else "text")
