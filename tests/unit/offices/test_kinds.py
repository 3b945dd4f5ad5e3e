import pytest

from apps.offices.kinds import BELOW, kind_of, takes_part_by_itself
from apps.offices.models import OfficeKind


@pytest.mark.parametrize(
    ("level", "name", "kind"),
    [
        ("city", "泰州市", OfficeKind.CITY),
        ("county", "兴化市", OfficeKind.COUNTY),
        ("town", "九龙镇", OfficeKind.TOWN),
        ("town", "大邹乡", OfficeKind.TOWN),
        ("town", "城东街道", OfficeKind.SUBDISTRICT),
        ("town", "火车站街区", OfficeKind.ZONE),
        ("town", "海陵工业园区", OfficeKind.ZONE),
        ("town", "良种场", OfficeKind.ZONE),
        ("town", "种猪场", OfficeKind.ZONE),
        ("town", "渔业社", OfficeKind.ZONE),
        ("town", "溱湖风景区", OfficeKind.ZONE),
        ("community", "花园村", OfficeKind.COMMUNITY),
    ],
)
def test_kind_comes_from_level_and_name(level: str, name: str, kind: OfficeKind) -> None:
    assert kind_of(level, name) is kind


def test_zone_does_not_take_part_by_itself() -> None:
    assert takes_part_by_itself(OfficeKind.TOWN)
    assert not takes_part_by_itself(OfficeKind.ZONE)


def test_every_kind_says_what_may_stand_below_it() -> None:
    assert set(BELOW) == set(OfficeKind)
