"""The steps of a case and of a task: which state each leads from and to, and whose step it is. Pure, without a database.

The same table stands in the database as a trigger (`models.cases`, `models.tasks`), made from here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseState(models.TextChoices):
    REGISTERED = "registered", _("已登记")
    ACCEPTED = "accepted", _("已受理")
    IN_HAND = "in_hand", _("办理中")
    TRANSFERRED = "transferred", _("已转办")
    RETURNED = "returned", _("已退回")
    ANSWERED = "answered", _("已答复")
    REOPENED = "reopened", _("重新办理")
    CONFIRMED = "confirmed", _("提出人已评价")
    CLOSED = "closed", _("已办结")
    MERGED = "merged", _("已并案")
    WITHDRAWN = "withdrawn", _("已撤回")


S = CaseState
# Still owed an answer; their clock runs.
OPEN = frozenset({S.REGISTERED, S.ACCEPTED, S.IN_HAND, S.TRANSFERRED, S.RETURNED, S.REOPENED})
# Nothing is owed any more; only the asker can open a closed one again.
OVER = frozenset({S.CLOSED, S.MERGED, S.WITHDRAWN})


class Step(models.TextChoices):
    """What is done to a case. The last five leave its state as it is."""

    ACCEPT = "accept", _("受理")
    START = "start", _("开始办理")
    ANSWER = "answer", _("答复")
    CONFIRM = "confirm", _("提出人评价")
    CLOSE = "close", _("办结")
    RETURN = "return", _("退回")
    RESUBMIT = "resubmit", _("补充后重新提交")
    TRANSFER = "transfer", _("转办")
    MERGE = "merge", _("并案")
    REOPEN = "reopen", _("重新办理")
    WITHDRAW = "withdraw", _("撤回")
    OPEN = "open", _("登记")
    PAUSE = "pause", _("等待提出人")
    RESUME = "resume", _("继续计时")
    ASSIST = "assist", _("确定协办")
    ASK_EXTENSION = "ask_extension", _("申请延期")
    GRANT_EXTENSION = "grant_extension", _("批准延期")
    REFUSE_EXTENSION = "refuse_extension", _("不同意延期")
    HAND_OUT = "hand_out", _("交部门办理")
    ADOPT = "adopt", _("采纳")


class Side(models.TextChoices):
    """Whose step it is: the office that entered the case, the one that leads it, or the person who asked."""

    ENTERING = "entering", _("登记机构")
    LEAD = "lead", _("主办机构")
    ASKER = "asker", _("提出人")


@dataclass(frozen=True)
class Move:
    """A step that changes the state."""

    sources: frozenset[CaseState]
    target: CaseState
    side: Side


# A question that is answered on the spot needs no click for accepting: ANSWER may follow any open state but a
# returned one, which lies with the office that entered it.
MOVES: dict[Step, Move] = {
    Step.ACCEPT: Move(frozenset({S.REGISTERED, S.TRANSFERRED}), S.ACCEPTED, Side.LEAD),
    Step.START: Move(frozenset({S.ACCEPTED, S.REOPENED}), S.IN_HAND, Side.LEAD),
    Step.ANSWER: Move(OPEN - {S.RETURNED}, S.ANSWERED, Side.LEAD),
    Step.CONFIRM: Move(frozenset({S.ANSWERED}), S.CONFIRMED, Side.ASKER),
    Step.CLOSE: Move(frozenset({S.CONFIRMED, S.ANSWERED}), S.CLOSED, Side.LEAD),
    Step.RETURN: Move(OPEN - {S.RETURNED}, S.RETURNED, Side.LEAD),
    Step.RESUBMIT: Move(frozenset({S.RETURNED}), S.REGISTERED, Side.ENTERING),
    Step.TRANSFER: Move(OPEN - {S.TRANSFERRED}, S.TRANSFERRED, Side.LEAD),
    Step.MERGE: Move(OPEN, S.MERGED, Side.LEAD),
    Step.REOPEN: Move(frozenset({S.ANSWERED, S.CONFIRMED, S.CLOSED}), S.REOPENED, Side.ASKER),
    Step.WITHDRAW: Move(OPEN | {S.ANSWERED}, S.WITHDRAWN, Side.ASKER),
}


def target_of(state: str, step: Step) -> CaseState | None:
    """The state that the step leads to from this one; None where it is not allowed."""
    move = MOVES[step]
    return move.target if state in move.sources else None


def steps_from(state: str) -> list[Step]:
    """The steps that are allowed in this state, in their usual order."""
    return [step for step, move in MOVES.items() if state in move.sources]


class TaskState(models.TextChoices):
    ASSIGNED = "assigned", _("已交办")
    ANSWERED = "answered", _("已反馈")
    SIGNED_OFF = "signed_off", _("已销号")
    CANCELLED = "cancelled", _("已取消")


# (from, to): the lead office answers; who handed it out signs it off, sends it back or takes it back.
TASK_MOVES = frozenset(
    {
        (TaskState.ASSIGNED, TaskState.ANSWERED),
        (TaskState.ANSWERED, TaskState.SIGNED_OFF),
        (TaskState.ANSWERED, TaskState.ASSIGNED),
        (TaskState.ASSIGNED, TaskState.CANCELLED),
        (TaskState.ANSWERED, TaskState.CANCELLED),
    }
)


def transitions() -> list[tuple[str, str]]:
    """All allowed (from, to) of a case, for the trigger in the database."""
    pairs = {(str(source), str(move.target)) for move in MOVES.values() for source in move.sources}
    return sorted(pairs)


def task_transitions() -> list[tuple[str, str]]:
    return sorted((str(source), str(target)) for source, target in TASK_MOVES)


def values(states: Iterable[CaseState]) -> list[str]:
    """For a condition in SQL: plain strings in a stable order."""
    return sorted(str(state) for state in states)
