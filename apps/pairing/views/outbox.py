"""What the visit form needs without a network: two pages that hold nothing about anybody, "my people", a token.

The service worker itself is a file at the root (`WHITENOISE_ROOT`): a browser looks for a new one whoever is signed in.
"""

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.requests import SignedInRequest
from apps.core.access import Permission, requires
from apps.members.models import Member
from apps.pairing.models import Pairing, VisitKind
from apps.pairing.visit_forms import VisitForm

MOST_PEOPLE = 500


@requires(Permission.VISIT_LOG)
@require_safe
def offline(request: SignedInRequest) -> HttpResponse:
    """The empty visit form, for the service worker to keep: the same for everybody."""
    form = VisitForm(own=Member.objects.none(), initial={"kind": VisitKind.HOME_VISIT})
    return render(request, "pairing/offline.html", {"form": form})


@requires(Permission.VISIT_LOG)
@require_safe
def outbox(request: SignedInRequest) -> HttpResponse:
    """What waits on this device; the page itself knows nothing of it."""
    return render(request, "pairing/outbox.html")


@requires(Permission.VISIT_LOG)
@require_safe
def token(request: SignedInRequest) -> JsonResponse:
    """A fresh CSRF token, and whose session this is, so that nobody's entries are sent by another."""
    return JsonResponse({"token": get_token(request), "owner": request.user.device_key})


@requires(Permission.VISIT_LOG)
@require_safe
def people(request: SignedInRequest) -> JsonResponse:
    """ "My people" for the form offline: public id, masked name, town. Nothing else ever leaves for a device."""
    today = timezone.localdate()
    pairs = Pairing.objects.active(today).filter(cadre=request.user, member__status=Member.Status.ACTIVE)
    rows = pairs.order_by("member__pinyin", "pk").values_list(
        "member__public_id", "member__name", "member__office__name"
    )
    return JsonResponse(
        {
            "people": [
                {"id": str(pk), "name": masked_name(name), "town": town}
                for pk, name, town in rows[:MOST_PEOPLE]
            ]
        }
    )


def masked_name(name: str) -> str:
    """The first character, and a star for each other: 钱＊, 欧＊＊."""
    return name[:1] + "＊" * (len(name) - 1)
