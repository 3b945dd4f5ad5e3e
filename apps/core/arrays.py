"""Many keys as one array: `IN (…)` of 100,000 parameters takes longer to write and to read than to run."""

from collections.abc import Sequence

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Func, Value


class AnyOf(Func):
    """`filter(AnyOf("pk", keys))`: `pk = ANY(array)`."""

    output_field = BooleanField()
    conditional = True
    template = "%(expressions)s::bigint[])"
    arg_joiner = " = ANY("

    def __init__(self, name: str, keys: Sequence[int]) -> None:
        super().__init__(name, Value(list(keys), output_field=ArrayField(BigIntegerField())))
