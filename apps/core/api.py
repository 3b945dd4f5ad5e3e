"""Who may use an API view. Imports no view: DRF reads this while its own views are being loaded."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.core.access import Permission


class RequiresPermission(BasePermission):
    """Only for actors who hold the view's `required_permission`, or what `required_permissions` says for the method.

    The attributes are the source of the access matrix (`apps.core.routes`), as `requires` is for pages.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        by_method: dict[str, Permission] = getattr(view, "required_permissions", {})
        permission = by_method.get(request.method or "", view.required_permission)
        actor: Any = request.user
        return actor.is_authenticated and permission in actor.permissions
