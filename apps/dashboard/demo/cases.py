"""Cases and tasks of the demo: a year of ordinary ones, and one of every state and light for the accounts to look at."""

import datetime as dt
from random import Random
from typing import Any

from apps.accounts.models import User
from apps.casework.climbing import climb
from apps.casework.deadlines import DEFAULTS, last_day
from apps.casework.ladder import rungs
from apps.casework.models import Case, StepTaken, Task, Verdict, Via
from apps.casework.states import CaseState, Step, TaskState
from apps.core.workdays import WorkCalendar
from apps.offices.models import Office
from apps.pairing.models import Pairing

# As published: the demo is made at once, and the same everywhere.
CALENDAR = WorkCalendar({})
# An answer of so many days ago has had its word from the asker, or their silence.
SETTLED = dt.timedelta(days=18)


def life(kind: str, opened: dt.date, share: float, today: dt.date, random: Random) -> dict[str, Any]:
    """How an ordinary case went: `share` of its time was taken, more than 1 is late. The columns that it fills."""
    due = last_day(DEFAULTS[kind], opened, CALENDAR)
    answered = CALENDAR.next_workday(opened + dt.timedelta(days=int((due - opened).days * share))).day
    steps = rungs(due, CALENDAR)
    near = min(answered, today)
    columns: dict[str, Any] = {
        "due_on": due,
        "state": CaseState.IN_HAND,
        "answered_on": None,
        "closed_on": None,
        "verdict": "",
        "verdict_on": None,
        "verdict_via": "",
        "yellow_on": steps.yellow_on if steps.yellow_on <= near else None,
        "red_on": steps.red_on if steps.red_on <= near else None,
    }
    if answered > today:
        ages = [CaseState.REGISTERED] if opened == today else [CaseState.ACCEPTED, CaseState.IN_HAND]
        return {**columns, "state": random.choice(ages)}
    columns |= {"answered_on": answered, "state": CaseState.ANSWERED}
    if today - answered < SETTLED:
        return columns
    heard = min(answered + dt.timedelta(days=random.randint(1, 9)), today)
    return columns | {
        "state": CaseState.CLOSED,
        "closed_on": heard,
        "verdict": Verdict.SATISFIED,
        "verdict_on": heard,
        "verdict_via": random.choice([Via.CALL, Via.CALL, Via.LINK]),
    }


def steps_of(case: dict[str, Any]) -> list[dict[str, Any]]:
    """The timeline of an ordinary case; `case` is filled in once it has its id."""
    found = [(Step.OPEN, case["opened_on"])]
    if case["state"] != CaseState.REGISTERED:
        found.append((Step.ACCEPT, CALENDAR.next_workday(case["opened_on"]).day))
    for step, day in (
        (Step.ANSWER, case["answered_on"]),
        (Step.CONFIRM, case["verdict_on"]),
        (Step.CLOSE, case["closed_on"]),
    ):
        if day:
            found.append((step, day))
    return [
        {"case": case, "step": step, "on": day, "at": case["entered_at"], "by_id": case["entered_by_id"]}
        for step, day in found
    ]


# -- one of every kind ----------------------------------------------------------------------------------------------


def show_every_state(users: dict[str, User], today: dt.date) -> None:
    """Cases in every state and with every light for the demo's cadre, tasks for its leaders; then the clock runs once."""
    cadre = users["cadre"]
    pairs = list(Pairing.objects.active(today).filter(cadre=cadre).select_related("member", "office")[:8])
    if pairs:
        _Showcase(cadre, pairs, today).fill()
        _tasks(users, pairs[0].office, today)
    climb(CALENDAR.add_workdays(today + dt.timedelta(days=1), -1).day)


