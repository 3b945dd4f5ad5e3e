"""Many keys as one array: `IN (…)` of 100,000 parameters takes longer to write and to read than to run."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import BooleanField, Func, Value

# A field would prepare each key by itself.
_TYPES: dict[type, str] = {int: "bigint", str: "text", UUID: "uuid"}


class AnyOf(Func):
    """`filter(AnyOf("pk", keys))`: `pk = ANY(array)`. `of`: what the keys are, numbers, texts or UUIDs."""

    output_field = BooleanField()
    conditional = True
    template = "%(expressions)s::%(type)s[])"
    arg_joiner = " = ANY("

    def __init__(
        self,
        name: str,
        keys: Sequence[int] | Sequence[str] | Sequence[UUID],
        of: type[int] | type[str] | type[UUID] = int,
    ) -> None:
        super().__init__(name, Value(list(keys)), type=_TYPES[of])


class AnyIndexed(AnyOf):
    """As AnyOf, for keys of which few rows have any: the planner weighs none of them and takes the index.

    To weigh ten thousand names takes it twenty times as long as to look for them.
    """

    template = "%(expressions)s::%(type)s[])::%(type)s[])"
    arg_joiner = " = ANY((SELECT "
