"""The request of somebody who is signed in: what views behind `requires` get, for the type checker."""

from django.http import HttpRequest

from apps.accounts.models import User


class SignedInRequest(HttpRequest):
    """LoginRequiredMiddleware and `requires` let nobody else through."""

    user: User