class _Showcase:
    """Hand-made cases of one cadre."""

    def __init__(self, cadre: User, pairs: list[Pairing], today: dt.date) -> None:
        self.cadre, self.pairs, self.today = cadre, pairs, today
        self.made = 0

    def fill(self) -> None:
        ago = self._ago
        town = self.pairs[0].office
        county = Office.objects.get(path=town.parent_path)
        department = Office.objects.filter(path__startswith=county.path, kind="department").first() or county
        self._case("request", 0, "registered", "希望了解园区标准厂房的租金减免怎么申请。", may_be_named=True)
        self._case("policy_question", 4, "accepted", "咨询小微企业社保补贴的申报时间。")
        self._case("request", 18, "in_hand", "厂区门口公交站牌被遮挡，希望移位。")
        self._case("complaint", 24, "in_hand", "反映配套道路施工夜间噪声。")
        self._case("request", 32, "in_hand", "希望协调冷库用电增容。", lead_office=department)
        self._case("suggestion", 10, "transferred", "建议县里统一发布技能培训计划。", lead_office=county)
        self._case("request", 6, "returned", "希望帮助联系高校实验室。")
        self._case("request", 12, "in_hand", "申请稳岗补贴，材料待补。", paused_on=ago(5))
        self._case(
            "request",
            16,
            "in_hand",
            "希望协调消防验收时间。",
            extension_asked_on=ago(1),
            extension_asked_by=self.cadre,
        )
        self._answered("policy_question", 9, 3, "answered")
        self._answered(
            "request", 30, 16, "confirmed", verdict="satisfied", verdict_on=ago(2), verdict_via="call"
        )
        self._answered(
            "request",
            40,
            20,
            "reopened",
            reopened_on=ago(4),
            first_due_on=self._due("request", 40),
            due_on=self._due("request", 4),
            verdict="unsatisfied",
            verdict_on=ago(4),
            verdict_via="link",
            verdict_why="只说明了流程，问题还没有解决。",
        )
        kept = self._case("suggestion", 20, "accepted", "建议老街增设夜间照明。")
        self._case("suggestion", 19, "merged", "老街晚上太暗，建议装路灯。", merged_into=kept)
        self._case("request", 22, "withdrawn", "希望代办营业执照变更。")

    def _ago(self, days: int) -> dt.date:
        """A working day about so many days ago."""
        return CALENDAR.add_workdays(self.today - dt.timedelta(days=days) + dt.timedelta(days=1), -1).day

    def _due(self, kind: str, days: int) -> dt.date:
        return last_day(DEFAULTS[kind], self._ago(days), CALENDAR)

    def _case(self, kind: str, days: int, state: str, text: str, **more: Any) -> Case:
        pair = self.pairs[self.made % len(self.pairs)]
        self.made += 1
        opened = self._ago(days)
        fields = {
            "office": pair.office,
            "lead_office": pair.office,
            "member": pair.member,
            "kind": kind,
            "state": state,
            "text": text,
            "opened_on": opened,
            "due_on": self._due(kind, days),
            "entered_by": self.cadre,
            "handler": None if state in ("registered", "transferred", "returned") else self.cadre,
        }
        case = Case.objects.create(**{**fields, **more})
        StepTaken.objects.create(case=case, step=Step.OPEN, on=opened, by=self.cadre)
        self._last_step(case, more)
        return case

    def _last_step(self, case: Case, more: dict[str, Any]) -> None:
        """What brought it to where it is."""
        steps = {
            "accepted": (Step.ACCEPT, ""),
            "in_hand": (Step.START, ""),
            "transferred": (Step.TRANSFER, "需要县里统筹。"),
            "returned": (Step.RETURN, "请补充企业名称和联系时间。"),
            "answered": (Step.ANSWER, ""),
            "confirmed": (Step.CONFIRM, ""),
            "reopened": (Step.REOPEN, "只说明了流程，问题还没有解决。"),
            "merged": (Step.MERGE, "与另一件是同一件事。"),
            "withdrawn": (Step.WITHDRAW, "本人来电，已自行办好。"),
        }
        if case.state in steps:
            step, reason = steps[case.state]
            day = case.reopened_on or case.verdict_on or case.answered_on or case.opened_on
            StepTaken.objects.create(case=case, step=step, on=day, by=self.cadre, reason=reason)
        if "paused_on" in more:
            StepTaken.objects.create(
                case=case,
                step=Step.PAUSE,
                on=more["paused_on"],
                by=self.cadre,
                reason="等本人补交社保缴纳证明。",
            )
        if "extension_asked_on" in more:
            StepTaken.objects.create(
                case=case,
                step=Step.ASK_EXTENSION,
                on=self._ago(1),
                by=self.cadre,
                reason="需要与住建部门会商。",
            )

    def _answered(self, kind: str, days: int, answered: int, state: str, **more: Any) -> Case:
        return self._case(
            kind,
            days,
            state,
            "咨询办理流程和所需材料。",
            answered_on=self._ago(answered),
            answer="已电话说明办理流程，并发送材料清单。",
            **more,
        )


def _tasks(users: dict[str, User], town: Office, today: dt.date) -> None:
    """Handed out by the county to one of its towns, one of each light and state."""
    county = Office.objects.get(path=town.parent_path)
    leader = users["county_leader"]
    for days, term, state, text in (
        (1, 12, TaskState.ASSIGNED, "梳理本季度未答复的诉求，逐件说明进展。"),
        (12, 2, TaskState.ASSIGNED, "落实专题会议决定：为园区企业集中办理一次政策咨询。"),
        (20, -2, TaskState.ASSIGNED, "联系久未走访的企业，列出走访安排。"),
        (30, -9, TaskState.ASSIGNED, "反馈冷库用电增容的协调情况。"),
        (15, 3, TaskState.ANSWERED, "汇总党外人士对老街改造的建议。"),
        (40, -20, TaskState.SIGNED_OFF, "补报上半年活动情况。"),
    ):
        begun = today - dt.timedelta(days=days)
        answered = None if state == TaskState.ASSIGNED else min(today, begun + dt.timedelta(days=9))
        task = Task.objects.create(
            office=county,
            lead_office=town,
            text=text,
            state=state,
            assigned_on=begun,
            assigned_by=leader,
            due_on=CALENDAR.next_workday(today + dt.timedelta(days=term)).day,
            answered_on=answered,
            answer="已办理并说明情况。" if answered else "",
            signed_off_on=answered if state == TaskState.SIGNED_OFF else None,
        )
        StepTaken.objects.create(task=task, step=Step.OPEN, on=begun, by=leader)
