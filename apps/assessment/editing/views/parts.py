"""Forms of the other parts: head and calendar, grades, groups, sections."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import SignedInRequest
from apps.assessment.editing.changing import put, with_group_renamed
from apps.assessment.editing.document import KEY, Document
from apps.assessment.editing.forms.parts import GradesForm, GroupForm, HeadForm, SectionForm, offices_to_group
from apps.assessment.editing.forms.rows import asks_to_reshape
from apps.assessment.editing.views.found import editable_or_404, group_names, part_or_404, saved
from apps.assessment.editing.working import Copy, copy_of
from apps.assessment.models import Scheme
from apps.core.access import Permission, requires


def _page(
    request: SignedInRequest, scheme: Scheme, copy: Copy, form: forms.Form, title: Any, **context: Any
) -> HttpResponse:
    context = {"scheme": scheme, "copy": copy, "form": form, "title": title, **context}
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(request, "assessment/edit/part.html", context, status=status)


@requires(Permission.ASSESSMENT_MANAGE)
@require_http_methods(["GET", "POST"])
def edit_head(request: SignedInRequest, code: str) -> HttpResponse:
    scheme = editable_or_404(request, code)
    copy = copy_of(scheme)
    form = HeadForm(request.POST or None, initial=HeadForm.initial_of(copy.document))
    if request.method == "POST" and form.is_valid():
        return saved(request, scheme, lambda: form.apply(copy.document), done=_("已保存"))
    return _page(request, scheme, copy, form, _("名称和日程"))


@requires(Permission.ASSESSMENT_MANAGE)
@require_http_methods(["GET", "POST"])
def edit_grades(request: SignedInRequest, code: str) -> HttpResponse:
    scheme = editable_or_404(request, code)
    copy = copy_of(scheme)
    form = GradesForm(request.POST or None, grades=copy.document.get("grades", []))
    reshaped = asks_to_reshape(request.POST)
    if request.method == "POST" and not reshaped and form.is_valid():
        return saved(request, scheme, lambda: {**copy.document, "grades": form.grades}, done=_("已保存"))
    context = {"scheme": scheme, "copy": copy, "form": form, "title": _("等次")}
    status = 422 if form.is_bound and not reshaped and form.errors else 200
    return TemplateResponse(request, "assessment/edit/grades.html", context, status=status)


@requires(Permission.ASSESSMENT_MANAGE)
@require_http_methods(["GET", "POST"])
def add_group(request: SignedInRequest, code: str) -> HttpResponse:
    return _group(request, editable_or_404(request, code))


@requires(Permission.ASSESSMENT_MANAGE)
@require_http_methods(["GET", "POST"])
def edit_group(request: SignedInRequest, code: str, key: str) -> HttpResponse:
    return _group(request, editable_or_404(request, code), key)


def _group(request: SignedInRequest, scheme: Scheme, key: str = "") -> HttpResponse:
    copy = copy_of(scheme)
    group = part_or_404(copy.document, "group", key) if key else {}
    form = GroupForm(
        request.POST or None,
        initial={"name": group.get("name", ""), "offices": group.get("offices", [])},
        offices=offices_to_group(scheme, str(copy.document.get("assessed", "")), _taken(copy.document, key)),
    )
    if request.method == "POST" and form.is_valid():
        typed: Document = {"name": form.cleaned_data["name"]}
        if form.cleaned_data["offices"]:
            typed["offices"] = form.cleaned_data["offices"]

        def change() -> Document:
            renamed = (
                with_group_renamed(copy.document, group.get("name", ""), typed["name"])
                if key
                else copy.document
            )
            return put(renamed, "group", typed, key=key)

        return saved(request, scheme, change, done=_("已保存"))
    return _page(request, scheme, copy, form, _("考核分组"), part_kind="group", part_key=key)


def _taken(document: Document, key: str) -> dict[str, str]:
    """Which offices stand in another group already."""
    return {
        code: str(group.get("name", ""))
        for group in document.get("groups", [])
        if group.get(KEY) != key
        for code in group.get("offices", [])
    }


@requires(Permission.ASSESSMENT_MANAGE)
@require_http_methods(["GET", "POST"])
def add_section(request: SignedInRequest, code: str) -> HttpResponse:
    return _section(request, editable_or_404(request, code))


@requires(Permission.ASSESSMENT_MANAGE)
@require_http_methods(["GET", "POST"])
def edit_section(request: SignedInRequest, code: str, key: str) -> HttpResponse:
    return _section(request, editable_or_404(request, code), key)


def _section(request: SignedInRequest, scheme: Scheme, key: str = "") -> HttpResponse:
    copy = copy_of(scheme)
    names = group_names(copy.document)
    section = part_or_404(copy.document, "section", key) if key else {}
    form = SectionForm(
        request.POST or None,
        initial=SectionForm.initial_of(section, names) if section else None,
        groups=names,
    )
    if request.method == "POST" and form.is_valid():
        return saved(
            request,
            scheme,
            lambda: put(copy.document, "section", form.to_document(), key=key),
            done=_("已保存"),
        )
    return _page(
        request,
        scheme,
        copy,
        form,
        _("考核部分"),
        group_fields=form.group_fields,
        part_kind="section",
        part_key=key,
    )
