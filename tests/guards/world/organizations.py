"""团体和单位, 任职, 公职席位 and 资料质量: pages of apps.members, in a module of their own."""

import datetime as dt
from typing import Any

from apps.members.appointing import take_back
from apps.members.models import (
    Appointment,
    DifferentOrganizations,
    Organization,
    OrganizationKind,
    PublicSeat,
    TakenBack,
)
from apps.members.organization_merges import Entry, merge_organizations
from apps.members.organization_twins import say_different
from apps.members.versions import latest_version
from tests.guards.world import CANARY, Cast, Page


def fill(cast: Cast) -> None:
    branch = Organization.objects.create(
        office=cast.tree.town,
        name=f"{CANARY}总支",
        kind=OrganizationKind.PARTY_BRANCH,
        term=3,
        term_ends_on=dt.date(2026, 1, 1),
    )
    Appointment.objects.create(member=cast.member, organization=branch, title=f"{CANARY}主委")
    PublicSeat.objects.create(member=cast.member, kind="deputy", level="city")


def _organization(cast: Cast) -> Organization:
    made, _new = Organization.objects.get_or_create(
        office=cast.tree.town, name=f"{CANARY}研究会", kind=OrganizationKind.THINK_TANK
    )
    return made


def _page(cast: Cast) -> dict[str, Any]:
    return {"public_id": _organization(cast).public_id}


def _fresh(cast: Cast) -> dict[str, Any]:
    """One of its own for each role: what ended cannot be ended again."""
    name = f"{CANARY}{Organization.objects.count()}协会"
    made = Organization.objects.create(office=cast.tree.town, name=name, kind=OrganizationKind.PROFESSIONAL)
    return {"public_id": made.public_id}


def _member(cast: Cast) -> dict[str, Any]:
    return {"public_id": cast.member.public_id}


def _post(cast: Cast) -> dict[str, Any]:
    title = f"理事{Appointment.objects.count()}"
    post = Appointment.objects.create(member=cast.member, organization=_organization(cast), title=title)
    return {**_member(cast), "pk": post.pk}


def _seat(cast: Cast) -> dict[str, Any]:
    PublicSeat.objects.filter(member=cast.member, ends_on=None).update(ends_on=dt.date(2026, 1, 1))
    seat = PublicSeat.objects.create(member=cast.member, kind="deputy", level="county")
    return {**_member(cast), "pk": seat.pk}


def _new_post(cast: Cast) -> dict[str, Any]:
    return {"organization": f"新商会{Appointment.objects.count()}", "title": "会长"}


def _new_seat(cast: Cast) -> dict[str, Any]:
    PublicSeat.objects.filter(member=cast.member, ends_on=None).update(ends_on=dt.date(2026, 1, 1))
    return {"kind": "deputy", "level": "city"}


def _new_organization(cast: Cast) -> dict[str, Any]:
    return {
        "office": cast.tree.town.pk,
        "name": f"新协会{Organization.objects.count()}",
        "kind": "professional",
    }


def _both(cast: Cast) -> dict[str, Any]:
    return {**_fresh(cast), "other": _fresh(cast)["public_id"]}


def _versions(cast: Cast) -> dict[str, Any]:
    """Of the two that `_both` has just made."""
    twin, kept = Organization.objects.order_by("-pk")[:2]
    return {"kept_version": latest_version(kept), "duplicate_version": latest_version(twin)}


def _merged(cast: Cast) -> dict[str, Any]:
    kept, twin = (Organization.objects.get(**_fresh(cast)) for _side in range(2))
    done = merge_organizations(
        kept=Entry(organization=kept, version=latest_version(kept)),
        duplicate=Entry(organization=twin, version=latest_version(twin)),
        from_duplicate=frozenset(),
        by=cast.office_admin,
    )
    return {"pk": done.pk}


def _taken_back(cast: Cast) -> dict[str, Any]:
    post = Appointment.objects.get(pk=_post(cast)["pk"])
    taken = take_back(held=post, reason=TakenBack.Reason.TWICE, by=cast.office_admin)
    return {**_member(cast), "pk": taken.pk}


def _different(cast: Cast) -> dict[str, Any]:
    one, other = (Organization.objects.get(**_fresh(cast)) for _side in range(2))
    say_different(one=one, other=other, by=cast.office_admin)
    return {"pk": DifferentOrganizations.objects.latest("pk").pk}


_ON = {"on": "2026-03-02"}
_WHY = {"reason": "twice"}
_ISSUE = {"code": "no_phone"}

PAGES = {
    "organizations:list": Page(),
    "organizations:new": Page(post=_new_organization),
    "organizations:renewals": Page(),
    "organizations:coverage": Page(),
    "organizations:seats": Page(),
    "organizations:detail": Page(kwargs=_page),
    "organizations:edit": Page(kwargs=_fresh, post=lambda cast: {"name": "改名协会", "kind": "professional"}),
    "organizations:end": Page(kwargs=_fresh, post=lambda cast: _ON),
    "organizations:renew": Page(kwargs=_fresh, post=lambda cast: {**_ON, "term_ends_on": "2030-03-01"}),
    "organizations:choose_member": Page(kwargs=_page, post=lambda cast: {"q": "钱"}),
    "organizations:twins": Page(),
    "organizations:choose_twin": Page(kwargs=_page),
    "organizations:merge": Page(kwargs=_both, post=_versions),
    "organizations:different": Page(),
    "organizations:say_two": Page(kwargs=_both, post=lambda cast: {}),
    "organizations:compare_again": Page(kwargs=_different, post=lambda cast: {}),
    "organizations:merged": Page(),
    "organizations:undo_merge": Page(kwargs=_merged, post=lambda cast: {}),
    "organizations:move": Page(kwargs=_fresh, post=lambda cast: {"office": cast.tree.county.pk}),
    "members:appoint": Page(kwargs=_member, post=_new_post),
    "members:change_post": Page(
        kwargs=_post, post=lambda cast: {"title": f"顾问{Appointment.objects.count()}"}
    ),
    "members:end_post": Page(kwargs=_post, post=lambda cast: _ON),
    "members:take_back_post": Page(kwargs=_post, post=lambda cast: _WHY),
    "members:take_back_seat": Page(kwargs=_seat, post=lambda cast: _WHY),
    "members:put_back": Page(kwargs=_taken_back, post=lambda cast: {}),
    "members:take_seat": Page(kwargs=_member, post=_new_seat),
    "members:change_seat": Page(kwargs=_seat, post=lambda cast: {"kind": "deputy", "level": "county"}),
    "members:end_seat": Page(kwargs=_seat, post=lambda cast: _ON),
    "members:check": Page(kwargs=_member),
    "members:quality": Page(),
    "members:quality_list": Page(kwargs=lambda cast: _ISSUE, shared=True),
    "members:quality_file": Page(kwargs=lambda cast: {**_ISSUE, **_member(cast)}),
}
