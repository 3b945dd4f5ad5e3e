"""How figures are written in an official Chinese document: numbers, rates, dates, ordinals and lists of names.

The document itself is always Chinese (GB/T 9704-2012), whatever language the pages are shown in; that is why
nothing here or in `document` is marked for translation.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from apps.reports.figures import HIDDEN_TEXT, Figure, Outcome, State

CHINA = ZoneInfo("Asia/Shanghai")
NO_DATA = "缺数据"
NOT_APPLICABLE = "不适用"
UNDECIDED = "未评"
_DIGITS = "零一二三四五六七八九"
# After how many names a list in running text ends with 等.
LONGEST_LIST = 8


def ordinal(number: int) -> str:
    """1 → 一, 10 → 十, 21 → 二十一; for 1 to 99, as headings count."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else _DIGITS[tens] + "十")
    return head + (_DIGITS[ones] if ones else "")


def rounded(value: Decimal, places: int) -> Decimal:
    """Half up, as guide/scoring rounds; never the banker's rounding of format()."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def count(value: Decimal | int) -> str:
    """1234 → 1234, 3.50 → 3.5: counts carry no empty decimals."""
    whole = Decimal(value)
    if whole == whole.to_integral_value():
        return str(int(whole))
    return str(rounded(whole, 2).normalize())


def score(value: Decimal | None) -> str:
    """Points with two places; a dash where there are none."""
    return "—" if value is None else f"{rounded(value, 2)}"


def points(value: Decimal | None) -> str:
    """What an indicator is worth; whole points without decimals."""
    return "—" if value is None else count(value)


def percent(rate: Decimal) -> str:
    """0.9655 → 96.6%, 1 → 100%: one decimal where there is one."""
    return f"{str(rounded(rate * 100, 1)).removesuffix('.0')}%"


def day(value: dt.date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: dt.datetime) -> str:
    local = value.astimezone(CHINA)
    return f"{day(local)}{local:%H:%M}"


def value_of(figure: Figure) -> str:
    """The one figure people read first: the rate of a ratio, the number of a count."""
    if figure.hidden:
        return HIDDEN_TEXT
    if figure.numerator is None:
        return NO_DATA
    if not figure.is_ratio:
        return f"{count(figure.numerator)}{figure.unit}"
    rate = figure.rate
    return NOT_APPLICABLE if rate is None else percent(rate)


def sides_of(figure: Figure) -> str:
    """Numerator/denominator of a ratio: 784/812; the plain number of a count."""
    if figure.hidden:
        return HIDDEN_TEXT
    if figure.numerator is None:
        return NO_DATA
    if figure.denominator is None:
        return count(figure.numerator)
    return f"{count(figure.numerator)}/{count(figure.denominator)}"


def state_of(outcome: Outcome) -> str:
    return {State.DECIDED: "已评", State.UNDECIDED: UNDECIDED, State.NOT_APPLICABLE: NOT_APPLICABLE}[
        outcome.state
    ]


def score_of(outcome: Outcome) -> str:
    """The points of a decided item, the word for its state otherwise."""
    return score(outcome.score) if outcome.state == State.DECIDED else state_of(outcome)


def names(items: Iterable[str]) -> str:
    """甲、乙、丙; a long list ends with 等."""
    listed = list(items)
    joined = "、".join(listed[:LONGEST_LIST])
    return f"{joined}等" if len(listed) > LONGEST_LIST else joined


def titled(name: str) -> str:
    """A document's name in 《》, once."""
    return name if name.startswith("《") else f"《{name}》"


# Screens set a space between Chinese and figures; official documents do not.
_LOOSE = re.compile(
    r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[0-9])|(?<=[0-9%]) (?=[\u3000-\u9fff\uff00-\uffef])"
)


def tight(text: str) -> str:
    """达到 95% 得 8 分 → 达到95%得8分."""
    return _LOOSE.sub("", text)


def with_brackets(basis: str) -> str:
    """文号 carry the year in 〔〕, whatever bracket was typed: 泰统〔2026〕3号. Brackets around the whole fall away."""
    if basis.startswith("（") and basis.endswith("）"):
        basis = basis[1:-1]
    for left, right in (("[", "]"), ("【", "】"), ("［", "］")):
        basis = basis.replace(left, "〔").replace(right, "〕")
    return basis


def extremes(values: Sequence[int | None]) -> tuple[int, int] | None:
    """The months (1–12) of the highest and lowest value; None when fewer than two differ."""
    known = [(value, month) for month, value in enumerate(values, start=1) if value is not None]
    if len({value for value, _ in known}) < 2:
        return None
    highest = max(known, key=lambda pair: (pair[0], -pair[1]))
    lowest = min(known, key=lambda pair: (pair[0], pair[1]))
    return highest[1], lowest[1]
