"""Which kind an office is, and which may stand below which. No database."""

from apps.offices.models import TOWN_KINDS, OfficeKind

K = OfficeKind

# What may be added or moved below an office of each kind. A town may stand directly below a city (不设区的市).
BELOW: dict[str, tuple[OfficeKind, ...]] = {
    K.CITY: (K.COUNTY, *TOWN_KINDS, K.DEPARTMENT),
    K.COUNTY: (*TOWN_KINDS, K.DEPARTMENT),
    K.TOWN: (K.COMMUNITY, K.DEPARTMENT),
    K.SUBDISTRICT: (K.COMMUNITY, K.DEPARTMENT),
    K.ZONE: (K.COMMUNITY, K.DEPARTMENT),
    K.COMMUNITY: (),
    K.DEPARTMENT: (),
}

# Levels of the official list of divisions (统计用区划代码), and those offices add to it.
LEVELS = ("city", "county", "town", "community", "department")
# 镇, 乡 and 苏木 are towns; at that level everything that is neither these nor 街道 is a zone: 园区, 开发区,
# 农场, 林场, 种猪场, 渔业社, 景区, 街区, 新城 …
_TOWN_ENDINGS = ("镇", "乡", "苏木")


def kind_of(level: str, name: str) -> OfficeKind:
    """The kind of a row of the list. Raises KeyError for a level that is none of `LEVELS`."""
    if level != "town":
        return {"city": K.CITY, "county": K.COUNTY, "community": K.COMMUNITY, "department": K.DEPARTMENT}[
            level
        ]
    if name.endswith("街道"):
        return K.SUBDISTRICT
    return K.TOWN if name.endswith(_TOWN_ENDINGS) else K.ZONE


def takes_part_by_itself(kind: OfficeKind) -> bool:
    """Whether coverage counts such an office unless told otherwise; zones, communities and departments wait to be told."""
    return kind in (K.CITY, K.COUNTY, K.TOWN, K.SUBDISTRICT)
