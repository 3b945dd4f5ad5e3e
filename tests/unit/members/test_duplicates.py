"""How two registrations are weighed: symmetric, explained, and never by one trait alone."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.members.duplicates import WEIGHTS, Traits, likeness
from apps.members.models import Reason

MAY = dt.date(1980, 5, 1)
traits = st.builds(
    Traits,
    name=st.sampled_from(["", "王芳", "王方", "李明"]),
    sound=st.sampled_from(["", "wangfang", "liming"]),
    phone_index=st.sampled_from(["", "a", "b"]),
    birth_month=st.sampled_from([None, MAY, dt.date(1981, 6, 1)]),
    gender=st.sampled_from(["", "female", "male"]),
    organizations=st.frozensets(st.sampled_from(["甲厂", "乙厂"])),
)


@given(one=traits, other=traits)
def test_it_does_not_matter_who_comes_first(one: Traits, other: Traits) -> None:
    assert likeness(one, other) == likeness(other, one)


@given(one=traits, other=traits)
def test_every_weight_is_explained(one: Traits, other: Traits) -> None:
    like = likeness(one, other)
    assert like.weight == sum(WEIGHTS[reason] for reason in like.reasons)
    assert like.explained.split("、") == [str(r.label) for r in like.reasons] or not like.reasons


@given(one=traits, other=traits)
def test_one_reason_is_never_enough(one: Traits, other: Traits) -> None:
    like = likeness(one, other)
    assert not like.is_likely or sum(WEIGHTS[reason] > 0 for reason in like.reasons) > 1


@given(one=traits)
def test_what_is_not_known_speaks_neither_for_nor_against(one: Traits) -> None:
    assert likeness(one, Traits()).reasons == ()


@pytest.mark.parametrize(
    ("other", "likely"),
    [
        (Traits(name="王芳", sound="wangfang"), False),
        (Traits(name="王芳", sound="wangfang", phone_index="a"), True),
        (Traits(name="王芳", sound="wangfang", birth_month=MAY), True),
        (Traits(name="王芳", sound="wangfang", organizations=frozenset({"甲厂"})), True),
        (Traits(name="李明", sound="liming", phone_index="a"), False),
        (Traits(name="王方", sound="wangfang", phone_index="a"), True),
        (Traits(name="王芳", sound="wangfang", organizations=frozenset({"甲厂"}), gender="male"), False),
        (Traits(name="王方", sound="wangfang", organizations=frozenset({"甲厂"})), False),
    ],
)
def test_what_is_likely(other: Traits, likely: bool) -> None:
    one = Traits(
        name="王芳",
        sound="wangfang",
        phone_index="a",
        birth_month=MAY,
        gender="female",
        organizations=frozenset({"甲厂"}),
    )
    assert likeness(one, other).is_likely is likely


def test_reasons_are_told_in_words() -> None:
    like = likeness(Traits(name="王芳", phone_index="a"), Traits(name="王芳", phone_index="a"))
    assert like.reasons == (Reason.SAME_NAME, Reason.SAME_PHONE)
    assert like.explained == "同名、同号"
