"""The request of somebody who is signed in: what views behind `requires` get, for the type checker."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from apps.accounts.models import User
from apps.core.access import ActorRequest


class SignedInRequest(ActorRequest):
    """LoginRequiredMiddleware and `requires` let nobody else through."""

    user: User


def signed_in(request: HttpRequest) -> User:
    """The user who asks an API view that is for people. Raises PermissionDenied for a machine."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
