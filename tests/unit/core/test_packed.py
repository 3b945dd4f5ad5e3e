"""Large JSON as packed bytes: what comes back is what went in."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from apps.core.packed import PackedJSONField

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES.filter(lambda value: value is not None))
def test_packed_json_comes_back(value: Any) -> None:
    field = PackedJSONField()
    stored = field.get_prep_value(value)
    assert isinstance(stored, bytes)
    assert field.from_db_value(memoryview(stored)) == value


def test_packed_json_keeps_nothing_as_nothing() -> None:
    field = PackedJSONField(null=True)
    assert field.get_prep_value(None) is None
    assert field.from_db_value(None) is None
