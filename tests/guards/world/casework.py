import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.roles import RoleName
from apps.casework.actions import accept_case, answer_case, open_case, return_case
from apps.casework.assigning import answer_task, assign_task
from apps.casework.climbing import issue_supervision
from apps.casework.clock import ask_extension, pause_case
from apps.casework.departments import hand_out, record_reply
from apps.casework.models import Case, Supervision, Task
from apps.casework.supervising import answer_supervision
from apps.offices.models import Office, OfficeKind
from tests.guards.world import CANARY, Cast, Page

MARCH = dt.date(2026, 3, 2)
PDF = b"%PDF-1.4\n%%EOF"


def opened(cast: Cast, kind: str = "suggestion", on: dt.date = MARCH) -> Case:
    return open_case(
        kind=kind,
        text=f"{CANARY}建议",
        office=cast.tree.town,
        by=cast.cadre,
        opened_on=on,
        member=cast.member,
    )


def accepted(cast: Cast, kind: str = "request") -> Case:
    return accept_case(case=opened(cast, kind, timezone.localdate()), by=cast.cadre)


def answered(cast: Cast) -> Case:
    return answer_case(case=opened(cast), answer=f"{CANARY}答复", answered_on=MARCH, by=cast.cadre)


def of(case: Case) -> dict[str, Any]:
    return {"public_id": case.public_id}


def at_case(cast: Cast) -> dict[str, Any]:
    return of(opened(cast))


def at_accepted(cast: Cast) -> dict[str, Any]:
    return of(accepted(cast))


def at_answered(cast: Cast) -> dict[str, Any]:
    return of(answered(cast))


def at_returned(cast: Cast) -> dict[str, Any]:
    return of(return_case(case=opened(cast), reason=f"{CANARY}缺材料", by=cast.cadre))


def at_paused(cast: Cast) -> dict[str, Any]:
    return of(pause_case(case=accepted(cast), reason=f"{CANARY}等材料", by=cast.cadre))


def at_asked(cast: Cast) -> dict[str, Any]:
    case = accepted(cast)
    ask_extension(subject=case, reason=f"{CANARY}会商", by=cast.cadre)
    return of(case)


def department(cast: Cast) -> Office:
    found = Office.objects.filter(kind=OfficeKind.DEPARTMENT, code="990001900").first()
    if found is None:
        fields = {"code": "990001900", "name": "甲县人社局", "kind": OfficeKind.DEPARTMENT}
        found = Office.objects.add_child(Office.objects.get(pk=cast.tree.county.pk), create_kwargs=fields)
    return found


def a_scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("reply.pdf", PDF, content_type="application/pdf")


def at_reply(cast: Cast) -> dict[str, Any]:
    case = accepted(cast)
    reply = record_reply(
        case=case,
        office=department(cast),
        text=f"{CANARY}已受理",
        replied_on=timezone.localdate(),
        scan=a_scan(),
        by=cast.cadre,
    )
    return {"public_id": case.public_id, "reply_id": reply.public_id}


def letter(cast: Cast) -> Supervision:
    made = issue_supervision(opened(cast), timezone.localdate())
    assert made is not None
    return made


def at_letter(cast: Cast) -> dict[str, Any]:
    return {"public_id": letter(cast).public_id}


def at_answered_letter(cast: Cast) -> dict[str, Any]:
    made = letter(cast)
    subject = made.subject
    assert isinstance(subject, Case)
    answer_case(case=subject, answer=f"{CANARY}已办", answered_on=MARCH, by=cast.cadre)
    answer_supervision(letter=made, answer=f"{CANARY}已答复", by=cast.cadre)
    return {"public_id": made.public_id}


def leader(cast: Cast) -> User:
    return cast.owners[RoleName.LEADER]


def assigned(cast: Cast) -> Task:
    return assign_task(
        text=f"{CANARY}请办",
        office=cast.tree.county,
        lead_office=cast.tree.town,
        due_on=timezone.localdate() + dt.timedelta(days=20),
        by=cast.office_admin,
    )


def at_task(cast: Cast) -> dict[str, Any]:
    return {"public_id": assigned(cast).public_id}


def at_answered_task(cast: Cast) -> dict[str, Any]:
    return {"public_id": answer_task(task=assigned(cast), answer=f"{CANARY}已办", by=cast.cadre).public_id}


def at_asked_task(cast: Cast) -> dict[str, Any]:
    task = assigned(cast)
    ask_extension(subject=task, reason=f"{CANARY}会商", by=cast.cadre)
    return {"public_id": task.public_id}


def fill(cast: Cast) -> None:
    opened(cast)
    assigned(cast)


