"""The page of a case: what is known, what may be done next, what happened."""

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.casework import deadlines
from apps.casework.actions import waits_for_verdict
from apps.casework.clock import PAUSABLE, extension_of
from apps.casework.departments import asker_may_speak
from apps.casework.forms import HandOutForm, ReplyForm, StepForm
from apps.casework.ladder import light
from apps.casework.models import Case, CaseKind, Reply
from apps.casework.moving import sides_of
from apps.casework.origins import origin_of
from apps.casework.states import MOVES, CaseState, Side, Step, steps_from
from apps.casework.terms import limit_of
from apps.core.access import Permission, may_at
from apps.members.models import Member
from apps.members.naming import Naming

if TYPE_CHECKING:
    from apps.casework.views.stepping import StepPage

# Steps of the table whose address has another name than the step.
_NAMES = {Step.CONFIRM: "verdict"}
# Not steps of the table; their views stand in `handing_out`.
_DEPARTMENT_FORMS: dict[str, type[StepForm]] = {"hand_out": HandOutForm, "reply": ReplyForm}


def visible_case(user: User, public_id: uuid.UUID, permission: Permission) -> Case:
    cases = Case.objects.visible_to(user, permission)
    related = ("member", "organization", "office", "lead_office", "entered_by", "handler", "merged_into")
    replies = Reply.objects.select_related("office", "recorded_by", "scan").order_by("pk")
    whole = cases.select_related(*related).prefetch_related("assisting", Prefetch("replies", replies))
    return get_object_or_404(whole, public_id=public_id)


def asker_of(case: Case, naming: Naming) -> str:
    """The asker's name or record number, as the actor may see it; an organization by its name."""
    if case.organization is not None:
        return case.organization.name
    return naming.label_of(case.member) if case.member else ""


def shows_name(user: User, case: Case) -> bool:
    member = case.member
    return bool(
        member
        and member.status != Member.Status.WITHDRAWN
        and Naming.of(user).shows(member.pk, member.office_path)
    )


def shows_text(user: User, case: Case) -> bool:
    """Whoever sees the asker's name, and who works in an office that enters, leads or assists the case."""
    gone = case.member is not None and case.member.status == Member.Status.WITHDRAWN
    if gone:
        return False
    works_at = {r.low for r in user.office_ranges(Permission.CASE_HANDLE)}
    if shows_name(user, case) or works_at & {case.office_path, case.lead_office.path}:
        return True
    return any(office.path in works_at for office in case.assisting.all())


def offered_to(user: User, case: Case, *, handles: bool) -> set[str]:
    """The addresses of the steps that this user may take with the case now. `handles`: `may_handle`."""
    if not handles:
        return _decisions(user, case)
    sides = sides_of(user, case)
    offered = {_NAMES.get(step, str(step)) for step in steps_from(case.state) if MOVES[step].side in sides}
    if Side.LEAD in sides:
        offered |= _of_the_lead(case)
    if case.kind == CaseKind.SUGGESTION and case.state not in (CaseState.WITHDRAWN, CaseState.MERGED):
        offered.add("adopt")
    if case.state == CaseState.REGISTERED and case.entered_by_id == user.pk:
        offered.add("undo")
    if case.reopened_on is not None:
        offered.discard("reopen")
    if waits_for_verdict(case, timezone.localdate()):
        offered.discard("close")
    return offered | _decisions(user, case)


def may_handle(user: User, case: Case) -> bool:
    """Twin of `CaseQuerySet.visible_to`, for a case whose offices were read."""
    paths = (case.office_path, case.lead_office.path, *(office.path for office in case.assisting.all()))
    return any(may_at(user, Permission.CASE_HANDLE, path) for path in paths)


def _of_the_lead(case: Case) -> set[str]:
    """Steps that leave the state as it is."""
    if not case.is_open:
        return set()
    offered = {"assist", "hand_out", "reply"}
    if case.paused_on is not None:
        offered.add("resume")
    elif case.state in PAUSABLE:
        offered.add("pause")
    in_time = timezone.localdate() <= case.due_on
    if in_time and case.extension_asked_on is None and extension_of(case).extension:
        offered.add("ask_extension")
    return offered


def _decisions(user: User, case: Case) -> set[str]:
    watches = may_at(user, Permission.CASE_SUPERVISE, case.lead_office.path) or may_at(
        user, Permission.CASE_SUPERVISE, case.office_path
    )
    waits = case.is_open and case.waits_for_extension and case.extension_asked_by_id != user.pk
    return {"decide_extension"} if watches and waits else set()


def case_page(
    request: SignedInRequest,
    case: Case,
    steps: "Iterable[StepPage]",
    *,
    refused: tuple[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`refused`: a step's form that came back with errors; it keeps its place on the page."""
    user, today = request.user, timezone.localdate()
    handles = may_handle(user, case)
    offered = offered_to(user, case, handles=handles)
    classes = {**{step.name: step.form for step in steps if step.form}, **_DEPARTMENT_FORMS}
    step_forms: dict[str, forms.Form] = {
        name: form(case=case, auto_id=f"{name}_%s") for name, form in classes.items() if name in offered
    }
    if refused:
        step_forms[refused[0]] = refused[1]
        offered.add(refused[0])
    texts = shows_text(user, case)
    context: dict[str, Any] = {
        "case": case,
        "asker": asker_of(case, Naming.of(user)),
        "shows_text": texts,
        "origin": origin_of(user, case.origin_kind, case.origin_id),
        "light": light(case.due_on, today, is_open=case.is_open, is_paused=case.paused_on is not None),
        "over": case.days_over(today),
        "accept_by": deadlines.accept_by(case.opened_on, limit_of("accept")),
        "silent_from": deadlines.silent_from(case.paused_on) if case.paused_on else None,
        "may_handle": handles,
        "may_supervise": Permission.CASE_SUPERVISE in user.permissions,
        "offered": offered,
        "asker_may_speak": asker_may_speak(case),
        "forms": step_forms,
        "steps": case.steps.select_related("by", "office").order_by("pk"),
        "replies": case.replies.all(),
        "letters": case.supervisions.order_by("pk"),
        "assisting": [office.name for office in case.assisting.all()],
        "open_step": refused[0] if refused else "",
        "error_form": refused[1] if refused else None,
    }
    return render(request, "casework/case.html", context, status=status)
