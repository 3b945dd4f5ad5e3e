"""What stands in one cell: “15 做法清楚”, “部分完成 12 验收”, “41/50 文号”, “省级 事项｜佐证” in lines of their own."""

import re

from apps.assessment.declaring import is_by_item, takes_denominator
from apps.assessment.evidence import Outcome
from apps.assessment.models import DeclaredFigure, Indicator, ManualScore, Mark
from apps.assessment.numbers import plain
from apps.assessment.rules import CumulativeItems, Judged, LadderItems, Manual

# In Chinese whatever the reader's language: the file goes back in on another screen.
OUTCOME_WORDS = {Outcome.MET: "完成", Outcome.PART: "部分完成", Outcome.NOT_MET: "未完成"}
_EVIDENCE = re.compile(r"[|｜]")

Typed = dict[str, str]


# Out ----------------------------------------------------------------------------------------------------------------


def mark_text(mark: Mark) -> str:
    return _one_line(plain(mark.points), mark.reason)


def verdict_text(verdict: ManualScore) -> str:
    points = plain(verdict.points) if verdict.outcome == Outcome.PART else ""
    return _one_line(OUTCOME_WORDS[Outcome(verdict.outcome)], points, verdict.reason)


def figure_text(figure: DeclaredFigure) -> str:
    if is_by_item(figure.indicator):
        return _one_line(figure.level, figure.matter) + (f"｜{figure.evidence}" if figure.evidence else "")
    share = "" if figure.denominator is None else f"/{plain(figure.denominator)}"
    return _one_line(f"{plain(figure.numerator)}{share}", figure.evidence)


def _one_line(*parts: str) -> str:
    return " ".join(" ".join(parts).split())


# In -----------------------------------------------------------------------------------------------------------------


def lines_of(text: str) -> list[str]:
    """A cell's lines as they are compared and taken apart: single spaces, nothing empty."""
    return [line for each in text.splitlines() if (line := _one_line(each))]


def typed_in(indicator: Indicator, line: str) -> Typed:
    """The fields that the item's form takes, as text; what they may be is the form's to say."""
    rule = indicator.rule
    if isinstance(rule, Judged):
        points, _, reason = line.partition(" ")
        return {"points": points, "reason": reason}
    if isinstance(rule, Manual):
        return _verdict(line)
    if isinstance(rule, LadderItems | CumulativeItems):
        return _matter([name for name, _points in rule.levels], line)
    figure, _, evidence = line.partition(" ")
    numerator, _, denominator = figure.replace("／", "/").partition("/")
    return {"numerator": numerator, "denominator": denominator, "evidence": evidence}


def _verdict(line: str) -> Typed:
    word, _, rest = line.partition(" ")
    outcome = next((str(each) for each, known in OUTCOME_WORDS.items() if known == word), word)
    if outcome != Outcome.PART:
        return {"outcome": outcome, "reason": rest}
    points, _, reason = rest.partition(" ")
    return {"outcome": outcome, "points": points, "reason": reason}


def _matter(levels: list[str], line: str) -> Typed:
    level = next((each for each in sorted(levels, key=len, reverse=True) if line.startswith(f"{each} ")), "")
    matter, *evidence = _EVIDENCE.split(line.removeprefix(level), maxsplit=1)
    return {"level": level, "matter": matter.strip(), "evidence": "".join(evidence).strip()}


def how_to_fill(indicator: Indicator) -> str:
    """An example for the head of the column."""
    rule = indicator.rule
    if isinstance(rule, Judged):
        return "评分 理由"
    if isinstance(rule, Manual):
        return "完成/未完成 依据，或 部分完成 得分 依据"
    if isinstance(rule, LadderItems | CumulativeItems):
        return "每行一件：级别 事项｜佐证"
    return "完成数/应有数 佐证" if takes_denominator(indicator) else "数量 佐证"