def because(cast: Cast) -> dict[str, Any]:
    return {"reason": "提出人来电说明"}


def today(cast: Cast) -> str:
    return f"{timezone.localdate()}"


def at_link(cast: Cast) -> dict[str, Any]:
    _link, secret = hand_out(case=accepted(cast), office=department(cast), may_be_named=False, by=cast.cadre)
    return {"secret": secret}


PAGES = {
    # Open to whoever holds the link: the secret is the guard.
    "open_link": Page(kwargs=at_link, post=lambda cast: {"text": "已受理"}, shared=True, shows_canary=True),
    "casework:new": Page(post=lambda cast: {"kind": "request", "text": "办证", "opened_on": "2026-03-02"}),
    "casework:case": Page(kwargs=at_case),
    "casework:accept": Page(kwargs=at_case),
    "casework:start": Page(kwargs=at_accepted),
    "casework:answer": Page(
        kwargs=at_case, post=lambda cast: {"answer": "已答复", "answered_on": "2026-03-03"}
    ),
    "casework:verdict": Page(
        kwargs=at_answered, post=lambda cast: {"verdict": "satisfied", "said_on": "2026-03-04"}
    ),
    "casework:close": Page(kwargs=at_answered, post=lambda cast: {"closed_on": "2026-03-25"}),
    "casework:adopt": Page(
        kwargs=at_case,
        post=lambda cast: {
            "adopted_on": "2026-03-04",
            "adopted_by_level": "county",
            "adopted_document": "甲发〔2026〕1号",
        },
    ),
    "casework:return": Page(kwargs=at_case, post=because),
    "casework:resubmit": Page(kwargs=at_returned, post=because),
    "casework:transfer": Page(
        kwargs=at_case, post=lambda cast: {"reason": "县里办", "lead_office": cast.tree.county.pk}
    ),
    "casework:assist": Page(kwargs=at_case, post=lambda cast: {"assisting": [cast.tree.county.pk]}),
    "casework:merge": Page(
        kwargs=at_case, post=lambda cast: {"into": opened(cast).number, "reason": "同一件事"}
    ),
    "casework:reopen": Page(kwargs=at_answered, post=because),
    "casework:withdraw": Page(kwargs=at_case, post=because),
    "casework:undo": Page(kwargs=at_case),
    "casework:pause": Page(kwargs=at_accepted, post=because),
    "casework:resume": Page(kwargs=at_paused),
    "casework:ask_extension": Page(kwargs=at_accepted, post=because),
    "casework:decide_extension": Page(
        kwargs=at_asked, post=lambda cast: {"grant": "yes", "reason": "情况属实"}
    ),
    "casework:hand_out": Page(kwargs=at_accepted, post=lambda cast: {"office": department(cast).pk}),
    "casework:reply": Page(
        kwargs=at_accepted,
        post=lambda cast: {
            "office": department(cast).pk,
            "text": "已受理",
            "replied_on": today(cast),
            "scan": a_scan(),
        },
    ),
    "casework:reply_scan": Page(kwargs=at_reply),
    "casework:asker_link": Page(kwargs=at_answered),
    "casework:answer_letter": Page(kwargs=at_answered),
    "casework:supervision_answer": Page(kwargs=at_letter, post=lambda cast: {"answer": "本周办结"}),
    "casework:supervision_sign_off": Page(kwargs=at_answered_letter),
    "casework:supervision_send_back": Page(kwargs=at_answered_letter),
    "casework:supervision_letter": Page(kwargs=at_letter),
    "casework:term": Page(
        kwargs=lambda cast: {"term": "request"},
        post=lambda cast: {"number": "10", "unit": "workdays", "extension": "5"},
        shared=True,
    ),
    "casework:assign": Page(
        post=lambda cast: {
            "text": "请办",
            "lead_office": cast.tree.town.pk,
            "due_on": f"{timezone.localdate() + dt.timedelta(days=9)}",
        }
    ),
    "casework:matter": Page(kwargs=at_case),
    "casework:task": Page(kwargs=at_task),
    "casework:task_answer": Page(kwargs=at_task, post=lambda cast: {"answer": "已办"}),
    "casework:task_ask_extension": Page(kwargs=at_task, post=because),
    "casework:task_decide": Page(
        kwargs=at_asked_task, post=lambda cast: {"grant": "yes", "reason": "情况属实"}
    ),
    "casework:task_sign_off": Page(kwargs=at_answered_task),
    "casework:task_send_back": Page(kwargs=at_answered_task, post=because),
    "casework:task_cancel": Page(kwargs=at_task, post=because),
    "api:case-detail": Page(kwargs=at_case),
}
