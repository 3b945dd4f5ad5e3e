"""Model fields with a promise: contact data only encrypted, typed text only past the wording guard."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core import checks, validators
from django.db import models
from django.db.models.expressions import BaseExpression

from apps.core import crypto
from apps.core.characters import validate_characters
from apps.core.wording import validate_wording

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
    _CharField = models.CharField[str, str]
else:
    _TextField = models.TextField
    _CharField = models.CharField

# Text is short (design §1).
MAX_TEXT = 300


class Ciphertext(str):
    """What the database holds. A value of this type is stored as it is; a plain string is encrypted first."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<ciphertext>"


class EncryptedTextField(_TextField):
    """Text that the database sees only encrypted and bound to its row.

    The row's identity is the model's `public_id`, a UUID with a client-side default: it exists before the first
    save and never changes. The attribute gives plain text, opened when it is read and not before; it raises
    `crypto.CryptoError` (WrongRow, UnknownKey) where the stored value was swapped, changed or lacks its key.
    Use `readable(row, "phone")` where a page must show a sentence instead.

    save, create and bulk_create encrypt by themselves. QuerySet.update and COPY cannot know the row: give them
    `field.sealed(row_id, value)`; plain text there is a TypeError, and so is bulk_update. `values()` and
    `values_list()` give Ciphertext, for `field.opened`. Equality is searched through a blind index column; every
    lookup except isnull is refused.
    """

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Opener(self))

    def sealed(self, row: UUID, value: str) -> Ciphertext:
        """The stored form of a value for one row; "" stays "", so that blanking needs no key."""
        if value == "":
            return Ciphertext("")
        return Ciphertext(crypto.encrypt(value, table=self.bound_table, column=str(self.column), row=row))

    def sealed_many(self, values: Sequence[tuple[UUID, str]]) -> list[Ciphertext]:
        """As `sealed` for each (row, value)."""
        written = [(row, value) for row, value in values if value != ""]
        made = iter(crypto.encrypt_many(written, table=self.bound_table, column=str(self.column)))
        return [Ciphertext(next(made) if value != "" else "") for _row, value in values]

    def opened(self, row: UUID, stored: str) -> str:
        """The plain text of a stored value. Raises crypto.CryptoError."""
        if stored == "":
            return ""
        return crypto.decrypt(stored, table=self.bound_table, column=str(self.column), row=row)

    @property
    def bound_table(self) -> str:
        """The table in the binding; a history table (pghistory) holds copies of its tracked table's values."""
        model = getattr(self.model, "pgh_tracked_model", self.model)
        return str(model._meta.db_table)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if not any(field.name == "public_id" for field in self.model._meta.fields):
            found.append(checks.Error("An encrypted field needs a public_id.", obj=self, id="core.E001"))
        return found

    def from_db_value(self, value: str | None, *_unused: Any) -> Ciphertext | None:
        return None if value is None else Ciphertext(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return _sealed_value(self, model_instance, model_instance.__dict__.get(self.attname))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, str) and not isinstance(value, Ciphertext) and value != "":
            # No value in the message: it would reach the log.
            raise TypeError(f"{self.name}: plain text would be written; use sealed(row, value)")
        return super().get_db_prep_save(str(value) if isinstance(value, Ciphertext) else value, connection)

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def value_from_object(self, obj: models.Model) -> Any:
        # Forms and serializers start from what can be shown; a swapped value must not be a 500.
        return readable(obj, self.attname)

    def value_to_string(self, obj: models.Model) -> str:
        # dumpdata carries ciphertext: a dump is no way around the key.
        return str(obj.__dict__.get(self.attname) or "")


class _Opener:
    """The attribute: keeps what the database gave and opens it at the moment it is read."""

    def __init__(self, field: EncryptedTextField) -> None:
        self.field = field

    def __get__(self, row: models.Model | None, owner: type[models.Model]) -> Any:
        if row is None:
            return self
        name = self.field.attname
        if name not in row.__dict__:
            row.refresh_from_db(fields=[name])
        value = row.__dict__[name]
        return self.field.opened(_row_id(row), value) if isinstance(value, Ciphertext) else value

    def __set__(self, row: models.Model, value: Any) -> None:
        row.__dict__[self.field.attname] = value


def _row_id(row: models.Model) -> UUID:
    row_id = row.public_id  # type: ignore[attr-defined]
    return row_id if isinstance(row_id, UUID) else UUID(str(row_id))


def _sealed_value(field: EncryptedTextField, row: models.Model, value: Any) -> Any:
    if value is None or isinstance(value, Ciphertext | BaseExpression):
        return value
    return field.sealed(_row_id(row), str(value))


def readable(row: models.Model, name: str) -> str:
    """The plain text, or the sentence that says why it cannot be shown. For pages; never raises CryptoError."""
    try:
        return str(getattr(row, name) or "")
    except crypto.CryptoError as error:
        return str(error)


class GuardedCharField(_CharField):
    """Text typed by people on a row that can be reached from a member: past the wording guard, 300 characters.

    The guard runs in full_clean, so in model forms and model serializers; imports call `validate_wording`
    themselves. For migrations it is a plain CharField: the column is the same.
    """

    default_validators = [*models.CharField.default_validators, validate_characters, validate_wording]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MAX_TEXT)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class GuardedTextField(_TextField):
    """As GuardedCharField, for text of several lines; the length is checked in Python only."""

    default_validators = [*models.TextField.default_validators, validate_characters, validate_wording]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MAX_TEXT)
        super().__init__(*args, **kwargs)
        self.validators.append(validators.MaxLengthValidator(self.max_length))

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs
