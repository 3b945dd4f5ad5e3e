"""The tree, one office, and changing it."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.access import ActorRequest, Permission, may_at, requires
from apps.core.forms import show_refusal
from apps.core.pages import page_or_fragment
from apps.offices import actions, tree
from apps.offices.actions import OfficeRefused
from apps.offices.forms import (
    MOST_FOUND,
    AddOfficeForm,
    ChangeOfficeForm,
    MoveOfficeForm,
    OfficeSearchForm,
)
from apps.offices.kinds import BELOW
from apps.offices.models import Office, OfficeKind

view_offices = requires(Permission.OFFICE_VIEW)
manage = requires(Permission.OFFICE_MANAGE)


@view_offices
@require_safe
def offices(request: ActorRequest) -> HttpResponse:
    """The tree down to the towns; with words, what they find."""
    form = OfficeSearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    context: dict[str, Any] = {"form": form, "words": words}
    if words:
        results = tree.found(request.user, words)
        context |= {"found": results[:MOST_FOUND], "total": results.count(), "most": MOST_FOUND}
    else:
        context["branches"] = tree.branches(request.user)
    return page_or_fragment(request, "offices/offices.html", "offices/_tree.html", context)


@view_offices
@require_safe
def office(request: ActorRequest, code: str) -> HttpResponse:
    """One office: what it is, what stands above and below it."""
    found = _office(request, code, Permission.OFFICE_VIEW)
    context = {
        "office": found,
        "above": tree.above(found, request.user),
        "below": tree.directly_below(found),
        "may_manage": may_at(request.user, Permission.OFFICE_MANAGE, found.path),
        "may_close": may_at(request.user, Permission.PAIRING_MANAGE, found.path),
        "may_have_more": bool(BELOW[found.kind]),
    }
    return render(request, "offices/office.html", context)


def _office(request: ActorRequest, code: str, permission: Permission) -> Office:
    found: Office = get_object_or_404(Office.objects.visible_to(request.user, permission), code=code)
    return found


@manage
@require_http_methods(["GET", "POST"])
def add(request: ActorRequest, code: str) -> HttpResponse:
    """A new office below this one."""
    parent = _office(request, code, Permission.OFFICE_MANAGE)
    form = AddOfficeForm(request.POST or None, parent=parent)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.add_office(
                parent=parent,
                code=data["code"],
                name=data["name"],
                kind=OfficeKind(data["kind"]),
                takes_part_from=data["takes_part_from"],
                by=request.user,
            )
            messages.success(request, _("已新增机构。"))
            return redirect("offices:office", code=made.code)
        except OfficeRefused as refusal:
            show_refusal(form, refusal)
    return render(request, "offices/form.html", _form_page(form, parent, _("新增下级机构")))


@manage
@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, code: str) -> HttpResponse:
    """Name, kind of a town, and participation."""
    found = _office(request, code, Permission.OFFICE_MANAGE)
    before = {name: getattr(found, name) for name in ("name", "kind", "takes_part_from", "takes_part_until")}
    form = ChangeOfficeForm(request.POST or None, office=found, initial=before)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_office(office=found, changes=_changed(form), by=request.user)
            messages.success(request, _("已保存。"))
            return redirect("offices:office", code=code)
        except OfficeRefused as refusal:
            show_refusal(form, refusal)
    return render(request, "offices/form.html", _form_page(form, found, _("修改机构")))


def _changed(form: Form) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in form.changed_data}


@manage
@require_http_methods(["GET", "POST"])
def move(request: ActorRequest, code: str) -> HttpResponse:
    """Under another parent, with everything below."""
    found = _office(request, code, Permission.OFFICE_MANAGE)
    form = MoveOfficeForm(request.POST or None, office=found, actor=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.move_office(office=found, new_parent=form.cleaned_data["parent"], by=request.user)
            messages.success(request, _("已调整隶属，下级机构和全部记录随之调整。"))
            return redirect("offices:office", code=code)
        except OfficeRefused as refusal:
            show_refusal(form, refusal)
    note = _("下级机构、成员、结对、走访等全部记录随之移动；历史数据仍记在发生时的机构名下。")
    return render(request, "offices/form.html", {**_form_page(form, found, _("调整隶属")), "note": note})


def _form_page(form: Form, office: Office, title: str) -> dict[str, Any]:
    return {"form": form, "office": office, "title": title}
