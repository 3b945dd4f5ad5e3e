"""Who acts, and what they may do where.

`Permission` names every kind of thing the product lets somebody do; which role holds which permission stands in
`apps.accounts.roles`. *May this user do this kind of thing?* is `@requires` on the view; *may they do it to this
record?* is `visible_to(actor, permission)` on the QuerySet, which uses `within`.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum, auto
from functools import wraps
from typing import Any, NamedTuple, Protocol, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest


class Permission(StrEnum):
    OFFICE_VIEW = auto()
    OFFICE_MANAGE = auto()
    USER_MANAGE = auto()
    SYSTEM_MANAGE = auto()
    AUDIT_VIEW = auto()
    MEMBER_VIEW = auto()
    MEMBER_MANAGE = auto()
    MEMBER_IMPORT = auto()
    MEMBER_EXPORT = auto()
    # Phones and e-mail in full, with a reason; without it an export is masked.
    MEMBER_EXPORT_FULL = auto()
    # To be the second person of somebody else's export.
    EXPORT_APPROVE = auto()
    PAIRING_VIEW = auto()
    PAIRING_MANAGE = auto()
    VISIT_LOG = auto()
    CASE_VIEW = auto()
    CASE_HANDLE = auto()
    # Grant an extension, hand out a task, sign off what was supervised.
    CASE_SUPERVISE = auto()
    ACTIVITY_VIEW = auto()
    ACTIVITY_MANAGE = auto()
    DASHBOARD_VIEW = auto()
    # "My year" of a cadre, for the leader of the office they serve: one at a time, no rank.
    CADRE_YEAR = auto()
    ASSESSMENT_VIEW = auto()
    ASSESSMENT_MANAGE = auto()
    FIGURE_DECLARE = auto()
    # To speak for an assessed office: its self-statement and its objections.
    ASSESSMENT_STATE = auto()
    # To mark, where one is named a judge.
    ASSESSMENT_JUDGE = auto()
    # 审定: the grades, signed by a leader of the office that assesses.
    ASSESSMENT_DECIDE = auto()
    REPORT_EXPORT = auto()
    # What anybody who is signed in may do: own password, own sessions, own jobs and files.
    OWN_ACCOUNT = auto()


class OfficeRange(NamedTuple):
    """A subtree of offices as a half-open range of materialised paths (collation C)."""

    low: str
    high: str

    @classmethod
    def below(cls, path: str) -> "OfficeRange":
        """The office at `path` and everything under it. Path characters are 0-9A-Z, all below "~"."""
        return cls(path, path + "~")

    def holds(self, path: str) -> bool:
        return self.low <= path < self.high


WHOLE_TREE = OfficeRange("", "~")


class Actor(Protocol):
    """A user, or the system itself in jobs and commands."""

    @property
    def pk(self) -> Any: ...

    @property
    def permissions(self) -> frozenset[Permission]: ...

    def office_ranges(self, permission: Permission) -> tuple[OfficeRange, ...]:
        """The subtrees in which the actor holds the permission today."""
        ...


class SystemActor:
    """Jobs and commands: everything, everywhere. Never given to a web request."""

    pk = None
    permissions = frozenset(Permission)

    def office_ranges(self, permission: Permission) -> tuple[OfficeRange, ...]:
        return (WHOLE_TREE,)


SYSTEM = SystemActor()


def within(ranges: Iterable[OfficeRange], field: str = "office_path") -> Q:
    """The filter for rows whose office path lies in any of the ranges; no range gives no row."""
    condition = Q(pk__in=[])
    for low, high in ranges:
        condition |= Q(**{f"{field}__gte": low, f"{field}__lt": high})
    return condition


def may_at(actor: Actor, permission: Permission, path: str) -> bool:
    """Whether the actor holds the permission at the office with this path."""
    return any(reach.holds(path) for reach in actor.office_ranges(permission))


class ActorRequest(HttpRequest):
    """A request that `requires` or `RequiresPermission` let through; above `accounts` use its SignedInRequest."""

    user: Actor  # type: ignore[assignment]  # nobody unknown gets there


def actor_of(request: HttpRequest) -> Actor:
    """Who asks an API view, whose class fixes the type of its request: a user or a machine."""
    return cast(ActorRequest, request).user


View = TypeVar("View", bound=Callable[..., Any])


def requires(permission: Permission) -> Callable[[View], View]:
    """Only for users who hold the permission somewhere; the source of the access matrix. Others get 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            if permission not in request.user.permissions:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.required_permission = permission  # type: ignore[attr-defined]
        guarded.login_required = True  # type: ignore[attr-defined]  # allauth's own views say False
        return guarded  # type: ignore[return-value]

    return decorate


def open_to_everyone(view: View) -> View:
    """A page that needs no sign-in; the access matrix lists these by name."""
    view.login_required = False  # type: ignore[attr-defined]
    view.required_permission = None  # type: ignore[attr-defined]
    return view
