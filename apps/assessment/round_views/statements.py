"""自评: the office's own page, with the computed figure beside each item, and the files that go with it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import SignedInRequest
from apps.assessment.explaining import parts_of
from apps.assessment.models import DeclaredFigure, Scheme, SelfStatement, StatementFile
from apps.assessment.round_views.common import done_or_refused, indicator_of, office_place
from apps.assessment.round_views.forms import StatementForm
from apps.assessment.rounds import stating
from apps.assessment.rounds.panels import Panel
from apps.assessment.rounds.reading import Scored, Words, statement_sections
from apps.assessment.rounds.reviewing import may_review
from apps.assessment.rounds.speaking import speaks_for
from apps.core.access import Permission, requires
from apps.core.forms import show_refusal
from apps.core.refusals import Refusal
from apps.files.models import StoredFile
from apps.files.views import hand_over
from apps.offices.models import Office


@requires(Permission.ASSESSMENT_STATE)
@require_http_methods(["GET", "POST"])
def statement(request: SignedInRequest, code: str, office_code: str) -> HttpResponse:
    """Write the own statement: a draft until it is submitted as a whole."""
    scheme, office = _own_place(request, code, office_code)
    known = SelfStatement.objects.filter(scheme=scheme, office=office).select_related("submitted_by").first()
    group = scheme.assessed_offices.select_related("group").get(office=office).group.name
    words = Words(scheme, office, group, SelfStatement.objects.filter(scheme=scheme, office=office))
    parts = parts_of(scheme)
    indicators = [each for _section, mine in words.own(parts) for each in mine]
    form = StatementForm(request.POST or None, indicators=indicators, known=words.items)
    if request.method == "POST" and form.is_valid():
        try:
            stating.save_statement(scheme, office, form.said(), by=request.user)
            if "submit" in request.POST:
                stating.submit(scheme, office, by=request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            done = _("自评已提交，截止前可以撤回修改。") if "submit" in request.POST else _("草稿已保存。")
            messages.success(request, done)
            return redirect("assessment:statement", code=code, office_code=office_code)
    scored = Scored.load(scheme, office)
    context = {
        "scheme": scheme,
        "office": office,
        "statement": known,
        "form": form,
        "result": scored.result,
        "sections": statement_sections(words, parts, scored, form.fields_of),
        "may_write": stating.is_window_open(scheme) and not (known and known.is_submitted),
        "may_call_back": stating.is_window_open(scheme) and known is not None and known.is_submitted,
        "most_files": stating.MOST_FILES,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "assessment/round/statement.html", context, status=status)


def _own_place(request: SignedInRequest, code: str, office_code: str) -> tuple[Scheme, Office]:
    scheme, office = office_place(request, code, office_code, Permission.ASSESSMENT_STATE)
    if not speaks_for(office, request.user):
        raise Http404
    return scheme, office


@requires(Permission.ASSESSMENT_STATE)
@require_POST
def call_back(request: SignedInRequest, code: str, office_code: str) -> HttpResponse:
    scheme, office = _own_place(request, code, office_code)
    done_or_refused(
        request, lambda: stating.call_back(scheme, office, by=request.user), _("自评已撤回为草稿。")
    )
    return redirect("assessment:statement", code=code, office_code=office_code)


@requires(Permission.ASSESSMENT_STATE)
@require_POST
def add_file(request: SignedInRequest, code: str, office_code: str, indicator: int) -> HttpResponse:
    """Keep one scan with one item."""
    scheme, office = _own_place(request, code, office_code)
    found = indicator_of(scheme, indicator)
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, _("请选择文件（PDF、PNG 或 JPG，不超过 10 MB）"))
    else:
        done_or_refused(
            request,
            lambda: stating.add_file(scheme, office, found, upload, by=request.user),
            _("佐证材料已上传。"),
        )
    return _back_to_item(code, office_code, indicator)


@requires(Permission.ASSESSMENT_STATE)
@require_POST
def remove_file(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    kept = get_object_or_404(
        StatementFile.objects.select_related("file", "statement__scheme", "statement__office"),
        file__public_id=public_id,
    )
    if not speaks_for(kept.statement.office, request.user):
        raise Http404
    done_or_refused(request, lambda: stating.remove_file(kept, by=request.user), _("佐证材料已删除。"))
    return _back_to_item(kept.statement.scheme.code, kept.statement.office.code, kept.indicator_id)


def _back_to_item(code: str, office_code: str, indicator: int) -> HttpResponse:
    response = redirect("assessment:statement", code=code, office_code=office_code)
    response["Location"] += f"#item-{indicator}"
    return response


@requires(Permission.ASSESSMENT_VIEW)
@require_safe
def evidence(request: SignedInRequest, public_id: UUID) -> HttpResponseBase:
    """A file of a statement or a declaration: to the office that gave it and to those who assess it."""
    # Who may read it is asked below, of the statement it belongs to.
    # nosemgrep: records-of-everybody
    stored = get_object_or_404(StoredFile, public_id=public_id, purpose=StoredFile.Purpose.ASSESSMENT)
    office, scheme = _whose(stored)
    may_read = (
        speaks_for(office, request.user)
        or may_review(scheme, request.user)
        or request.user.pk in Panel.load(scheme).judges_of(office.pk)
    )
    if not may_read:
        raise Http404
    return hand_over(request, stored)


def _whose(stored: StoredFile) -> tuple[Office, Scheme]:
    kept = StatementFile.objects.filter(file=stored).select_related(
        "statement__office", "statement__scheme__office"
    )
    for each in kept:
        return each.statement.office, each.statement.scheme
    declared = DeclaredFigure.objects.filter(evidence_file=stored).select_related(
        "office", "indicator__section__scheme__office"
    )
    for figure in declared:
        return figure.office, figure.indicator.section.scheme
    raise Http404
