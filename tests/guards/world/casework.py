import datetime as dt
from typing import Any

from apps.casework.actions import answer_case, open_case
from apps.casework.models import Case
from tests.guards.world import CANARY, Cast, Page

MARCH = dt.date(2026, 3, 2)


def opened(cast: Cast, kind: str = "suggestion") -> Case:
    return open_case(
        kind=kind,
        text=f"{CANARY}建议",
        office=cast.tree.town,
        by=cast.cadre,
        opened_on=MARCH,
        member=cast.member,
    )


def fill(cast: Cast) -> None:
    opened(cast)


def at_case(cast: Cast) -> dict[str, Any]:
    return {"public_id": opened(cast).public_id}


def at_answered(cast: Cast) -> dict[str, Any]:
    case = answer_case(case=opened(cast), answer=f"{CANARY}答复", answered_on=MARCH, by=cast.cadre)
    return {"public_id": case.public_id}


PAGES = {
    "casework:new": Page(post=lambda cast: {"kind": "request", "text": "办证", "opened_on": "2026-03-02"}),
    "casework:case": Page(kwargs=at_case),
    "casework:accept": Page(kwargs=at_case),
    "casework:answer": Page(
        kwargs=at_case, post=lambda cast: {"answer": "已答复", "answered_on": "2026-03-03"}
    ),
    "casework:close": Page(kwargs=at_answered, post=lambda cast: {"closed_on": "2026-03-04"}),
    "casework:adopt": Page(
        kwargs=at_case, post=lambda cast: {"adopted_on": "2026-03-04", "adopted_document": "甲发〔2026〕1号"}
    ),
    "casework:withdraw": Page(kwargs=at_case),
    "api:case-detail": Page(kwargs=at_case),
}
