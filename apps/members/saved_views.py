"""我的视图, 共享视图, 默认 and 列设置: what a reader's lists begin with, and how that is kept.

A view holds filters, order and columns; never ids of members, never the words of a search, and where it is shared
no category: nobody is sent a list of people by what they are. The table refuses it too (models.lists).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.models import AuditEvent
from apps.audit.recording import record
from apps.core.access import Actor, Permission, may_at
from apps.core.paging import SIZES
from apps.core.refusals import Refusal
from apps.members.list_rows import COLUMNS, DEFAULT_COLUMNS
from apps.members.listing import ALL, ListState
from apps.members.models import ListSettings, SavedView
from apps.offices.models import Office

MOST_VIEWS = 30


class ViewRefused(Refusal):
    """The view breaks a rule."""


@dataclass(frozen=True)
class Kept:
    """The views and settings of one reader, read once per request."""

    user: Actor

    @cached_property
    def views(self) -> list[SavedView]:
        return list(SavedView.objects.for_reader(self.user).select_related("office"))

    @cached_property
    def plain(self) -> ListState:
        """Everything, under the reader's own columns."""
        settings = ListSettings.objects.filter(pk=self.user.pk).first()
        if settings is None:
            return ListState()
        columns = tuple(key for key in settings.columns if key in COLUMNS) or DEFAULT_COLUMNS
        return ListState(columns=columns, size=settings.size if settings.size in SIZES else SIZES[0])

    def base(self, query: Mapping[str, Any]) -> ListState:
        """What the URL builds on: the view it names, else the default view where it says nothing, else everything."""
        wanted = str(query.get("view", ""))
        if wanted == ALL:
            return self.plain
        for view in self.views:
            is_mine = view.owner_id == self.user.pk
            if str(view.public_id) == wanted or (not query and view.is_default and is_mine):
                return replace(self.state_of(view), view=str(view.public_id))
        return self.plain

    def state_of(self, view: SavedView) -> ListState:
        return ListState.from_json({"size": str(self.plain.size), **view.state}, self.user)


@transaction.atomic
def save_view(
    *, name: str, state: ListState, share_at: Office | None, is_default: bool, by: Actor
) -> SavedView:
    """Keep a list under a name, the reader's own; an old one of that name is replaced. Raises ViewRefused."""
    stored = state.without_search().as_json(by)
    stored.pop("size")
    if share_at:
        _refuse_sharing(stored, share_at, by)
    mine = SavedView.objects.filter(owner=by.pk)
    if mine.exclude(name=name).count() >= MOST_VIEWS:
        raise ViewRefused(_("视图已有 %(limit)d 个，请先删除不用的") % {"limit": MOST_VIEWS}, field="name")
    if is_default:
        mine.update(is_default=False)
    kept = {"state": stored, "office": share_at, "is_shared": share_at is not None, "is_default": is_default}
    view, _is_new = SavedView.objects.update_or_create(owner_id=by.pk, name=name, defaults=kept)
    if share_at:
        record(AuditEvent.Action.CREATE, target=view, by=by)
    return view


def _refuse_sharing(stored: Mapping[str, Any], office: Office, by: Actor) -> None:
    if not may_at(by, Permission.MEMBER_MANAGE, office.path):
        raise ViewRefused(_("只能在自己管理成员的机构共享视图"), field="share_at")
    if "category" in stored:
        raise ViewRefused(_("按成员类别筛选的视图不能共享，请先取消类别条件"), field="share_at")


@transaction.atomic
def delete_view(*, view: SavedView, by: Actor) -> None:
    """One's own view, or a shared one of an office whose members one manages. Raises ViewRefused."""
    if not may_delete(view, by):
        raise ViewRefused(_("只能删除自己的视图，或本机构的共享视图"))
    if view.is_shared:
        record(AuditEvent.Action.VOID, target=view, by=by)
    view.delete()


def may_delete(view: SavedView, by: Actor) -> bool:
    if view.owner_id == by.pk:
        return True
    return bool(view.office and may_at(by, Permission.MEMBER_MANAGE, view.office.path))


def save_columns(*, columns: Iterable[str], by: Actor) -> ListSettings:
    """The columns of all lists of this user that no view sets, in this order; none gives the usual ones."""
    chosen = [key for key in dict.fromkeys(columns) if key in COLUMNS] or list(DEFAULT_COLUMNS)
    settings, _is_new = ListSettings.objects.update_or_create(user_id=by.pk, defaults={"columns": chosen})
    return settings
