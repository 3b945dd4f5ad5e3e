"""One address for each step of a case: form, action, message, back to the page."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.accounts.models import User
from apps.accounts.requests import SignedInRequest
from apps.casework import actions, clock
from apps.casework.forms import (
    AdoptForm,
    AnswerForm,
    AssistForm,
    CloseForm,
    DecideForm,
    MergeForm,
    ReasonForm,
    StepForm,
    TransferForm,
    VerdictForm,
)
from apps.casework.models import Case, Via
from apps.casework.views.page import case_page, visible_case
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.refusals import Conflict, Refusal

Said = dict[str, Any]


@dataclass(frozen=True)
class StepPage:
    """A step as the page offers it: its address, its form (None: a button only), what it does, what is said then."""

    name: str
    done: Any
    do: Callable[[Case, User, Said], object]
    form: type[StepForm] | None = None
    permission: Permission = Permission.CASE_HANDLE


STEPS = (
    StepPage("accept", _("已受理。"), lambda case, by, said: actions.accept_case(case=case, by=by)),
    StepPage("start", _("已开始办理。"), lambda case, by, said: actions.start_case(case=case, by=by)),
    StepPage(
        "answer",
        _("答复已登记。"),
        lambda case, by, said: actions.answer_case(case=case, by=by, **said),
        AnswerForm,
    ),
    StepPage(
        "verdict",
        _("评价已登记。"),
        lambda case, by, said: actions.record_verdict(case=case, by=by, via=Via.CALL, **said),
        VerdictForm,
    ),
    StepPage(
        "close",
        _("已办结。"),
        lambda case, by, said: actions.close_case(case=case, by=by, **said),
        CloseForm,
    ),
    StepPage(
        "adopt",
        _("采纳已登记。"),
        lambda case, by, said: actions.adopt_suggestion(
            case=case,
            by=by,
            adopted_on=said["adopted_on"],
            level=said["adopted_by_level"],
            document=said["adopted_document"],
            result=said["adopted_result"],
        ),
        AdoptForm,
    ),
    StepPage(
        "return",
        _("已退回。"),
        lambda case, by, said: actions.return_case(case=case, by=by, **said),
        ReasonForm,
    ),
    StepPage(
        "resubmit",
        _("已重新提交。"),
        lambda case, by, said: actions.resubmit_case(case=case, by=by, **said),
        ReasonForm,
    ),
    StepPage(
        "transfer",
        _("已转办。"),
        lambda case, by, said: actions.transfer_case(
            case=case, by=by, to=said["lead_office"], reason=said["reason"]
        ),
        TransferForm,
    ),
    StepPage(
        "assist",
        _("协办机构已确定。"),
        lambda case, by, said: actions.set_assisting(case=case, by=by, offices=list(said["assisting"])),
        AssistForm,
    ),
    StepPage(
        "merge",
        _("已并案。"),
        lambda case, by, said: actions.merge_case(case=case, by=by, **said),
        MergeForm,
    ),
    StepPage(
        "reopen",
        _("已重新办理。"),
        lambda case, by, said: actions.reopen_case(case=case, by=by, via=Via.CALL, **said),
        ReasonForm,
    ),
    # The asker's own wish, written down by whoever took the call.
    StepPage(
        "withdraw",
        _("已按提出人的要求撤回。"),
        lambda case, by, said: actions.withdraw_case(case=case, by=by, via=Via.CALL, **said),
        ReasonForm,
    ),
    StepPage(
        "undo", _("误登记的事项已撤回。"), lambda case, by, said: actions.withdraw_case(case=case, by=by)
    ),
    StepPage(
        "pause",
        _("已暂停计时，等待提出人。"),
        lambda case, by, said: clock.pause_case(case=case, by=by, **said),
        ReasonForm,
    ),
    StepPage(
        "resume", _("已继续计时，期限相应顺延。"), lambda case, by, said: clock.resume_case(case=case, by=by)
    ),
    StepPage(
        "ask_extension",
        _("延期申请已提交。"),
        lambda case, by, said: clock.ask_extension(subject=case, by=by, **said),
        ReasonForm,
    ),
    StepPage(
        "decide_extension",
        _("延期申请已审批。"),
        lambda case, by, said: clock.decide_extension(subject=case, by=by, **said),
        DecideForm,
        Permission.CASE_SUPERVISE,
    ),
)


def view_of(step: StepPage) -> Callable[..., HttpResponse]:
    """The view of one step: what is out of order or refused is said beside its form, nothing typed is lost."""

    @requires(step.permission)
    @require_POST
    def take(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
        case = visible_case(request.user, public_id, step.permission)
        form = step.form(request.POST, case=case, auto_id=f"{step.name}_%s") if step.form else None
        if form is not None and not form.is_valid():
            return case_page(request, case, STEPS, refused=(step.name, form), status=422)
        try:
            step.do(case, request.user, form.cleaned_data if form else {})
        except Refusal as refusal:
            if form is None:
                messages.error(request, refusal.message)
                return redirect("casework:case", case.public_id)
            show_refusal(form, refusal)
            status = 409 if isinstance(refusal, Conflict) else 422
            return case_page(request, case, STEPS, refused=(step.name, form), status=status)
        messages.success(request, str(step.done))
        return redirect("casework:case", case.public_id)

    return take


def urls() -> list[URLPattern]:
    return [path(f"cases/<uuid:public_id>/{step.name}/", view_of(step), name=step.name) for step in STEPS]
