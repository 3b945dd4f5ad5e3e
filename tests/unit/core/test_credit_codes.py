"""统一社会信用代码: well-known codes pass, and each mistake has its own sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.credit_codes import SIGNS, BadCreditCode, check_sign, normalize_credit_code

# Published by the companies themselves.
WELL_KNOWN = ["914403001922038216", "9144030071526726XG", "91330100799655058B"]
GOOD = WELL_KNOWN[1]


@pytest.mark.parametrize("code", WELL_KNOWN)
def test_code_well_known(code: str) -> None:
    assert normalize_credit_code(code) == code


@pytest.mark.parametrize(
    "typed",
    [
        "9144030071526726xg",
        " 91440300 71526726XG ",
        "９１４４０３００７１５２６７２６ＸＧ",
        "91440300-71526726X-G",
    ],
)
def test_code_as_people_type_it(typed: str) -> None:
    assert normalize_credit_code(typed) == GOOD


def test_code_may_be_left_out() -> None:
    assert normalize_credit_code("  ") == ""


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("91440300", "应为 18 位，现在是 8 位"),
        (GOOD.replace("0", "O", 1), "O 是否应为 0"),
        (GOOD[:-1] + "中", "“中”不能用"),
        ("0" + GOOD[1:], "第 1 位"),
        ("71" + GOOD[2:], "宗教"),
        ("9199" + GOOD[4:], "“990300”不是"),
        ("91A4" + GOOD[4:], "行政区划代码"),
        (GOOD[:-1] + "H", "校验不通过"),
        (GOOD[:9] + GOOD[10] + GOOD[9] + GOOD[11:], "校验不通过"),
    ],
)
def test_code_says_what_is_wrong(typed: str, sentence: str) -> None:
    with pytest.raises(BadCreditCode, match=sentence):
        normalize_credit_code(typed)


@given(st.text("0123456789", min_size=4, max_size=4), st.text(SIGNS, min_size=9, max_size=9), st.data())
def test_code_one_wrong_sign_is_always_found(district: str, body: str, data: st.DataObject) -> None:
    start = "9132" + district + body
    code = start + check_sign(start)
    assert normalize_credit_code(code) == code
    place = data.draw(st.integers(8, 17))
    other = data.draw(st.sampled_from([sign for sign in SIGNS if sign != code[place]]))
    with pytest.raises(BadCreditCode):
        normalize_credit_code(code[:place] + other + code[place + 1 :])
