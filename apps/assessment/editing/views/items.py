"""One item: its form, and the rule text and the check beside it while it is typed."""

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.requests import SignedInRequest
from apps.assessment.editing.changing import new_key, put, section_of
from apps.assessment.editing.checking import Checked, ItemLine, checked
from apps.assessment.editing.document import KEY, Document
from apps.assessment.editing.forms.items import ItemForm
from apps.assessment.editing.forms.rows import asks_to_reshape
from apps.assessment.editing.views.found import (
    editable_or_404,
    group_names,
    part_of,
    part_or_404,
    saved,
)
from apps.assessment.editing.working import copy_of
from apps.assessment.models import Scheme
from apps.core.access import Permission, requires


@requires(Permission.ASSESSMENT_MANAGE)
@require_http_methods(["GET", "POST"])
def add_item(request: SignedInRequest, code: str, section: str) -> HttpResponse:
    return _item(request, editable_or_404(request, code), section=section)


@requires(Permission.ASSESSMENT_MANAGE)
@require_http_methods(["GET", "POST"])
def edit_item(request: SignedInRequest, code: str, key: str) -> HttpResponse:
    return _item(request, editable_or_404(request, code), key=key)


def _item(request: SignedInRequest, scheme: Scheme, *, key: str = "", section: str = "") -> HttpResponse:
    """The form; saved it leads back to the tree, with a button for rows or kinds it comes back reshaped."""
    copy = copy_of(scheme)
    home, item = _home(copy.document, key, section)
    form = ItemForm(request.POST or None, part=part_of(home), groups=group_names(copy.document), item=item)
    reshaped = asks_to_reshape(request.POST)
    if request.method == "POST" and not reshaped and form.is_valid():
        made = form.to_document()
        key = key or new_key()

        def change() -> Document:
            parts = copy.document if item else put(copy.document, "item", {KEY: key}, section=section)
            return put(parts, "item", made, key=key)

        return saved(request, scheme, change, done=_("已保存"), anchor=f"part-{key}")
    context = {
        "scheme": scheme,
        "copy": copy,
        "section": home,
        "item": item,
        "key": key,
        **_preview(copy.document, form, key, section),
    }
    if reshaped:
        # A row more or another kind is no attempt to save: nothing to complain about yet.
        form.errors.clear()
    status = 422 if form.is_bound and form.errors and not reshaped else 200
    return TemplateResponse(request, "assessment/edit/item.html", context, status=status)


@requires(Permission.ASSESSMENT_MANAGE)
@require_POST
def preview_item(request: SignedInRequest, code: str) -> HttpResponse:
    """What the item would say as it is typed now, and what the check says of it. Nothing is kept."""
    scheme = editable_or_404(request, code)
    copy = copy_of(scheme)
    key, section = request.POST.get("key", ""), request.POST.get("section", "")
    home, item = _home(copy.document, key, section)
    form = ItemForm(request.POST, part=part_of(home), groups=group_names(copy.document), item=item)
    return TemplateResponse(
        request, "assessment/edit/_preview.html", _preview(copy.document, form, key, section)
    )


def _home(document: Document, key: str, section: str) -> tuple[Document, Document | None]:
    """The section in which the item stands or will stand, and the item where there is one."""
    if not key:
        return part_or_404(document, "section", section), None
    item = part_or_404(document, "item", key)
    return section_of(document, key), item


def _preview(document: Document, form: ItemForm, key: str, section: str) -> dict[str, object]:
    """The line of the item and the sums of the groups, with the item as the form has it."""
    item = _item_of(form)
    if item is None:
        return {"line": None, "check": None, "form": form}
    key, parts = (key, document) if key else _with_new(document, section)
    check = checked(put(parts, "item", item, key=key))
    line: ItemLine | None = _line(check, key)
    return {"line": line, "check": check, "form": form}


def _item_of(form: ItemForm) -> Document | None:
    if not form.is_bound:
        return {name: value for name, value in form.item.items() if name != KEY} or None
    return form.to_document() if form.is_valid() else None


def _with_new(document: Document, section: str) -> tuple[str, Document]:
    key = new_key()
    return key, put(document, "item", {KEY: key}, section=section)


def _line(check: Checked, key: str) -> ItemLine | None:
    try:
        return check.line(key)
    except StopIteration as error:
        raise Http404 from error
