"""The demo's assessments: the two example schemes, a few declared figures, and the first rollup."""

import datetime as dt
from decimal import Decimal

from apps.accounts.models import User
from apps.assessment.actions import open_examples
from apps.assessment.declaring import Declared, declare_figure, review_figure
from apps.assessment.models import Indicator, Scheme
from apps.assessment.rollup import roll_up

HONOURS = ("乡村振兴统战行动表扬", "民营经济服务先进单位", "新阶层实践创新基地")


def load_assessments(users: dict[str, User], today: dt.date) -> None:
    """Open the example schemes as far as their offices stand in the tree; count and score the year."""
    for scheme in open_examples(today.year):
        _declare(scheme, declared_by=users["admin"], reviewed_by=users["assessor"])
    roll_up(today.year, today=today)


def _declare(scheme: Scheme, declared_by: User, reviewed_by: User) -> None:
    """One honour for every second office; the last of them waits for its reviewer."""
    honours = Indicator.objects.filter(section__scheme=scheme, name="获得表彰").first()
    if honours is None:
        return
    offices = [assessed.office for assessed in scheme.assessed_offices.select_related("office")][::2]
    for n, office in enumerate(offices):
        declared = Declared(
            Decimal(1),
            matter=HONOURS[n % len(HONOURS)],
            level="市级",
            evidence=f"表扬通报〔{scheme.year}〕{n + 1}号",
        )
        figure = declare_figure(honours, office, declared, by=declared_by)
        if n < len(offices) - 1:
            review_figure(figure, confirm=True, by=reviewed_by)
