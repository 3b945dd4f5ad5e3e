"""A model field for large JSON that is kept whole and read whole, never asked for in SQL."""

import zlib
from typing import TYPE_CHECKING, Any

import orjson
from django.db import models

if TYPE_CHECKING:
    _BinaryField = models.BinaryField[Any, Any]
else:
    _BinaryField = models.BinaryField

# The quickest level: records of a year go into a tenth of their size all the same.
_LEVEL = 1


class PackedJSONField(_BinaryField):
    """JSON, packed by the application.

    PostgreSQL takes ten times as long to take 100,000 records in as jsonb, which it then packs itself, as to store bytes. An
    attribute holds the plain value; lookups other than isnull make no sense.
    """

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else zlib.compress(orjson.dumps(value), _LEVEL)

    def from_db_value(self, value: Any, *_unused: Any) -> Any:
        return None if value is None else orjson.loads(zlib.decompress(value))

    def value_to_string(self, obj: models.Model) -> str:
        return orjson.dumps(self.value_from_object(obj)).decode()

    def to_python(self, value: Any) -> Any:
        return orjson.loads(value) if isinstance(value, str) else value
