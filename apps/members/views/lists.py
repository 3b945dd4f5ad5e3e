"""The list of members."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import SignedInRequest
from apps.core.access import Actor, Permission, requires
from apps.core.pages import page_or_fragment, wants_fragment
from apps.core.paging import COUNT_UP_TO, list_page
from apps.members.forms import MemberFilter
from apps.members.list_markup import rows_html
from apps.members.list_rows import Column, fields_of, lines_of
from apps.members.listing import SORTS, ListState
from apps.members.models import BulkMove
from apps.members.naming import Naming
from apps.members.saved_views import Kept
from apps.members.searching import record_hits
from apps.members.views.bulk import MOVED


@requires(Permission.MEMBER_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: SignedInRequest) -> HttpResponse:
    """Members of my offices: found, filtered, sorted. The filter bar is posted, and lands on a URL without names."""
    user, kept = request.user, Kept(request.user)
    if request.method == "POST":
        state = ListState.of(request.POST, user, kept.base(request.POST))
        address = f"{reverse('members:list')}?{state.query(user)}"
        if not wants_fragment(request):
            return redirect(address)
        response = _page(request, state, kept)
        response["HX-Replace-Url"] = address
        return response
    return _page(request, ListState.of(request.GET, user, kept.base(request.GET)), kept)


def _page(request: SignedInRequest, state: ListState, kept: Kept) -> HttpResponse:
    user = request.user
    naming = Naming.of(user)
    columns = state.chosen
    found = state.found(user, naming)
    query = QueryDict(state.query(user, page=request.GET.get("page", "")))
    rows = state.in_order(found, naming, user).values_list(*fields_of(columns))
    page = list_page(request, rows, count_up_to=COUNT_UP_TO, query=query, counted=found.values("pk"))
    lines = lines_of(page.rows, columns, naming)
    if state.q.strip():
        record_hits([(line.pk, line.office_path) for line in lines], by=user)
    may_manage = Permission.MEMBER_MANAGE in user.permissions
    context = {
        "form": MemberFilter(initial=_typed(state), actor=user),
        "state": state,
        "page": page,
        "query": state.query(user),
        "heads": [_head(column, state, user) for column in columns],
        "sorts": [_Sort.of(key, state, user) for key in SORTS],
        "views": [(view, state.view == str(view.public_id)) for view in kept.views],
        "rows": rows_html(lines, columns, with_ticks=may_manage),
        "filtered": state.is_filtered,
        "may_manage": may_manage,
        "may_export": Permission.MEMBER_EXPORT in user.permissions,
        "moved": _just_moved(request),
        "may_import": Permission.MEMBER_IMPORT in user.permissions,
    }
    return page_or_fragment(request, "members/list.html", "members/_rows.html", context)


def _just_moved(request: SignedInRequest) -> BulkMove | None:
    """The move this reader made a moment ago, for the toast that undoes it. Shown once."""
    if request.method == "POST" or MOVED not in request.session:
        return None
    return BulkMove.objects.filter(public_id=request.session.pop(MOVED), undone_at=None).first()


def _typed(state: ListState) -> dict[str, Any]:
    """What the filter bar shows."""
    return {
        "q": state.q,
        "office": state.office,
        "category": state.category,
        "status": state.status,
        "contact": state.contact,
    }


@dataclass(frozen=True)
class _Sort:
    """A link that puts the list in this order, or turns it round where it is."""

    label: str
    url: str
    # As aria-sort has it; "" where the list is in another order.
    direction: str

    @classmethod
    def of(cls, key: str, state: ListState, user: Actor) -> "_Sort":
        is_now = state.sort == key
        order = f"-{key}" if is_now and not state.descending else key
        direction = ("descending" if state.descending else "ascending") if is_now else ""
        return cls(str(SORTS[key]), f"?{state.query(user, order=order)}", direction)


def _head(column: Column, state: ListState, user: Actor) -> tuple[str, _Sort | None]:
    """The label of a column, and what a click on it sorts by. A list by strokes is sorted by name too."""
    by_name = "strokes" if column.sort == "pinyin" and state.sort == "strokes" else column.sort
    return str(column.label), _Sort.of(by_name, state, user) if by_name else None
