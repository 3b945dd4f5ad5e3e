"""Which lines are people: the quick way for 1, 王芳 says what the rules say."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.members.importing.columns import Column
from apps.members.importing.lines import is_entry, is_person

TITLES = {Column.NAME: "名　字"}
NAMES = st.text(alphabet="王芳合计总共小累汇示例姓名字", min_size=2, max_size=4)


@given(NAMES, st.sampled_from(["", "女"]))
def test_quick_way_says_what_the_rules_say(name: str, gender: str) -> None:
    line: list[Any] = [1, name, gender]
    values = {Column.NAME: name, Column.GENDER: gender}
    assert is_person(line, values, TITLES) == is_entry(line, name, TITLES[Column.NAME], 1 + bool(gender))


@pytest.mark.parametrize("name", ["合计", "名字", "姓名", "示例王芳", "", None])
def test_numbered_line_without_a_person(name: str | None) -> None:
    assert not is_person([1.0, name, ""], {Column.NAME: name}, TITLES)
