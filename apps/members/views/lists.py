"""The list of members."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import OfficeRange, Permission, requires
from apps.core.pages import page_or_fragment
from apps.core.paging import COUNT_UP_TO, list_page
from apps.members.forms import MemberFilter
from apps.members.listing import COLUMNS, listed
from apps.members.models import Member, MemberQuerySet
from apps.members.naming import Naming
from apps.members.searching import in_order, search


@requires(Permission.MEMBER_VIEW)
@require_safe
def members(request: SignedInRequest) -> HttpResponse:
    """Members of my offices: found, filtered, sorted by pinyin."""
    naming = Naming.of(request.user)
    form = MemberFilter(request.GET, actor=request.user)
    found = Member.objects.visible_to(request.user, Permission.MEMBER_VIEW)
    if form.is_valid():
        found = _filtered(found, form.cleaned_data, naming)
    ordered = in_order(found, naming, all_named=_all_named(request, naming))
    page = list_page(request, ordered.values_list(*COLUMNS), count_up_to=COUNT_UP_TO)
    context = {
        "form": form,
        "page": page,
        "lines": listed(page.rows, naming),
        "filtered": bool(request.GET),
        "may_manage": Permission.MEMBER_MANAGE in request.user.permissions,
        "may_import": Permission.MEMBER_IMPORT in request.user.permissions,
    }
    return page_or_fragment(request, "members/list.html", "members/_rows.html", context)


def _filtered(found: MemberQuerySet, wanted: dict[str, Any], naming: Naming) -> MemberQuerySet:
    if wanted["office"]:
        found = found.of_office(wanted["office"])
    if wanted["category"]:
        # Only among members the reader may name: a filter must not tell what the list hides.
        found = found.filter(naming.named(), categories__contains=[wanted["category"]])
    if wanted["status"]:
        found = found.filter(status=wanted["status"])
    return search(found, wanted["q"], naming)


def _all_named(request: SignedInRequest, naming: Naming) -> bool:
    """Whether every member the reader can see is named to them; then the list may be in the order of names."""

    def kept(seen: OfficeRange) -> bool:
        return any(k.low <= seen.low and seen.high <= k.high for k in naming.kept)

    return all(kept(seen) for seen in request.user.office_ranges(Permission.MEMBER_VIEW))
