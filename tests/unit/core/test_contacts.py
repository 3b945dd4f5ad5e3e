import pytest

from apps.core.contacts import NotAPhone, mask_email, mask_phone, normalize_phone


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678\n", "13812345678"),
        ("138—1234—5678", "13812345678"),
        ("　138　1234　5678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("＋８６１３８１２３４５６７８", "13812345678"),
        ("008613812345678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("86-13812345678", "13812345678"),
        (13812345678, "13812345678"),
        (13812345678.0, "13812345678"),
        ("13812345678.0", "13812345678"),
        ("0523-86881234", "052386881234"),
        ("(0523) 8688 1234", "052386881234"),
        ("+86 523 86881234", "052386881234"),
        ("010-62345678", "01062345678"),
        ("0576-8123456", "05768123456"),
        ("400-820-8820", "4008208820"),
        ("+852 9123 4567", "+85291234567"),
        ("00886912345678", "+886912345678"),
    ],
)
def test_normalize_phone_reads(typed: object, number: str) -> None:
    assert normalize_phone(typed) == number


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "只能由数字"),
        ("无", "只能由数字"),
        ("1381234567", "11 位"),
        ("138123456789", "11 位"),
        ("12812345678", "11 位"),
        ("00000000000", "带区号"),
        ("86881234", "带区号"),
        ("1.38E+10", "科学计数"),
        (1.38e20, "科学计数"),
        ("13812345678/13912345678", "一个"),
        ("13812345678、13912345678", "一个"),
        ("١٣٨١٢٣٤٥٦٧٨", "只能由数字"),
        ("138****5678", "只能由数字"),
        ("1381234567²", "只能由数字"),
        (float("nan"), "只能由数字"),
        ("+86", "带区号"),
    ],
)
def test_normalize_phone_refuses_without_repeating_it(typed: object, words: str) -> None:
    with pytest.raises(NotAPhone) as refused:
        normalize_phone(typed)
    assert words in str(refused.value)
    assert not typed or str(typed) not in str(refused.value)


def test_masks() -> None:
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("052386881234") == "052****1234"
    assert mask_phone("4008208820") == "40****20"
    assert mask_phone("123") == "***"
    assert mask_email("zhangsan@example.cn") == "z***@example.cn"
    assert mask_email("broken") == "***"
